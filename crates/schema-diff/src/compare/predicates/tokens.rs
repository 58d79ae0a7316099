//! Splits a predicate into tokens as the SQL parser in Prisma's engine does.

/// A token with its unchanged text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name or keyword.
    Word(&'a str),
    /// A name with its double quotes.
    Quoted(&'a str),
    /// A number, or a string with its quotes. `prefix` is the letter before the quotes in upper case, as in `E'…'`.
    Literal { prefix: Option<u8>, text: &'a str },
    /// An operator or a punctuation mark.
    Symbol(&'a str),
}

impl<'a> Token<'a> {
    /// The text without a prefix.
    pub(super) fn text(self) -> &'a str {
        match self {
            Self::Word(text) | Self::Quoted(text) | Self::Literal { text, .. } | Self::Symbol(text) => text,
        }
    }
}

/// Operators and punctuation marks that do not depend on the next character. Longer ones come first.
#[rustfmt::skip]
const FIXED: &[&str] = &[
    "=>", "==", "=", "!~~*", "!~~", "!~*", "!~", "!!", "!=", "!", "^@", "^", "@-@", "@@", "@>", "@?", "@",
    "?||", "?|", "?&", "?-|", "?-", "?#", "?", "+", "*", "/", "::", ":=", ":", "(", ")", "[", "]", ",", ";", ".",
];

/// All tokens of the text; `None` if a part of the text is not a token.
pub(super) fn tokenize(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(&first) = rest.as_bytes().first() {
        if first.is_ascii_whitespace() || first == b'\x0b' {
            rest = &rest[1..];
            continue;
        }
        if let Some(length) = comment(rest) {
            rest = &rest[length?..];
            continue;
        }
        let (length, token) = token(rest, tokens.last())?;
        tokens.push(token);
        rest = &rest[length..];
    }
    Some(tokens)
}

/// The length of the comment at the beginning of the text; `Some(None)` if the comment has no end.
fn comment(text: &str) -> Option<Option<usize>> {
    if text.starts_with("--") {
        return Some(Some(text.find('\n').unwrap_or(text.len())));
    }
    if !text.starts_with("/*") {
        return None;
    }
    let bytes = text.as_bytes();
    let (mut depth, mut position) = (0_u32, 0);
    while position + 1 < bytes.len() {
        match &bytes[position..position + 2] {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                position += 1;
                continue;
            }
        }
        position += 2;
        if depth == 0 {
            return Some(Some(position));
        }
    }
    Some(None)
}

/// The length of the first token, and the token. The meaning of a period depends on the token `before`.
fn token<'a>(text: &'a str, before: Option<&Token<'_>>) -> Option<(usize, Token<'a>)> {
    let bytes = text.as_bytes();
    let first = bytes[0].to_ascii_uppercase();
    let string_start = match first {
        b'U' if bytes[1..].starts_with(b"&'") => 2,
        b'B' | b'E' | b'N' | b'X' if bytes.get(1) == Some(&b'\'') => 1,
        _ => 0,
    };
    if bytes[string_start] == b'\'' {
        let length = string_start + quoted_length(&bytes[string_start..], first == b'E')?;
        let prefix = (string_start > 0).then_some(first);
        return Some((length, Token::Literal { prefix, text: &text[string_start..length] }));
    }
    if first == b'"' {
        let length = quoted_length(bytes, false)?;
        return Some((length, Token::Quoted(&text[..length])));
    }
    if first == b'$' {
        let length = dollar_quoted_length(text)?;
        return Some((length, Token::Literal { prefix: None, text: &text[..length] }));
    }
    if is_word_start(first) {
        let length = length_of(bytes, is_word_part);
        return Some((length, Token::Word(&text[..length])));
    }
    if first == b'.' && bytes.get(1) == Some(&b'_') {
        return matches!(before, Some(Token::Word(_) | Token::Quoted(_))).then_some((1, Token::Symbol(&text[..1])));
    }
    let number = number_length(bytes);
    if number > 0 {
        return Some((number, Token::Literal { prefix: None, text: &text[..number] }));
    }
    operator(text).map(|(length, operator)| (length, Token::Symbol(operator)))
}

/// The length of a text in quotes, with the quotes. The first byte is the quote; a doubled quote does not end the text.
fn quoted_length(bytes: &[u8], has_escapes: bool) -> Option<usize> {
    let quote = bytes[0];
    let mut position = 1;
    loop {
        match *bytes.get(position)? {
            b'\\' if has_escapes => position += 1,
            byte if byte != quote => {}
            _ if bytes.get(position + 1) == Some(&quote) => position += 1,
            _ => return Some(position + 1),
        }
        position += 1;
    }
}

/// The length of `$tag$…$tag$`.
fn dollar_quoted_length(text: &str) -> Option<usize> {
    let tag_end = 1 + text[1..].find('$')?;
    let tag = &text[..=tag_end];
    let is_tag = tag[1..tag_end].bytes().all(|byte| is_word_part(byte) && byte != b'$');
    let end = text[tag.len()..].find(tag)?;
    is_tag.then_some(end + 2 * tag.len())
}

fn number_length(bytes: &[u8]) -> usize {
    let digits = |from: usize| {
        let is_digit = |position: &usize| match bytes.get(*position) {
            Some(b'_') => bytes.get(*position + 1).is_some_and(u8::is_ascii_hexdigit),
            byte => byte.is_some_and(u8::is_ascii_digit),
        };
        (from..).take_while(is_digit).count()
    };
    let mut length = digits(0);
    if length == 1 && bytes.starts_with(b"0x") {
        return 2 + length_of(&bytes[2..], |byte| byte.is_ascii_hexdigit() || byte == b'_');
    }
    if bytes.get(length) == Some(&b'.') {
        let fraction = digits(length + 1);
        if length + fraction == 0 {
            return 0;
        }
        length += 1 + fraction;
    }
    if length == 0 {
        return 0;
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = length_of(&bytes[(length + 1 + sign).min(bytes.len())..], |byte| byte.is_ascii_digit());
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length + usize::from(bytes.get(length) == Some(&b'L'))
}

/// The length of the operator or mark at the beginning of the text, and the operator. An operator with two spellings is
/// returned in one of them.
fn operator(text: &str) -> Option<(usize, &str)> {
    if let Some(fixed) = FIXED.iter().find(|fixed| text.starts_with(**fixed)) {
        if *fixed == "@" && text.starts_with("@-") {
            return None;
        }
        let operator = match *fixed {
            "==" => "=",
            "!=" => "<>",
            other => other,
        };
        return Some((fixed.len(), operator));
    }
    let is_part = |byte| b"+-*/<>=~!@#%^&|`?".contains(&byte);
    match length_of(text.as_bytes(), is_part) {
        0 => Some((1, text.get(..1)?)),
        // These are valid only as the beginning of a longer operator.
        length if matches!(&text[..length], "<-" | "|&" | "|>") => None,
        length => Some((length, &text[..length])),
    }
}

fn length_of(bytes: &[u8], is_part: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| is_part(**byte)).count()
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii()
}

fn is_word_part(byte: u8) -> bool {
    is_word_start(byte) || byte.is_ascii_digit() || byte == b'$'
}
