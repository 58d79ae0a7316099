//! Parses the types in casts and typed constants.

use super::{parser::Parser, tokens::Token};

/// Types whose names are keywords, so that their case is ignored. All other types are names.
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "BIGINT", "BIT", "BOOL", "BOOLEAN", "BYTEA", "CHAR", "CHARACTER", "DATE", "DEC", "DECIMAL", "DOUBLE", "FLOAT", "FLOAT4",
    "FLOAT8", "INT", "INT2", "INT4", "INT8", "INTEGER", "INTERVAL", "JSON", "JSONB", "NUMERIC", "REAL", "REGCLASS",
    "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "TIMETZ", "TSQUERY", "TSVECTOR", "UUID", "VARBIT", "VARCHAR",
];

/// Types that are keywords only before a constant.
const GEOMETRIC: &[&str] = &["BOX", "CIRCLE", "LINE", "LSEG", "PATH", "POINT", "POLYGON"];

impl<'a> Parser<'a> {
    /// Parses a type. Two types are equal if the results are equal; an alias is a different type.
    pub(super) fn type_name(&mut self) -> Option<String> {
        let mut name = match self.eat_one_of(KEYWORDS) {
            Some(keyword) => self.keyword_type(keyword)?,
            None => self.object_name()? + &self.modifiers_of_name()?,
        };
        self.array_suffix(&mut name)?;
        Some(name)
    }

    /// Parses a type before a constant, as in `DATE '2020-02-02'`.
    pub(super) fn constant_type(&mut self) -> Option<String> {
        if let Some(keyword) = self.eat_one_of(GEOMETRIC) {
            return Some(keyword.to_owned());
        }
        let keyword = self.eat_one_of(KEYWORDS)?;
        let mut name = self.keyword_type(keyword)?;
        self.array_suffix(&mut name)?;
        Some(name)
    }

    /// Parses the part of a type after its keyword.
    fn keyword_type(&mut self, keyword: &str) -> Option<String> {
        let mut name = keyword.to_owned();
        match keyword {
            "BIT" | "CHAR" | "CHARACTER" if self.eat_word("VARYING") => name += " VARYING",
            "DOUBLE" if self.eat_word("PRECISION") => name += " PRECISION",
            "INTERVAL" => {
                while let Some(unit) = self.eat_one_of(&["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "TO"]) {
                    name += " ";
                    name += unit;
                }
            }
            _ => {}
        }
        if self.eat("(") {
            name += "(";
            name += self.number()?;
            while self.eat(",") {
                name += ",";
                name += self.number()?;
            }
            name += ")";
            self.expect(")")?;
        }
        if matches!(keyword, "TIME" | "TIMESTAMP")
            && let Some(with) = self.eat_one_of(&["WITH", "WITHOUT"])
        {
            self.expect_word("TIME")?;
            self.expect_word("ZONE")?;
            name += " ";
            name += with;
        }
        Some(name)
    }

    /// Parses `(geometry, 4326)`, if present. Ignores commas.
    fn modifiers_of_name(&mut self) -> Option<String> {
        let mut modifiers = String::new();
        if self.eat("(") {
            while !self.eat(")") {
                match self.next()? {
                    Token::Symbol(",") => {}
                    Token::Symbol(_) => return None,
                    modifier => {
                        modifiers.push(' ');
                        modifiers.push_str(modifier.text());
                    }
                }
            }
        }
        Some(modifiers)
    }

    fn number(&mut self) -> Option<&'a str> {
        match self.next()? {
            Token::Literal { text, .. } if text.bytes().all(|byte| byte.is_ascii_digit()) => Some(text),
            _ => None,
        }
    }

    /// Parses any number of `[]` and `[3]`.
    fn array_suffix(&mut self, name: &mut String) -> Option<()> {
        while self.eat("[") {
            name.push('[');
            if !self.eat("]") {
                name.push_str(self.number()?);
                self.expect("]")?;
            }
            name.push(']');
        }
        Some(())
    }
}
