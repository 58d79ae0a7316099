//! String literals and their escapes.

use std::borrow::Cow;

use super::cursor::Cursor;
use crate::{Diagnostic, Span, syntax::Expression};

/// Parses `"…"`. A string that does not end on its line is not consumed.
pub(super) fn string<'a>(cursor: &mut Cursor<'a>, diagnostics: &mut Vec<Diagnostic>) -> Option<(Cow<'a, str>, Span)> {
    let start = cursor.at;
    let mut here = *cursor;
    if !here.eat_byte(b'"') {
        return None;
    }
    let content = here.at;
    let mut escapes = false;
    loop {
        match here.peek()? {
            b'"' => break,
            b'\\' => {
                escapes = true;
                here.at += 1;
                let escaped = here.rest().chars().next()?;
                if matches!(escaped, '\n' | '\r') {
                    return None;
                }
                here.at += escaped.len_utf8();
            }
            0..0x20 => return None,
            _ => here.at += 1,
        }
    }
    let raw = &here.text()[content..here.at];
    here.at += 1;
    *cursor = here;
    let text = if escapes { Cow::Owned(unescape(raw, content, cursor, diagnostics)) } else { Cow::Borrowed(raw) };
    Some((text, cursor.span_from(start)))
}

pub(super) fn expression<'a>(cursor: &mut Cursor<'a>, diagnostics: &mut Vec<Diagnostic>) -> Option<Expression<'a>> {
    string(cursor, diagnostics).map(|(text, span)| Expression::String(text, span))
}

fn unescape(raw: &str, offset: usize, cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let start = offset + (raw.len() - rest.len()) + at;
        let escape = &rest[at + 1..];
        let kind = escape.chars().next().unwrap_or('\\');
        let mut length = kind.len_utf8();
        match kind {
            '\\' | '/' | '"' => out.push(kind),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => {
                let (consumed, character) = unicode_escape(&rest[at..]);
                length = consumed - 1;
                match character {
                    Some(character) => out.push(character),
                    None => {
                        let span = cursor.span(start, start + consumed);
                        diagnostics.push(Diagnostic::error("Invalid unicode escape sequence.", span));
                    }
                }
            }
            _ => diagnostics.push(Diagnostic::error(
                "Unknown escape sequence. If the value is a windows-style path, `\\` must be escaped as `\\\\`.",
                cursor.span(start, start + 1 + length),
            )),
        }
        rest = &escape[length..];
    }
    out.push_str(rest);
    out
}

/// Parses `\uXXXX`, or a surrogate pair of two. Returns the consumed bytes, and the character if the escape is valid.
fn unicode_escape(text: &str) -> (usize, Option<char>) {
    let unit = |text: &str| -> Result<u16, usize> {
        let digits = text.strip_prefix("\\u").ok_or(0_usize)?;
        let length = digits.bytes().take(4).take_while(u8::is_ascii_hexdigit).count();
        if length < 4 { Err(2 + length) } else { u16::from_str_radix(&digits[..4], 16).map_err(|_| 6) }
    };
    let first = match unit(text) {
        Ok(first) => first,
        Err(length) => return (length.max(2), None),
    };
    match char::decode_utf16([first]).next() {
        Some(Ok(character)) => (6, Some(character)),
        _ => match unit(&text[6..]) {
            Ok(second) => (12, char::decode_utf16([first, second]).next().and_then(Result::ok)),
            Err(_) => (6, None),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Flavour, Source, parser::Input};

    /// Parses a string, and returns it with its diagnostics.
    fn read(text: &str) -> Option<(String, Vec<Diagnostic>)> {
        let source = Source::new("schema.prisma", text);
        let input = Input::new(&source, 0, Flavour::V5);
        let mut diagnostics = Vec::new();
        let (value, _) = string(&mut Cursor::new(&input), &mut diagnostics)?;
        Some((value.into_owned(), diagnostics))
    }

    #[test]
    fn escapes_are_resolved() {
        let (value, diagnostics) = read(r#""a\n\"\\\u0041\ud83d\ude00é""#).unwrap();
        assert_eq!(value, "a\n\"\\A😀é");
        assert!(diagnostics.is_empty());
    }

    #[test]
    fn invalid_escapes_are_reported() {
        for (text, start, end) in
            [(r#""a\q""#, 2, 4), (r#""\u12""#, 1, 5), (r#""\ud83d""#, 1, 7), (r#""\ude00\ud83d""#, 1, 13)]
        {
            let (_, diagnostics) = read(text).unwrap();
            let spans: Vec<_> = diagnostics.iter().map(|found| (found.span.start, found.span.end)).collect();
            assert_eq!(spans, [(start, end)], "{text}");
        }
    }

    #[test]
    fn a_string_must_end_on_its_line() {
        for text in ["\"a", "\"a\nb\"", "\"\\", "\"a\tb\""] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
