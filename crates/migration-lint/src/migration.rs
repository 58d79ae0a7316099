//! A migration as the rules see it.

use std::{
    collections::{BTreeMap, BTreeSet},
    ptr,
};

use squawk_syntax::{SyntaxNode, ast::AstNode};

use crate::{
    LintContext,
    parse::{self, ParsedFile, ParsedStatement},
    tables,
    tree::{SourceSpan, SqlTree, TreeKind},
};

/// A parsed migration and the tables that it meets.
pub(crate) struct ParsedMigration<'a> {
    pub(crate) context: &'a LintContext<'a>,
    pub(crate) file: ParsedFile,
    lower_case: String,
    /// The existing tables, also under the names that this migration gives them.
    existing_tables: BTreeSet<String>,
    /// The tables that the file drops and creates again, perhaps in another schema, with the index of the creating statement.
    recreated: BTreeMap<String, usize>,
}

fn recreated(statements: &[ParsedStatement]) -> BTreeMap<String, usize> {
    let (mut dropped, mut recreated) = (BTreeSet::new(), BTreeMap::new());
    for (index, statement) in statements.iter().enumerate().filter(|(_, statement)| !statement.is_guarded) {
        dropped.extend(tables::dropped(&statement.ast).into_iter().map(|table| table.name));
        if let Some(table) = tables::created(&statement.ast).filter(|table| dropped.contains(&table.name)) {
            recreated.insert(table.name, index);
        }
    }
    recreated
}

impl<'a> ParsedMigration<'a> {
    pub(crate) fn parse(sql: &str, context: &'a LintContext<'a>) -> Self {
        let file = parse::parse(sql);
        let mut existing_tables = context.existing_tables.clone();
        for statement in &file.statements {
            if let Some((old, new)) = tables::renamed(&statement.ast)
                && existing_tables.contains(&old.name)
            {
                existing_tables.insert(new.name);
            }
        }
        let recreated = recreated(&file.statements);
        Self { context, file, lower_case: sql.to_lowercase(), existing_tables, recreated }
    }

    /// Whether the file contains a text, given in lower case. This is much faster than a search in the trees, and most files
    /// contain none of the words that rules look for.
    pub(crate) fn contains(&self, text: &str) -> bool {
        self.lower_case.contains(text)
    }

    /// Whether a table exists before the release's migrations run.
    pub(crate) fn is_existing(&self, table: &str) -> bool {
        self.existing_tables.contains(table)
    }

    /// Whether other sessions can use a table when a statement runs: it existed before, and the file has not created it again.
    pub(crate) fn is_in_use(&self, table: &str, statement: &ParsedStatement) -> bool {
        let index = || self.file.statements.iter().position(|it| ptr::eq(it, statement));
        let is_new = || self.recreated.get(table).is_some_and(|&created| index() > Some(created));
        self.is_existing(table) && !is_new()
    }

    /// Whether the setting `hot-tables` names a table.
    pub(crate) fn is_hot(&self, table: &str) -> bool {
        self.context.hot_tables.contains(table)
    }

    /// The statements that the migration runs itself, without those in bodies of functions.
    pub(crate) fn run_statements(&self) -> impl Iterator<Item = &ParsedStatement> {
        self.file.statements.iter().filter(|statement| self.tree(statement).kind != TreeKind::Function)
    }

    pub(crate) fn tree(&self, statement: &ParsedStatement) -> &SqlTree {
        &self.file.trees[statement.tree]
    }

    /// The span of a part of a statement.
    pub(crate) fn span(&self, statement: &ParsedStatement, part: &SyntaxNode) -> SourceSpan {
        self.tree(statement).span(part)
    }

    /// The span of a whole statement.
    pub(crate) fn statement_span(&self, statement: &ParsedStatement) -> SourceSpan {
        self.span(statement, statement.ast.syntax())
    }
}
