//! Parses a predicate as the SQL parser in Prisma's engine does. It differs from PostgreSQL's parser in some details.
//!
//! Like that parser, this one ignores the text after the first expression.

use std::borrow::Cow;

use super::{
    expression::{Id, Kind, Tree},
    tokens::{self, Token},
};

/// The deepest nesting of expressions that the parser accepts.
const MAX_DEPTH: usize = 50;

/// The precedence of operators. A higher number binds tighter.
pub(super) mod precedence {
    pub(in super::super) const OR: u8 = 10;
    pub(in super::super) const AND: u8 = 20;
    pub(in super::super) const NOT: u8 = 30;
    pub(in super::super) const IS: u8 = 40;
    pub(in super::super) const COMPARISON: u8 = 50;
    pub(in super::super) const BETWEEN: u8 = 60;
    pub(in super::super) const OTHER: u8 = 70;
    pub(in super::super) const XOR: u8 = 75;
    pub(in super::super) const SUM: u8 = 80;
    pub(in super::super) const PRODUCT: u8 = 90;
    pub(in super::super) const POWER: u8 = 100;
    pub(in super::super) const TIME_ZONE: u8 = 110;
    pub(in super::super) const COLLATE: u8 = 120;
    pub(in super::super) const SUBSCRIPT: u8 = 130;
    pub(in super::super) const CAST: u8 = 140;
}

/// Operators that can precede `ANY (…)` and `ALL (…)`.
#[rustfmt::skip]
const COMPARISONS: &[&str] = &[
    "=", "<", "<=", "<>", ">", ">=", "~", "~*", "!~", "!~*", "~~", "~~*", "!~~", "!~~*",
];

pub(super) struct Parser<'a> {
    pub(super) tokens: Vec<Token<'a>>,
    /// The index of the next token.
    pub(super) position: usize,
    depth: usize,
    /// The number of expressions that may still be parsed. It limits backtracking: if a word proves not to be a keyword,
    /// the parser parses the following tokens again.
    budget: usize,
    pub(super) tree: Tree<'a>,
}

/// Parses the expression at the beginning of the text; `None` if there is none.
pub(super) fn parse(text: &str) -> Option<(Tree<'_>, Id)> {
    let tokens = tokens::tokenize(text)?;
    let budget = 2 * (tokens.len() + 8);
    let mut parser = Parser { tokens, position: 0, depth: 0, budget, tree: Tree::default() };
    let root = parser.expression(0)?;
    Some((parser.tree, root))
}

impl<'a> Parser<'a> {
    /// Parses an expression up to the first operator whose precedence is not higher than `precedence`.
    pub(super) fn expression(&mut self, precedence: u8) -> Option<Id> {
        if self.depth == MAX_DEPTH || self.budget == 0 {
            return None;
        }
        self.depth += 1;
        self.budget -= 1;
        let expression = self.expression_within_limits(precedence);
        self.depth -= 1;
        expression
    }

    fn expression_within_limits(&mut self, precedence: u8) -> Option<Id> {
        let mut left = self.operand()?;
        loop {
            let next = self.next_precedence();
            if next <= precedence {
                return Some(left);
            }
            left = self.operation(left, next)?;
        }
    }

    /// The precedence of the next operator; zero if the next token is not an operator.
    fn next_precedence(&self) -> u8 {
        let follows = |words: &[&str]| words.iter().any(|word| self.is_word(self.position + 1, word));
        match self.peek() {
            Some(Token::Word(word)) => match word.to_ascii_uppercase().as_str() {
                "OR" => precedence::OR,
                "AND" => precedence::AND,
                "IS" | "NOTNULL" => precedence::IS,
                "NOT" if follows(&["NULL"]) => precedence::IS,
                "NOT" if follows(&["IN", "BETWEEN", "LIKE", "ILIKE", "SIMILAR"]) => precedence::BETWEEN,
                "IN" | "BETWEEN" | "LIKE" | "ILIKE" | "SIMILAR" | "OVERLAPS" | "OPERATOR" => precedence::BETWEEN,
                "XOR" => precedence::XOR,
                "AT" if follows(&["TIME"]) && self.is_word(self.position + 2, "ZONE") => precedence::TIME_ZONE,
                "COLLATE" => precedence::COLLATE,
                _ => 0,
            },
            Some(Token::Symbol(symbol)) => match symbol {
                "::" => precedence::CAST,
                "[" => precedence::SUBSCRIPT,
                "^" => precedence::POWER,
                "*" | "/" | "%" => precedence::PRODUCT,
                "+" | "-" => precedence::SUM,
                ":=" | "<=>" => precedence::COMPARISON,
                _ if COMPARISONS.contains(&symbol) => precedence::COMPARISON,
                "!!" | "|/" | "||/" | "@-@" | "=>" => 0,
                _ if symbol.contains(|mark: char| "+-*/<>=~!@#%^&|?".contains(mark)) => precedence::OTHER,
                _ => 0,
            },
            _ => 0,
        }
    }

