//! The syntax tree of a predicate, without parentheses.

use std::borrow::Cow;

use super::tokens::Token;

/// The index of an expression in a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id(u32);

/// Expressions that refer to each other by index. A flat list can be compared and dropped without recursion.
#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    expressions: Vec<Expression<'a>>,
}

#[derive(Debug)]
pub(super) struct Expression<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) operands: Vec<Id>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// A column, possibly with its table.
    Name(Vec<Token<'a>>),
    /// A constant; `true`, `false` and `null` are in lower case.
    Literal(Token<'a>),
    /// `operand::type`.
    Cast(String),
    /// An operation. Prisma compares its operands by meaning.
    Operation(Cow<'a, str>),
    /// Any other expression, such as a call. Prisma compares its text.
    Other(Cow<'a, str>),
}

impl<'a> Tree<'a> {
    pub(super) fn add(&mut self, kind: Kind<'a>, operands: Vec<Id>) -> Id {
        let id = Id(u32::try_from(self.expressions.len()).expect("a predicate is shorter than 4 GiB"));
        self.expressions.push(Expression { kind, operands });
        id
    }

    pub(super) fn get(&self, id: Id) -> &Expression<'a> {
        &self.expressions[id.0 as usize]
    }

    /// The operand of a cast.
    pub(super) fn cast_operand(&self, id: Id) -> Option<Id> {
        let Expression { kind: Kind::Cast(_), operands } = self.get(id) else { return None };
        operands.first().copied()
    }
}
