//! Parses operands: constants, columns, calls and so on.

use super::{
    expression::{Id, Kind},
    parser::{Parser, precedence},
    tokens::Token,
};

/// Operators that precede their operand.
const PREFIX_OPERATORS: &[&str] = &["~", "!!", "|/", "||/", "@", "#", "@-@", "@@", "?-", "?|"];

/// Functions that are called without parentheses.
#[rustfmt::skip]
const CALLS: &[&str] = &[
    "CURRENT_CATALOG", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER", "LOCALTIME", "LOCALTIMESTAMP",
    "SESSION_USER", "USER",
];

/// Words that cannot be names.
const RESERVED: &[&str] = &["EXISTS", "INTERVAL", "STRUCT", "TRIM"];

impl<'a> Parser<'a> {
    /// Parses a constant, a column, a call, parentheses, or a prefix operator with its operand.
    pub(super) fn operand(&mut self) -> Option<Id> {
        let start = self.position;
        let mut operand = match self.typed_constant() {
            Some(constant) => return self.accesses(constant),
            None => self.primary()?,
        };
        if self.eat_word("COLLATE") {
            let collation = self.object_name()?;
            operand = self.other(format!("COLLATE {collation}"), vec![operand]);
        } else if let Kind::Name(_) = self.tree.get(operand).kind
            && self.tokens[start] != Token::Symbol("(")
            && self.is_symbol(".")
        {
            operand = self.qualified_name(start)?;
        }
        self.accesses(operand)
    }

    /// Parses a constant after its type, as in `DATE '2020-02-02'`. Consumes no token if there is none.
    fn typed_constant(&mut self) -> Option<Id> {
        let start = self.position;
        let constant = self.constant_type().and_then(|ty| {
            if ty.starts_with("INTERVAL") {
                return self.interval(ty);
            }
            let value = self.literal()?;
            Some(self.other(ty, vec![value]))
        });
        if constant.is_none() {
            self.position = start;
        }
        constant
    }

    /// Parses the part after `INTERVAL`, such as `'1' DAY`.
    fn interval(&mut self, mut label: String) -> Option<Id> {
        #[rustfmt::skip]
        const UNITS: &[&str] = &[
            "YEAR", "YEARS", "MONTH", "MONTHS", "WEEK", "WEEKS", "DAY", "DAYS", "HOUR", "HOURS", "MINUTE", "MINUTES",
            "SECOND", "SECONDS", "TO",
        ];
        let value = self.primary()?;
        while let Some(unit) = self.eat_one_of(UNITS) {
            label.push(' ');
            label.push_str(unit);
        }
        Some(self.other(label, vec![value]))
    }

    fn primary(&mut self) -> Option<Id> {
        let start = self.position;
        match self.next()? {
            Token::Word(word) => {
                let upper = word.to_ascii_uppercase();
                if let Some(keyword) = self.keyword(word, &upper) {
                    return Some(keyword);
                }
                if RESERVED.contains(&upper.as_str()) {
                    return None;
                }
                self.position = start + 1;
                self.name_or_call(Token::Word(word))
            }
            name @ Token::Quoted(_) => self.name_or_call(name),
            Token::Literal { .. } => {
                self.position = start;
                self.literal()
            }
            Token::Symbol("(") => {
                let items = self.list(")")?;
                match *items.as_slice() {
                    [item] => Some(item),
                    _ => Some(self.other("ROW", items)),
                }
            }
            Token::Symbol("[") => self.array(""),
            Token::Symbol(sign @ ("+" | "-")) => {
                let operand = self.expression(precedence::PRODUCT)?;
                Some(self.operator(sign, vec![operand]))
            }
            Token::Symbol(operator) if PREFIX_OPERATORS.contains(&operator) => {
                let operand = self.expression(precedence::SUM)?;
                Some(self.operator(operator, vec![operand]))
            }
            Token::Symbol(_) => None,
        }
    }

