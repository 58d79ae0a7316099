//! Where the statements of a script begin and end, by the rules that `psql` goes by.

use std::ops::Range;

/// The statements of a script as byte ranges, without the comments and blanks around them and the semicolons behind them.
pub fn statements(script: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut current: Option<Range<usize>> = None;
    let mut nesting = Nesting::default();
    let mut at = 0;
    while let Some(token) = Token::at(script, at) {
        let range = at..at + token.length;
        match token.kind {
            Kind::Blank => {}
            Kind::Semicolon if nesting.is_none() => {
                found.extend(current.take());
                nesting = Nesting::default();
            }
            kind => {
                nesting.see(kind, &script[range.clone()]);
                current = Some(current.map_or(range.start, |statement| statement.start)..range.end);
            }
        }
        at = range.end;
    }
    found.extend(current);
    found
}

/// What a semicolon does not end: parentheses, as in a rule, and the body of a function written as statements.
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
            // At most `CREATE OR REPLACE` stands before it.
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
    /// Anything else, strings and quoted names included.
    Other,
}

struct Token {
    kind: Kind,
    length: usize,
}

impl Token {
    fn at(script: &str, at: usize) -> Option<Self> {
        let rest = &script[at..];
        let first = rest.chars().next()?;
        let (kind, length) = match first {
            ';' => (Kind::Semicolon, 1),
            '-' if rest.starts_with("--") => (Kind::Blank, rest.find('\n').map_or(rest.len(), |end| end + 1)),
            '/' if rest.starts_with("/*") => (Kind::Blank, comment(rest)),
            '\'' => (Kind::Other, quoted(rest, b'\'', false)),
            '"' => (Kind::Other, quoted(rest, b'"', false)),
            'e' | 'E' if rest[1..].starts_with('\'') => (Kind::Other, 1 + quoted(&rest[1..], b'\'', true)),
            '$' => (Kind::Other, dollar_quoted(rest).unwrap_or(1)),
            _ if first.is_whitespace() => (Kind::Blank, first.len_utf8()),
            _ if first == '_' || first.is_alphabetic() => (Kind::Word, while_in_word(rest)),
            // A parameter's or identifier's dollar is no quote, so digits are taken together with what follows them.
            _ if first.is_ascii_digit() => (Kind::Other, while_in_word(rest)),
            _ => (Kind::Other, first.len_utf8()),
        };
        Some(Self { kind, length })
    }
}

fn while_in_word(rest: &str) -> usize {
    rest.find(|c: char| c != '_' && c != '$' && !c.is_alphanumeric()).unwrap_or(rest.len())
}

/// Comments nest.
fn comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        match rest.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// A doubled quote ends one string and begins the next, which comes to the same.
fn quoted(rest: &str, quote: u8, backslash_escapes: bool) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            byte if byte == quote => return at + 1,
            b'\\' if backslash_escapes => at += 2,
            _ => at += 1,
        }
    }
    rest.len()
}

fn dollar_quoted(rest: &str) -> Option<usize> {
    let tag_end = 1 + rest[1..].find('$')?;
    let tag = &rest[1..tag_end];
    let is_tag = !tag.starts_with(|c: char| c.is_ascii_digit()) && tag.chars().all(|c| c == '_' || c.is_alphanumeric());
    let quote = &rest[..=tag_end];
    is_tag.then(|| rest[quote.len()..].find(quote).map_or(rest.len(), |end| end + 2 * quote.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(script: &str, expected: &[&str]) {
        let found: Vec<_> = statements(script).into_iter().map(|range| &script[range]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn semicolons_end_statements() {
        check("", &[]);
        check(" ; ;", &[]);
        check("SELECT 1", &["SELECT 1"]);
        check("-- one\nSELECT 1; -- still one\n/* two */ SELECT 2 ;\n", &["SELECT 1", "SELECT 2"]);
    }

    #[test]
    fn quotes_hide_semicolons() {
        check("SELECT ';', 'it''s;', \"a;\"\"b\"; x", &["SELECT ';', 'it''s;', \"a;\"\"b\"", "x"]);
        check(r"SELECT E'\';'; x", &[r"SELECT E'\';'", "x"]);
        check(r"SELECT '\'; x", &[r"SELECT '\'", "x"]);
        check("SELECT 'never closed; x", &["SELECT 'never closed; x"]);
    }

    #[test]
    fn dollar_quotes_hide_semicolons() {
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
    fn bodies_hide_semicolons() {
        check("CREATE RULE r AS ON INSERT TO t DO (a; b); x", &["CREATE RULE r AS ON INSERT TO t DO (a; b)", "x"]);
        let function =
            "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 1; END";
        check(&format!("{function}; x"), &[function, "x"]);
        check("BEGIN; x; END; y", &["BEGIN", "x", "END", "y"]);
    }
}