    /// Parses an operator and its right operand.
    fn operation(&mut self, left: Id, precedence: u8) -> Option<Id> {
        match self.next()? {
            Token::Symbol("::") => {
                let ty = self.type_name()?;
                Some(self.tree.add(Kind::Cast(ty), vec![left]))
            }
            Token::Symbol("!") => Some(self.operator("!", vec![left])),
            Token::Symbol("[") => None,
            Token::Symbol(symbol) => self.binary(symbol.into(), left, precedence),
            Token::Word(word) => match word.to_ascii_uppercase().as_str() {
                "AND" => self.binary("AND".into(), left, precedence),
                "OR" => self.binary("OR".into(), left, precedence),
                "XOR" => self.binary("XOR".into(), left, precedence),
                "OVERLAPS" => self.binary("OVERLAPS".into(), left, precedence),
                "OPERATOR" => {
                    let name = self.operator_name()?;
                    self.binary(name.into(), left, precedence)
                }
                "IS" => self.is_test(left),
                "NOTNULL" => Some(self.operator("IS NOT NULL", vec![left])),
                "NOT" if self.eat_word("NULL") => Some(self.operator("IS NOT NULL", vec![left])),
                "NOT" => self.membership("NOT ", left),
                "AT" => {
                    self.position += 2;
                    let zone = self.expression(precedence)?;
                    Some(self.other("AT TIME ZONE", vec![left, zone]))
                }
                // Only a name, a constant or a call can have a collation.
                "COLLATE" => None,
                _ => {
                    self.position -= 1;
                    self.membership("", left)
                }
            },
            _ => None,
        }
    }

    fn binary(&mut self, operator: Cow<'a, str>, left: Id, precedence: u8) -> Option<Id> {
        if let Some(quantifier) = self.eat_one_of(&["ANY", "ALL", "SOME"]) {
            if !self.eat("(") || !COMPARISONS.contains(&&*operator) {
                return None;
            }
            let right = self.expression(precedence)?;
            self.expect(")")?;
            return Some(self.other(format!("{operator} {quantifier}"), vec![left, right]));
        }
        let right = self.expression(precedence)?;
        Some(self.operator(operator, vec![left, right]))
    }

    /// Parses `(schema.@@)`.
    fn operator_name(&mut self) -> Option<String> {
        self.expect("(")?;
        let mut name = String::from("OPERATOR");
        loop {
            name.push('.');
            name += self.next()?.text();
            if !self.eat(".") {
                break;
            }
        }
        self.expect(")")?;
        Some(name)
    }

    /// Parses the part after `IS`.
    fn is_test(&mut self, left: Id) -> Option<Id> {
        let not = if self.eat_word("NOT") { "NOT " } else { "" };
        if self.eat_word("DISTINCT") {
            self.expect_word("FROM")?;
            // A bug of Prisma's parser: the right operand includes operators with any precedence.
            let right = self.expression(0)?;
            return Some(self.other(format!("IS {not}DISTINCT FROM"), vec![left, right]));
        }
        let test = self.eat_one_of(&["NULL", "TRUE", "FALSE", "UNKNOWN"])?;
        let test_name = format!("IS {not}{test}");
        Some(match test {
            "UNKNOWN" => self.other(test_name, vec![left]),
            _ => self.operator(test_name, vec![left]),
        })
    }

    /// Parses `IN (…)`, `BETWEEN … AND …`, `LIKE …` and similar operators.
    fn membership(&mut self, not: &str, left: Id) -> Option<Id> {
        let word = self.eat_one_of(&["IN", "BETWEEN", "LIKE", "ILIKE", "SIMILAR"])?;
        match word {
            "IN" => {
                self.expect("(")?;
                let mut operands = vec![left];
                operands.extend(self.list(")")?);
                Some(self.other(format!("{not}IN"), operands))
            }
            "BETWEEN" => {
                let low = self.expression(precedence::BETWEEN)?;
                self.expect_word("AND")?;
                let high = self.expression(precedence::BETWEEN)?;
                Some(self.operator(format!("{not}BETWEEN"), vec![left, low, high]))
            }
            _ => {
                let any = match word {
                    "SIMILAR" => self.eat_word("TO").then_some("")?,
                    _ if self.eat_word("ANY") => " ANY",
                    _ => "",
                };
                let mut operands = vec![left, self.expression(precedence::BETWEEN)?];
                if self.eat_word("ESCAPE") {
                    let Token::Literal { .. } = self.peek()? else { return None };
                    operands.push(self.literal()?);
                }
                Some(self.other(format!("{not}{word}{any}"), operands))
            }
        }
    }

    pub(super) fn operator(&mut self, operator: impl Into<Cow<'a, str>>, operands: Vec<Id>) -> Id {
        self.tree.add(Kind::Operation(operator.into()), operands)
    }

    pub(super) fn other(&mut self, label: impl Into<Cow<'a, str>>, operands: Vec<Id>) -> Id {
        self.tree.add(Kind::Other(label.into()), operands)
    }

    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.position).copied()
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.position += 1;
        Some(token)
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        self.peek() == Some(Token::Symbol(symbol))
    }

    pub(super) fn eat(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        self.position += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Option<()> {
        self.eat(symbol).then_some(())
    }

    pub(super) fn is_word(&self, position: usize, word: &str) -> bool {
        matches!(self.tokens.get(position), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word))
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(self.position, word);
        self.position += usize::from(found);
        found
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Option<()> {
        self.eat_word(word).then_some(())
    }

    /// Consumes the next word if it is one of these.
    pub(super) fn eat_one_of(&mut self, words: &[&'static str]) -> Option<&'static str> {
        words.iter().copied().find(|word| self.eat_word(word))
    }
}