    /// Parses the expression that begins with a keyword; `None` if the word is not a keyword here.
    fn keyword(&mut self, word: &'a str, upper: &str) -> Option<Id> {
        match upper {
            "TRUE" | "FALSE" | "NULL" => {
                self.position -= 1;
                self.literal()
            }
            "NOT" => {
                if self.eat_word("EXISTS") {
                    return None;
                }
                let operand = self.expression(precedence::NOT)?;
                Some(self.operator("NOT", vec![operand]))
            }
            "CASE" => self.case(),
            "ARRAY" if self.eat("[") => self.array("ARRAY"),
            "CAST" => {
                self.expect("(")?;
                let operand = self.expression(0)?;
                self.expect_word("AS")?;
                let ty = self.type_name()?;
                self.expect(")")?;
                Some(self.operator(format!("CAST AS {ty}"), vec![operand]))
            }
            "EXTRACT" => {
                self.expect("(")?;
                let field = match self.next()? {
                    Token::Word(field) => field.to_ascii_uppercase(),
                    Token::Literal { text, .. } => text.to_owned(),
                    _ => return None,
                };
                self.expect_word("FROM")?;
                let operand = self.expression(0)?;
                self.expect(")")?;
                Some(self.other(format!("EXTRACT {field}"), vec![operand]))
            }
            "CEIL" | "FLOOR" => self.call_with_keywords(upper, 0, &[]),
            "POSITION" => self.call_with_keywords(upper, precedence::BETWEEN, &[&["IN"]]),
            "SUBSTR" | "SUBSTRING" => self.call_with_keywords(upper, 0, &[&[",", "FROM"], &[",", "FOR"]]),
            "OVERLAY" => self.call_with_keywords(upper, 0, &[&["PLACING"], &["FROM"], &["FOR"]]),
            "TRIM" => self.call_with_keywords(upper, 0, &[&["FROM"]]),
            _ if CALLS.contains(&upper) && !self.is_symbol("(") => Some(self.other(word, Vec::new())),
            _ => None,
        }
    }

    fn case(&mut self) -> Option<Id> {
        let mut operands = Vec::new();
        let mut shape = String::from("CASE");
        if !self.is_word(self.position, "WHEN") {
            operands.push(self.expression(0)?);
            shape += " OPERAND";
        }
        while self.eat_word("WHEN") {
            operands.push(self.expression(0)?);
            self.expect_word("THEN")?;
            operands.push(self.expression(0)?);
            shape += " WHEN";
        }
        if self.eat_word("ELSE") {
            operands.push(self.expression(0)?);
            shape += " ELSE";
        }
        self.expect_word("END")?;
        shape.contains(" WHEN").then(|| self.other(shape, operands))
    }

