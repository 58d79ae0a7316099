//! Splitting a script into statements, by the rules of `psql`.

use std::ops::Range;

/// The byte ranges of a script's statements. Comments and white space around a statement and its final semicolon are excluded.
pub fn statement_ranges(script: &str) -> Vec<Range<usize>> {
    let mut statements = Vec::new();
    let mut current: Option<Range<usize>> = None;
    let mut nesting = Nesting::default();
    let mut offset = 0;
    while let Some(token) = Token::first(&script[offset..]) {
        let range = offset..offset + token.length;
        match token.kind {
            Kind::Blank => {}
            Kind::Semicolon if nesting.is_none() => {
                statements.extend(current.take());
                nesting = Nesting::default();
            }
            kind => {
                nesting.see(kind, &script[range.clone()]);
                current = Some(current.map_or(range.start, |statement| statement.start)..range.end);
            }
        }
        offset = range.end;
    }
    statements.extend(current);
    statements
}

/// The nesting in which a semicolon does not end the statement: parentheses, as in a rule, and the body of a function written
/// as statements.
#[derive(Default)]
struct Nesting {
    parentheses: usize,
    blocks: usize,
    words: usize,
    is_create: bool,
    is_routine: bool,
}

impl Nesting {
    fn is_none(&self) -> bool {
        self.parentheses == 0 && self.blocks == 0
    }

    fn see(&mut self, kind: Kind, text: &str) {
        match (kind, text) {
            (Kind::Other, "(") => self.parentheses += 1,
            (Kind::Other, ")") => self.parentheses = self.parentheses.saturating_sub(1),
            (Kind::Word, word) => self.see_word(&word.to_ascii_lowercase()),
            _ => {}
        }
    }

    fn see_word(&mut self, word: &str) {
        match word {
            "create" if self.words == 0 => self.is_create = true,
            // At most `CREATE OR REPLACE` precedes the word.
            "function" | "procedure" if self.is_create && self.words <= 3 => self.is_routine = true,
            "begin" if self.is_routine => self.blocks += 1,
            "case" if self.blocks > 0 => self.blocks += 1,
            "end" => self.blocks = self.blocks.saturating_sub(1),
            _ => {}
        }
        self.words += 1;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// White space or a comment.
    Blank,
    Semicolon,
    /// An unquoted name or key word.
    Word,
    /// Any other token, such as a string or a quoted name.
    Other,
}

struct Token {
    kind: Kind,
    length: usize,
}

impl Token {
    fn first(text: &str) -> Option<Self> {
        let first = text.chars().next()?;
        let (kind, length) = match first {
            ';' => (Kind::Semicolon, 1),
            '-' if text.starts_with("--") => (Kind::Blank, text.find('\n').map_or(text.len(), |end| end + 1)),
            '/' if text.starts_with("/*") => (Kind::Blank, comment_length(text)),
            '\'' | '"' => (Kind::Other, quoted_length(text, false)),
            'e' | 'E' if text[1..].starts_with('\'') => (Kind::Other, 1 + quoted_length(&text[1..], true)),
            '$' => (Kind::Other, dollar_quoted_length(text).unwrap_or(1)),
            _ if first.is_whitespace() => (Kind::Blank, first.len_utf8()),
            _ if first == '_' || first.is_alphabetic() => (Kind::Word, word_length(text)),
            // Digits and the word after them are one token, because a `$` in them begins no dollar quote.
            _ if first.is_ascii_digit() => (Kind::Other, word_length(text)),
            _ => (Kind::Other, first.len_utf8()),
        };
        Some(Self { kind, length })
    }
}

fn word_length(text: &str) -> usize {
    text.find(|c: char| c != '_' && c != '$' && !c.is_alphanumeric()).unwrap_or(text.len())
}

/// The length of a block comment. Comments nest.
fn comment_length(text: &str) -> usize {
    let mut depth = 0;
    let mut length = 0;
    while length < text.len() {
        match text.as_bytes()[length..] {
            [b'/', b'*', ..] => (depth, length) = (depth + 1, length + 2),
            [b'*', b'/', ..] => (depth, length) = (depth - 1, length + 2),
            _ => length += 1,
        }
        if depth == 0 {
            return length;
        }
    }
    text.len()
}

/// The length of a quoted text. A doubled quote counts as the end of one quoted text and the start of the next, which makes no
/// difference to the statements.
fn quoted_length(text: &str, backslash_escapes: bool) -> usize {
    let bytes = text.as_bytes();
    let mut length = 1;
    while length < bytes.len() {
        match bytes[length] {
            byte if byte == bytes[0] => return length + 1,
            b'\\' if backslash_escapes => length += 2,
            _ => length += 1,
        }
    }
    text.len()
}

/// The length of a dollar-quoted text; `None` if the dollar sign does not begin one.
fn dollar_quoted_length(text: &str) -> Option<usize> {
    let tag_end = 1 + text[1..].find('$')?;
    let tag = &text[1..tag_end];
    let is_tag = !tag.starts_with(|c: char| c.is_ascii_digit()) && tag.chars().all(|c| c == '_' || c.is_alphanumeric());
    let quote = &text[..=tag_end];
    is_tag.then(|| text[quote.len()..].find(quote).map_or(text.len(), |end| end + 2 * quote.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(script: &str, expected: &[&str]) {
        let statements: Vec<_> = statement_ranges(script).into_iter().map(|range| &script[range]).collect();
        assert_eq!(statements, expected);
    }

    #[test]
    fn semicolons_end_statements() {
        check("", &[]);
        check(" ; ;", &[]);
        check("SELECT 1", &["SELECT 1"]);
        check(
            "
            -- one
            SELECT 1; -- still one
            /* two */ SELECT 2 ;
            ",
            &["SELECT 1", "SELECT 2"],
        );
    }

    #[test]
    fn a_semicolon_in_quotes_ends_no_statement() {
        check(r#"SELECT ';', 'it''s;', "a;""b"; x"#, &[r#"SELECT ';', 'it''s;', "a;""b""#, "x"]);
        check(r"SELECT E'\';'; x", &[r"SELECT E'\';'", "x"]);
        check(r"SELECT '\'; x", &[r"SELECT '\'", "x"]);
        check("SELECT 'never closed; x", &["SELECT 'never closed; x"]);
    }

    #[test]
    fn a_semicolon_in_dollar_quotes_ends_no_statement() {
        check("DO $$ a; $b$ b; $b$ $$; x", &["DO $$ a; $b$ b; $b$ $$", "x"]);
        check("DO $é$ a; $$ $é$; x", &["DO $é$ a; $$ $é$", "x"]);
        check("SELECT $1; SELECT a$b; SELECT c$b; x", &["SELECT $1", "SELECT a$b", "SELECT c$b", "x"]);
    }

    #[test]
    fn comments_nest() {
        check("/* a; /* b; */ c; */ x; y /* ; */ z", &["x", "y /* ; */ z"]);
        check("x /* never; closed", &["x"]);
    }

    #[test]
    fn a_semicolon_in_a_body_ends_no_statement() {
        check("CREATE RULE r AS ON INSERT TO t DO (a; b); x", &["CREATE RULE r AS ON INSERT TO t DO (a; b)", "x"]);
        let function =
            "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 1; END";
        check(&format!("{function}; x"), &[function, "x"]);
        check("BEGIN; x; END; y", &["BEGIN", "x", "END", "y"]);
    }
}
