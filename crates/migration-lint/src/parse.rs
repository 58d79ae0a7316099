//! Finds the statements of a file, including statements in `DO` blocks, in functions and in executed SQL.

use std::rc::Rc;

use rowan::TextSize;
use squawk_syntax::{
    SourceFile, SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
    decoded_text::DecodedText,
    plpgsql::Plpgsql,
};

use crate::{
    limits::within_limits,
    tables::{self, TableName},
    tree::{Literal, LiteralText, Origin, SourceSpan, SqlTree, TreeKind, UNKNOWN_TEXT},
};

/// The trees and statements of a file.
#[derive(Default)]
pub(crate) struct ParsedFile {
    /// The tree of the file, then the trees of its literals.
    pub(crate) trees: Vec<SqlTree>,
    /// All statements in the order of the file, including nested ones.
    pub(crate) statements: Vec<ParsedStatement>,
    /// The parts that cannot be read, each with the reason.
    pub(crate) unreadable: Vec<(SourceSpan, &'static str)>,
}

/// A statement that the migration runs, or that one of its functions runs later.
pub(crate) struct ParsedStatement {
    pub(crate) ast: ast::Stmt,
    /// The index of its tree in [`ParsedFile::trees`].
    pub(crate) tree: usize,
    /// Whether a condition or an exception handler controls a second run.
    pub(crate) is_guarded: bool,
    /// The tables that it locks.
    pub(crate) locked: Vec<TableName>,
}

pub(crate) fn parse(sql: &str) -> ParsedFile {
    let mut file = ParsedFile::default();
    let (sql, beyond_limits) = within_limits(sql);
    file.unreadable.extend(beyond_limits.into_iter().map(|(statement, reason)| {
        // The finding shows the beginning: the statement can be huge.
        let end = sql.floor_char_boundary(statement.end.min(statement.start + 60));
        (SourceSpan { bytes: statement.start..end, statements: vec![statement] }, reason)
    }));
    let root = SourceFile::parse(&sql).syntax_node();
    file.add_sql(SqlTree { root, kind: TreeKind::File, origin: Origin::File, enclosing: Vec::new() }, false);
    file
}

impl ParsedFile {
    fn add_sql(&mut self, tree: SqlTree, is_guarded: bool) {
        let root = tree.root.clone();
        let index = self.add_tree(tree);
        for statement in root.children().filter_map(ast::Stmt::cast) {
            self.add_statement(statement, index, is_guarded);
        }
    }

    fn add_statement(&mut self, statement: ast::Stmt, tree: usize, is_guarded: bool) {
        let (body, kind) = match &statement {
            ast::Stmt::Do(block) => (block.plpgsql(), TreeKind::DoBlock),
            ast::Stmt::CreateFunction(function) => (function.plpgsql(), TreeKind::Function),
            ast::Stmt::CreateProcedure(procedure) => (procedure.plpgsql(), TreeKind::Function),
            _ => (None, TreeKind::File),
        };
        let node = statement.syntax().clone();
        let locked = tables::locked(&statement);
        self.statements.push(ParsedStatement { ast: statement, tree, is_guarded, locked });
        if let Some(body) = body {
            self.add_body(body, kind, &node, tree, is_guarded);
        }
    }

    /// Adds the body of a block or function, which is `node` in the tree `outer`.
    fn add_body(&mut self, body: Plpgsql, kind: TreeKind, node: &SyntaxNode, outer: usize, is_guarded: bool) {
        let outer = &self.trees[outer];
        // A block in a function runs only when the function runs.
        let kind = if outer.kind == TreeKind::Function { TreeKind::Function } else { kind };
        let enclosing = outer.span(node).statements;
        let root = body.syntax();
        let literal = Literal { text: LiteralText::Body(body), origin: outer.origin.clone() };
        let index =
            self.add_tree(SqlTree { root: root.clone(), kind, origin: Origin::Literal(Rc::new(literal)), enclosing });
        for node in root.descendants() {
            let is_guarded = is_guarded || has_guard(&node);
            match ast::PlpgsqlStmt::cast(node) {
                Some(ast::PlpgsqlStmt::PlpgsqlExecSqlStmt(run)) => {
                    if let Some(statement) = run.stmt() {
                        self.add_statement(statement, index, is_guarded);
                    }
                }
                Some(ast::PlpgsqlStmt::PlpgsqlDoStmt(run)) => {
                    if let Some(block) = run.syntax().children().find_map(ast::Do::cast) {
                        self.add_statement(ast::Stmt::Do(block), index, is_guarded);
                    }
                }
                Some(ast::PlpgsqlStmt::PlpgsqlDynExecuteStmt(run)) => self.add_executed(&run, index, is_guarded),
                _ => {}
            }
        }
    }

