//! A migration as its rules see it.

use std::{collections::BTreeSet, ops::Range, rc::Rc};

use rowan::TextRange;
use squawk_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
    decoded_text::DecodedText,
    plpgsql::Plpgsql,
};

use crate::{
    Context,
    tables::{self, TableName},
    walk,
};

/// A migration's text, read.
pub(crate) struct Migration<'a> {
    pub(crate) context: &'a Context<'a>,
    /// The text in lower case.
    lower: String,
    /// The file first, then what is in its literals.
    pub(crate) trees: Vec<Tree>,
    /// Each statement, also those within others, in the order of the file.
    pub(crate) statements: Vec<Statement>,
    /// What could not be read, and why.
    pub(crate) unread: Vec<(Place, String)>,
    /// The tables in use, with the names that they have been given here.
    existing_tables: BTreeSet<String>,
}

/// A text of its own in the file: all of it, or what a literal holds.
pub(crate) struct Tree {
    pub(crate) root: SyntaxNode,
    pub(crate) kind: TreeKind,
    pub(crate) origin: Origin,
    /// The statements that the literal is in, innermost first.
    pub(crate) within: Vec<Range<usize>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TreeKind {
    File,
    /// What a `DO` block does.
    Block,
    /// What `EXECUTE` is given.
    Executed,
    /// The body of a function, which the migration does not run.
    Function,
}

/// A statement that the migration runs, or that a function of it does later.
pub(crate) struct Statement {
    pub(crate) ast: ast::Stmt,
    /// Which of [`Migration::trees`] it is in.
    pub(crate) tree: usize,
    /// Whether a condition or an exception handler decides what happens when it runs again.
    pub(crate) is_guarded: bool,
    /// The tables that it locks.
    pub(crate) locked: Vec<TableName>,
}

/// Something in the file.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) span: Range<usize>,
    /// The statements that it is in, innermost first.
    pub(crate) statements: Vec<Range<usize>>,
}

/// Where in the file the text of a tree stands.
#[derive(Clone)]
pub(crate) enum Origin {
    File,
    Literal(Rc<Literal>),
}

pub(crate) struct Literal {
    pub(crate) text: LiteralText,
    /// Where the literal stands.
    pub(crate) origin: Origin,
}

pub(crate) enum LiteralText {
    Block(Plpgsql),
    Sql(DecodedText),
}

impl<'a> Migration<'a> {
    pub(crate) fn read(sql: &str, context: &'a Context<'a>) -> Self {
        let read = walk::read(sql);
        let mut existing_tables = context.existing_tables.clone();
        for statement in &read.statements {
            if let Some((old, new)) = tables::renamed(&statement.ast)
                && existing_tables.contains(&old.name)
            {
                existing_tables.insert(new.name);
            }
        }
        Self {
            context,
            lower: sql.to_lowercase(),
            trees: read.trees,
            statements: read.statements,
            unread: read.unread,
            existing_tables,
        }
    }

    /// Whether the file has a word, given in lower case. This is much faster than to look for it in the trees, and most files
    /// have none of the words that rules look for.
    pub(crate) fn mentions(&self, word: &str) -> bool {
        self.lower.contains(word)
    }

    /// Whether a table is in use when the migration runs.
    pub(crate) fn is_existing(&self, table: &str) -> bool {
        self.existing_tables.contains(table)
    }

    /// Whether a table is in use and large.
    pub(crate) fn is_hot(&self, table: &str) -> bool {
        self.context.hot_tables.contains(table)
    }

    /// The statements that the migration itself runs.
    pub(crate) fn run_statements(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|statement| self.tree(statement).kind != TreeKind::Function)
    }

    pub(crate) fn tree(&self, statement: &Statement) -> &Tree {
        &self.trees[statement.tree]
    }

    /// The place of a part of a statement.
    pub(crate) fn place(&self, statement: &Statement, part: &SyntaxNode) -> Place {
        self.tree(statement).place(part)
    }

    /// The place of a whole statement.
    pub(crate) fn whole(&self, statement: &Statement) -> Place {
        self.place(statement, statement.ast.syntax())
    }
}

impl Tree {
    pub(crate) fn place(&self, node: &SyntaxNode) -> Place {
        self.place_of_range(node, node.text_range())
    }

    /// The place of a part of `node`.
    pub(crate) fn place_of_range(&self, node: &SyntaxNode, range: TextRange) -> Place {
        let statements = node.ancestors().filter(is_statement).map(|node| self.origin.span(node.text_range()));
        Place { span: self.origin.span(range), statements: statements.chain(self.within.iter().cloned()).collect() }
    }
}

fn is_statement(node: &SyntaxNode) -> bool {
    let kind = node.kind();
    let in_file = node.parent().is_some_and(|parent| parent.kind() == SyntaxKind::SOURCE_FILE);
    in_file || (ast::PlpgsqlStmt::can_cast(kind) && kind != SyntaxKind::PLPGSQL_BLOCK)
}

impl Origin {
    /// The bytes of the file.
    pub(crate) fn span(&self, range: TextRange) -> Range<usize> {
        match self {
            Self::File => range.into(),
            Self::Literal(literal) => {
                let range = match &literal.text {
                    LiteralText::Block(block) => block.source_range(range),
                    LiteralText::Sql(text) => text.source_range(range),
                };
                literal.origin.span(range)
            }
        }
    }
}
