//! Quoting of names and strings.

/// The name as a quoted identifier.
pub fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The text as a string literal. The literal means the same only while `standard_conforming_strings` is on, which is the
/// default.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A dollar quote, such as `$$`, that does not occur in `text`.
pub fn dollar_quote(text: &str) -> String {
    let mut quote = "$$".to_owned();
    for number in 1.. {
        if !text.contains(&quote) {
            break;
        }
        quote = format!("$_{number}$");
    }
    quote
}

/// Whether `text` contains `name` as a whole word.
pub fn mentions(text: &str, name: &str) -> bool {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(identifier(r#"a"b"#), r#""a""b""#);
        assert_eq!(literal("it's"), "'it''s'");
    }

    #[test]
    fn a_dollar_quote_does_not_occur_in_the_text() {
        assert_eq!(dollar_quote("SELECT 1"), "$$");
        assert_eq!(dollar_quote("SELECT '$$'"), "$_1$");
        assert_eq!(dollar_quote("SELECT '$$ $_1$'"), "$_2$");
    }

    #[test]
    fn names_are_whole_words() {
        assert!(mentions(r#"ALTER TABLE "Team" ADD x int"#, "Team"));
        assert!(mentions("ALTER TABLE Team", "Team"));
        assert!(!mentions(r#"ALTER TABLE "TeamTable""#, "Team"));
        assert!(!mentions(r#"ALTER TABLE "My_Team""#, "Team"));
    }
}
