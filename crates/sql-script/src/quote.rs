//! Quoting of names and strings.

/// Quotes a name as an identifier.
pub fn identifier(name: &str) -> String {
    format!(r#""{}""#, name.replace('"', r#""""#))
}

/// Quotes a text as a string literal. The setting `standard_conforming_strings` must be on, which is the default.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A dollar quote, such as `$$`, that `text` does not contain.
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
}
