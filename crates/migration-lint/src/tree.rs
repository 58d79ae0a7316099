//! Syntax trees of a migration: the tree of the file, and the trees of the SQL inside its literals.

use std::{ops::Range, rc::Rc};

use rowan::TextRange;
use squawk_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
    decoded_text::DecodedText,
    plpgsql::Plpgsql,
};

/// Stands in executed SQL for text that is known only at run time. It is a letter, so that it can be part of a name, and it
/// has two bytes, as the `%I` of `format` that it replaces.
pub(crate) const UNKNOWN_TEXT: &str = "ø";

/// The syntax tree of the file or of the SQL inside a literal.
pub(crate) struct SqlTree {
    pub(crate) root: SyntaxNode,
    pub(crate) kind: TreeKind,
    pub(crate) origin: Origin,
    /// The statements of the file that contain the literal, innermost first.
    pub(crate) enclosing: Vec<Range<usize>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TreeKind {
    File,
    /// The body of a `DO` block.
    DoBlock,
    /// The argument of `EXECUTE`.
    Executed,
    /// The body of a function, which the migration does not run.
    Function,
}

/// A part of the file.
#[derive(Clone, Debug)]
pub(crate) struct SourceSpan {
    pub(crate) bytes: Range<usize>,
    /// The statements that contain it, innermost first.
    pub(crate) statements: Vec<Range<usize>>,
}

/// The position of a tree's text in the file.
#[derive(Clone)]
pub(crate) enum Origin {
    File,
    Literal(Rc<Literal>),
}

/// A literal that contains SQL.
pub(crate) struct Literal {
    pub(crate) text: LiteralText,
    /// The position of the text that contains the literal.
    pub(crate) origin: Origin,
}

pub(crate) enum LiteralText {
    Body(Plpgsql),
    Sql(DecodedText),
}

impl SqlTree {
    pub(crate) fn span(&self, node: &SyntaxNode) -> SourceSpan {
        let statements = node.ancestors().filter(is_statement).map(|node| self.origin.bytes(node.text_range()));
        SourceSpan {
            bytes: self.origin.bytes(node.text_range()),
            statements: statements.chain(self.enclosing.iter().cloned()).collect(),
        }
    }
}

fn is_statement(node: &SyntaxNode) -> bool {
    let kind = node.kind();
    let in_file = node.parent().is_some_and(|parent| parent.kind() == SyntaxKind::SOURCE_FILE);
    in_file || (ast::PlpgsqlStmt::can_cast(kind) && kind != SyntaxKind::PLPGSQL_BLOCK)
}

impl Origin {
    /// The bytes of the file that a range of the tree covers.
    pub(crate) fn bytes(&self, range: TextRange) -> Range<usize> {
        match self {
            Self::File => range.into(),
            Self::Literal(literal) => {
                let range = match &literal.text {
                    LiteralText::Body(body) => body.source_range(range),
                    LiteralText::Sql(text) => text.source_range(range),
                };
                literal.origin.bytes(range)
            }
        }
    }
}