    fn add_executed(&mut self, run: &ast::PlpgsqlDynExecuteStmt, outer: usize, is_guarded: bool) {
        let outer = &self.trees[outer];
        let span = outer.span(run.syntax());
        let parsed = run.query().and_then(|query| executed_text(&query)).and_then(|(sql, text)| {
            let parse = SourceFile::parse(&sql);
            parse.errors().is_empty().then_some((parse, text))
        });
        let Some((parse, text)) = parsed else {
            self.unreadable.push((span, "the statement that it executes is built at run time"));
            return;
        };
        let literal = Literal { text: LiteralText::Sql(text), origin: outer.origin.clone() };
        let kind = if outer.kind == TreeKind::Function { TreeKind::Function } else { TreeKind::Executed };
        let origin = Origin::Literal(Rc::new(literal));
        self.add_sql(SqlTree { root: parse.syntax_node(), kind, origin, enclosing: span.statements }, is_guarded);
    }

    fn add_tree(&mut self, tree: SqlTree) -> usize {
        for node in tree.root.descendants().filter(is_first_error) {
            self.unreadable.push((tree.span(&node), "the parser does not know this statement"));
        }
        self.trees.push(tree);
        self.trees.len() - 1
    }
}

/// Whether a node is a syntax error, and not the rest of the error before it.
fn is_first_error(node: &SyntaxNode) -> bool {
    let is_error = |node: &SyntaxNode| node.kind() == SyntaxKind::ERROR;
    is_error(node) && !node.prev_sibling().as_ref().is_some_and(is_error)
}

/// Whether a statement of a block stands under a condition, in a loop, or under an exception handler.
fn has_guard(node: &SyntaxNode) -> bool {
    node.ancestors().skip(1).any(|outer| match ast::PlpgsqlStmt::cast(outer) {
        Some(ast::PlpgsqlStmt::PlpgsqlBlock(block)) => {
            block.exception().is_some()
                && block.body().is_some_and(|body| body.syntax().text_range().contains_range(node.text_range()))
        }
        Some(
            ast::PlpgsqlStmt::PlpgsqlIfStmt(_)
            | ast::PlpgsqlStmt::PlpgsqlCaseStmt(_)
            | ast::PlpgsqlStmt::PlpgsqlForQueryStmt(_)
            | ast::PlpgsqlStmt::PlpgsqlForDynStmt(_)
            | ast::PlpgsqlStmt::PlpgsqlWhileStmt(_),
        ) => true,
        _ => false,
    })
}

/// The executed SQL with [`UNKNOWN_TEXT`] for its unknown parts, and the position of each part.
fn executed_text(query: &ast::PlpgsqlExpr) -> Option<(String, DecodedText)> {
    let mut targets = query.target_list()?.targets();
    let expression = targets.next()?.expr()?;
    match expression {
        ast::Expr::CallExpr(call) => {
            let arguments = call.arg_list()?;
            let is_format = call.expr()?.syntax().text() == "format";
            let template = arguments.syntax().descendants().find_map(ast::Literal::cast)?.decoded_value()?;
            is_format.then(|| (without_placeholders(template.text()), template))
        }
        expression => {
            let mut text = DecodedText::new(expression.syntax().text_range().start());
            join(&expression, &mut text);
            (!text.text().starts_with(UNKNOWN_TEXT)).then(|| (text.text().to_owned(), text))
        }
    }
}

/// The template of `format` with values for its placeholders, at the same length.
fn without_placeholders(template: &str) -> String {
    let mut sql = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find('%') {
        sql.push_str(&rest[..start]);
        let is_type = |char: char| !char.is_ascii_digit() && char != '$';
        let end = rest[start + 1..].find(is_type).map_or(rest.len(), |length| start + 1 + length);
        let width = rest[start..].len().min(end + 1 - start);
        if rest[end..].starts_with('L') {
            sql.push_str(&format!("'{}'", " ".repeat(width - 2)));
        } else {
            sql.push_str(&format!("{}{}", UNKNOWN_TEXT.repeat(width / 2), "_".repeat(width % 2)));
        }
        rest = rest.get(start + width..).unwrap_or_default();
    }
    sql + rest
}

/// Appends the text of an expression of literals.
fn join(expression: &ast::Expr, text: &mut DecodedText) {
    match expression {
        ast::Expr::Literal(literal) => {
            if let Some(piece) = literal.decoded_value() {
                let source = |offset: usize| piece.source_pos(TextSize::try_from(offset).unwrap_or_default());
                for (offset, char) in piece.text().char_indices() {
                    text.push_char(char, source(offset));
                }
                text.mark_end(source(piece.text().len()));
            }
        }
        ast::Expr::ParenExpr(inner) => {
            if let Some(inner) = inner.expr() {
                join(&inner, text);
            }
        }
        ast::Expr::BinExpr(both) => {
            for side in [both.lhs(), both.rhs()].into_iter().flatten() {
                join(&side, text);
            }
        }
        unknown => {
            let range = unknown.syntax().text_range();
            text.push_str(UNKNOWN_TEXT, range.start());
            text.mark_end(range.end());
        }
    }
}
