//! Tokens of PostgreSQL's expressions, as far as constant defaults need them.

/// Reads an expression from left to right. Each method consumes a token, or nothing if another one is next.
pub(super) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Consumes `text`.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// `'it''s'`, without its quotes.
    pub(super) fn string(&mut self) -> Option<String> {
        let mut chars = self.rest.strip_prefix('\'')?.chars();
        let mut content = String::new();
        loop {
            match chars.next()? {
                '\'' if chars.as_str().starts_with('\'') => content.extend(chars.next()),
                '\'' => break,
                other => content.push(other),
            }
        }
        self.rest = chars.as_str();
        Some(content)
    }

    /// `"a \"b\""`, without its quotes: an element of an array literal.
    pub(super) fn array_element(&mut self) -> Option<String> {
        let mut chars = self.rest.strip_prefix('"')?.chars();
        let mut content = String::new();
        loop {
            match chars.next()? {
                '\\' => content.extend(chars.next()),
                '"' => break,
                other => content.push(other),
            }
        }
        self.rest = chars.as_str();
        Some(content)
    }

    /// `-12.50`. A space may follow the sign. An exponent is not consumed.
    pub(super) fn number(&mut self) -> Option<String> {
        let (sign, unsigned) = match self.rest.strip_prefix('-') {
            Some(unsigned) => ("-", unsigned.strip_prefix(' ').unwrap_or(unsigned)),
            None => ("", self.rest),
        };
        let (mut digits, mut rest) = split_digits(unsigned);
        if digits.is_empty() {
            return None;
        }
        if let Some((fraction, after)) = rest.strip_prefix('.').map(split_digits).filter(|(found, _)| !found.is_empty())
        {
            digits = &unsigned[..digits.len() + 1 + fraction.len()];
            rest = after;
        }
        self.rest = rest;
        Some(format!("{sign}{digits}"))
    }

    /// A word such as `a_1-b`. Prisma's words start with a letter: `_a` is not a word.
    pub(super) fn word(&mut self) -> Option<&'a str> {
        let in_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        let length = self.rest.bytes().position(|byte| !in_word(byte)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        word.starts_with(|first: char| first.is_ascii_alphabetic()).then(|| {
            self.rest = rest;
            word
        })
    }

    /// A [word](Self::word) or a `"quoted name"`. As in Prisma, a doubled quote ends the name and starts another.
    pub(super) fn name(&mut self) -> Option<&'a str> {
        match self.rest.strip_prefix('"') {
            Some(quoted) => {
                let (name, rest) = quoted.split_once('"')?;
                self.rest = rest;
                Some(name)
            }
            None => self.word(),
        }
    }

    /// An optional cast such as `::numeric(10,2)[]`. `None` for a type that Prisma does not parse: an unquoted name that
    /// starts with an underscore, or a word after a length.
    pub(super) fn cast(&mut self) -> Option<()> {
        if !self.eat("::") {
            return Some(());
        }
        self.name()?;
        while self.eat(".") || self.eat(" ") || self.rest.starts_with('"') {
            self.name()?;
        }
        if self.eat("(") {
            let length = |byte: u8| byte.is_ascii_digit() || byte == b',';
            self.rest = self.rest.trim_start_matches(|c: char| u8::try_from(c).is_ok_and(length));
            self.eat(")").then_some(())?;
        }
        self.eat("[]");
        Some(())
    }
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len()))
}