    /// Parses the arguments of a function with keywords between them. `separators` are the words before the second
    /// argument, the third argument and so on.
    fn call_with_keywords(&mut self, name: &str, first_precedence: u8, separators: &[&[&'static str]]) -> Option<Id> {
        self.expect("(")?;
        let mut label = name.to_owned();
        if name == "TRIM"
            && let Some(side) = self.eat_one_of(&["BOTH", "LEADING", "TRAILING"])
        {
            label.push(' ');
            label.push_str(side);
        }
        let mut arguments = vec![self.expression(first_precedence)?];
        for choices in separators {
            let is_next = |separator: &&&str| self.is_word(self.position, separator) || self.is_symbol(separator);
            if let Some(&separator) = choices.iter().find(is_next) {
                self.position += 1;
                label.push(' ');
                label.push_str(separator);
                arguments.push(self.expression(0)?);
            }
        }
        self.expect(")")?;
        // Without keywords, these two are ordinary functions.
        let needs_keywords = matches!(name, "POSITION" | "OVERLAY") && label == name;
        (!needs_keywords).then(|| self.other(label, arguments))
    }

    fn array(&mut self, keyword: &'static str) -> Option<Id> {
        let items = if self.eat("]") { Vec::new() } else { self.list("]")? };
        Some(self.other(format!("{keyword}[]"), items))
    }

    fn name_or_call(&mut self, name: Token<'a>) -> Option<Id> {
        if self.is_symbol("(") { self.call(&[name]) } else { Some(self.tree.add(Kind::Name(vec![name]), Vec::new())) }
    }

    /// Reads `table.column` or `schema.function(…)` again, from its first part on.
    fn qualified_name(&mut self, start: usize) -> Option<Id> {
        let mut parts = vec![self.tokens[start]];
        while self.eat(".") {
            match self.next()? {
                part @ (Token::Word(_) | Token::Quoted(_)) => parts.push(part),
                _ => return None,
            }
            if self.is_symbol("(") {
                return self.call(&parts);
            }
        }
        Some(self.tree.add(Kind::Name(parts), Vec::new()))
    }

    fn call(&mut self, name: &[Token<'a>]) -> Option<Id> {
        let name = dotted(name);
        self.expect("(")?;
        let mut arguments = Vec::new();
        if !self.eat(")") {
            loop {
                let mut argument = self.expression(0)?;
                if let Some(sign) = ["=>", ":"].into_iter().find(|sign| self.is_symbol(sign)) {
                    self.position += 1;
                    let value = self.expression(0)?;
                    argument = self.other(sign, vec![argument, value]);
                }
                arguments.push(argument);
                if !self.eat(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        Some(self.other(format!("{name}()"), arguments))
    }

    /// Parses the `.field` and `[…]` after an operand.
    fn accesses(&mut self, mut operand: Id) -> Option<Id> {
        loop {
            if self.eat(".") {
                let field = self.next()?;
                let (Token::Word(text) | Token::Quoted(text)) = field else { return None };
                operand = if self.is_symbol("(") {
                    let call = self.call(&[field])?;
                    self.other(".", vec![operand, call])
                } else {
                    self.other(format!(".{text}"), vec![operand])
                };
            } else if self.eat("[") {
                operand = self.subscript(operand)?;
            } else {
                return Some(operand);
            }
        }
    }

    /// Parses `1]`, or `1:2]`, in which either bound may be missing.
    fn subscript(&mut self, operand: Id) -> Option<Id> {
        let mut operands = vec![operand];
        let mut shape = String::from("[");
        if !self.is_symbol(":") {
            operands.push(self.expression(precedence::OTHER)?);
            shape.push('x');
        }
        if self.eat(":") {
            shape.push(':');
            if !self.is_symbol("]") {
                operands.push(self.expression(precedence::OTHER)?);
                shape.push('x');
            }
        }
        self.expect("]")?;
        Some(self.other(shape, operands))
    }

    /// Parses one or more expressions and the closing token `end`.
    pub(super) fn list(&mut self, end: &str) -> Option<Vec<Id>> {
        // Subqueries are not supported: an index cannot contain one.
        if self.is_word(self.position, "SELECT") || self.is_word(self.position, "WITH") {
            return None;
        }
        let mut items = vec![self.expression(0)?];
        while self.eat(",") {
            items.push(self.expression(0)?);
        }
        self.expect(end)?;
        Some(items)
    }

    pub(super) fn literal(&mut self) -> Option<Id> {
        let literal = match self.next()? {
            literal @ Token::Literal { .. } => literal,
            Token::Word(word) => {
                let constants = ["true", "false", "null"];
                Token::Word(constants.into_iter().find(|constant| word.eq_ignore_ascii_case(constant))?)
            }
            _ => return None,
        };
        Some(self.tree.add(Kind::Literal(literal), Vec::new()))
    }

    /// Parses names with dots between them, without normalizing them.
    pub(super) fn object_name(&mut self) -> Option<String> {
        let mut parts = Vec::new();
        loop {
            match self.next()? {
                part @ (Token::Word(_) | Token::Quoted(_)) => parts.push(part),
                _ => return None,
            }
            if !self.eat(".") {
                return Some(dotted(&parts));
            }
        }
    }
}

/// The unchanged names with dots between them.
fn dotted(parts: &[Token<'_>]) -> String {
    parts.iter().map(|part| part.text()).collect::<Vec<_>>().join(".")
}
