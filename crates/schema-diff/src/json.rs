//! Whether two JSON texts mean the same: without regard to spacing, escapes and the order of keys.

use std::{borrow::Cow, collections::BTreeMap};

/// Like Prisma, takes a text that is no JSON for equal to any other.
pub(crate) fn equal(a: &str, b: &str) -> bool {
    a == b || parse(a).zip(parse(b)).is_none_or(|(a, b)| a == b)
}

#[derive(Debug, PartialEq)]
enum Json<'a> {
    Null,
    Boolean(bool),
    /// A whole number, which differs from the same number written with a fraction or an exponent.
    Integer(i128),
    Float(f64),
    String(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    /// The last of several values of one key counts.
    Object(BTreeMap<Cow<'a, str>, Json<'a>>),
}

fn parse(text: &str) -> Option<Json<'_>> {
    let mut parser = Parser { text, depth: 0 };
    let value = parser.value()?;
    parser.skip_space();
    parser.text.is_empty().then_some(value)
}

struct Parser<'a> {
    /// What is left.
    text: &'a str,
    /// How many arrays and objects are open.
    depth: u32,
}

impl<'a> Parser<'a> {
    /// Deeper texts are not read, so that no default can exhaust the stack.
    const MAX_DEPTH: u32 = 128;

    fn value(&mut self) -> Option<Json<'a>> {
        self.skip_space();
        match self.text.as_bytes().first()? {
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b'"' => self.string().map(Json::String),
            b't' => self.take("true").then_some(Json::Boolean(true)),
            b'f' => self.take("false").then_some(Json::Boolean(false)),
            b'n' => self.take("null").then_some(Json::Null),
            _ => self.number(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Option<Json<'a>>) -> Option<Json<'a>> {
        self.text = &self.text[1..];
        self.depth += 1;
        let value = (self.depth <= Self::MAX_DEPTH).then(|| read(self))?;
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Option<Json<'a>> {
        let mut members = BTreeMap::new();
        if self.take("}") {
            return Some(Json::Object(members));
        }
        loop {
            self.skip_space();
            let key = self.string()?;
            if !self.take(":") {
                return None;
            }
            members.insert(key, self.value()?);
            if !self.take(",") {
                return self.take("}").then_some(Json::Object(members));
            }
        }
    }

    fn array(&mut self) -> Option<Json<'a>> {
        let mut items = Vec::new();
        if self.take("]") {
            return Some(Json::Array(items));
        }
        loop {
            items.push(self.value()?);
            if !self.take(",") {
                return self.take("]").then_some(Json::Array(items));
            }
        }
    }

    fn string(&mut self) -> Option<Cow<'a, str>> {
        let rest = self.text.strip_prefix('"')?;
        let plain = rest.find(['"', '\\'])?;
        if rest.as_bytes()[plain] == b'"' {
            self.text = &rest[plain + 1..];
            return Some(Cow::Borrowed(&rest[..plain]));
        }
        let mut value = String::new();
        self.text = rest;
        loop {
            let end = self.text.find(['"', '\\'])?;
            value.push_str(&self.text[..end]);
            let quote = self.text.as_bytes()[end] == b'"';
            self.text = &self.text[end + 1..];
            if quote {
                return Some(Cow::Owned(value));
            }
            value.push(self.escape()?);
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Option<char> {
        let mut rest = self.text.chars();
        let letter = rest.next()?;
        self.text = rest.as_str();
        Some(match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let unit = self.code_unit()?;
                let units = match unit {
                    0xD800..0xDC00 if self.text.starts_with("\\u") => {
                        self.text = &self.text[2..];
                        [unit, self.code_unit()?]
                    }
                    _ => [unit, 0],
                };
                char::decode_utf16(units).next()?.ok()?
            }
            _ => return None,
        })
    }

    fn code_unit(&mut self) -> Option<u16> {
        let (digits, rest) = self.text.split_at_checked(4)?;
        self.text = rest;
        u16::from_str_radix(digits, 16).ok()
    }

    fn number(&mut self) -> Option<Json<'a>> {
        let end = self.text.find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'));
        let (number, rest) = self.text.split_at(end.unwrap_or(self.text.len()));
        self.text = rest;
        match number.parse::<i128>() {
            // `-0` is the one whole number that only a float can tell from `0`.
            Ok(integer) if number != "-0" && (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&integer) => {
                Some(Json::Integer(integer))
            }
            _ => number.parse().ok().map(Json::Float),
        }
    }

    fn take(&mut self, token: &str) -> bool {
        self.skip_space();
        let rest = self.text.strip_prefix(token);
        self.text = rest.unwrap_or(self.text);
        rest.is_some()
    }

    fn skip_space(&mut self) {
        self.text = self.text.trim_start_matches([' ', '\t', '\n', '\r']);
    }
}

#[cfg(test)]
mod tests {
    use super::equal;

    #[test]
    fn spacing_escapes_and_the_order_of_keys_do_not_matter() {
        assert!(equal(r#"{"a": [1, {"b": null}], "c": true}"#, r#"{"c":true,"a":[1,{"b":null}]}"#));
        assert!(equal(r#""\u0041\ud83d\ude00\n\/""#, "\"A😀\\n/\""));
        assert!(equal(r#"{"a":1,"a":2}"#, r#"{"a":2}"#));
        assert!(!equal("[1,2]", "[2,1]"));
        assert!(!equal(r#"{"a":1}"#, r#"{"b":1}"#));
    }

    #[test]
    fn a_whole_number_differs_from_the_same_number_with_a_fraction() {
        assert!(!equal("1", "1.0"));
        assert!(!equal("0", "-0"));
        assert!(equal("1.0", "1.00"));
        assert!(equal("1e2", "100.0"));
        assert!(equal("12345678901234567890123", "12345678901234567890124"));
    }

    #[test]
    fn what_is_no_json_equals_anything() {
        for text in ["{", "[1", "\"", "\"\\x\"", "tru", "1 2", "", "-", "\"\\ud800\"", "[1,]", "{\"a\"}"] {
            assert!(equal(text, "1"), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(equal(&deep, "1"));
    }
}
