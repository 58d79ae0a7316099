//! The tables that a statement names.

use rowan::TextRange;
use squawk_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
};

use crate::tree::UNKNOWN_TEXT;

/// The name of a table in a statement.
#[derive(Clone, Debug)]
pub(crate) struct TableName {
    /// The name as PostgreSQL reads it.
    pub(crate) name: String,
    pub(crate) is_quoted: bool,
    /// The name as written, without a schema.
    pub(crate) written: String,
    pub(crate) node: SyntaxNode,
}

impl TableName {
    pub(crate) fn of(node: &SyntaxNode) -> Option<Self> {
        let path = node.children().find_map(|child| {
            let is_path = matches!(child.kind(), SyntaxKind::PATH | SyntaxKind::PATH_REF);
            is_path.then_some(child)
        })?;
        // The last segment is the table; the others name its schema and database.
        let segment = path.children().last()?;
        let written = segment.text().to_string();
        let (name, is_quoted) = match segment.kind() {
            SyntaxKind::PATH_SEGMENT => ast::PathSegment::cast(segment).map(|it| (it.text(), it.is_quoted()))?,
            _ => ast::PathSegmentRef::cast(segment).map(|it| (it.text(), it.is_quoted()))?,
        };
        (!name.contains(UNKNOWN_TEXT)).then(|| Self { name, is_quoted, written, node: node.clone() })
    }

    pub(crate) fn range(&self) -> TextRange {
        self.node.text_range()
    }
}

/// The table that a statement creates.
pub(crate) fn created(statement: &ast::Stmt) -> Option<TableName> {
    match statement {
        ast::Stmt::CreateTable(_) | ast::Stmt::CreateTableAs(_) => {
            named(statement.syntax(), &[SyntaxKind::TABLE_NAME]).next()
        }
        _ => None,
    }
}

/// The tables that a statement drops.
pub(crate) fn dropped(statement: &ast::Stmt) -> Vec<TableName> {
    if matches!(statement, ast::Stmt::DropTable(_)) { locked(statement) } else { Vec::new() }
}

/// The table that a statement renames, and its new name.
pub(crate) fn renamed(statement: &ast::Stmt) -> Option<(TableName, TableName)> {
    let ast::Stmt::AlterTable(alter) = statement else { return None };
    let rename = alter.actions().find_map(|action| match action {
        ast::AlterTableAction::TableRenameTo(rename) => Some(rename),
        _ => None,
    })?;
    Some((altered(alter)?, named(rename.syntax(), &[SyntaxKind::TABLE_NAME]).next()?))
}

/// The table that a statement alters.
pub(crate) fn altered(statement: &ast::AlterTable) -> Option<TableName> {
    TableName::of(statement.table_relation_name()?.table_name_ref()?.syntax())
}

/// The table that an index is for.
pub(crate) fn indexed(statement: &ast::CreateIndex) -> Option<TableName> {
    TableName::of(statement.table_relation_name()?.table_name_ref()?.syntax())
}

/// The tables whose writers a statement blocks, or whose rows it locks. The result lacks the tables that the statement
/// creates, and the table of an index that it names.
pub(crate) fn locked(statement: &ast::Stmt) -> Vec<TableName> {
    use SyntaxKind::{RELATION_NAME_REF, TABLE_NAME_REF};
    let node = statement.syntax();
    match statement {
        ast::Stmt::AlterTable(_)
        | ast::Stmt::CreateIndex(_)
        | ast::Stmt::CreateTable(_)
        | ast::Stmt::DropTable(_)
        | ast::Stmt::Reindex(_)
        | ast::Stmt::Cluster(_)
        | ast::Stmt::Truncate(_) => named(node, &[TABLE_NAME_REF]).collect(),
        ast::Stmt::CreateTrigger(_)
        | ast::Stmt::DropTrigger(_)
        | ast::Stmt::CreatePolicy(_)
        | ast::Stmt::DropPolicy(_)
        | ast::Stmt::Lock(_) => named(node, &[TABLE_NAME_REF, RELATION_NAME_REF]).collect(),
        ast::Stmt::Update(_) | ast::Stmt::Delete(_) | ast::Stmt::Merge(_) => {
            named(node, &[TABLE_NAME_REF, RELATION_NAME_REF]).take(1).collect()
        }
        _ => Vec::new(),
    }
}

fn named<'a>(node: &SyntaxNode, kinds: &'a [SyntaxKind]) -> impl Iterator<Item = TableName> + 'a {
    node.descendants().filter(move |node| kinds.contains(&node.kind())).filter_map(|node| TableName::of(&node))
}
