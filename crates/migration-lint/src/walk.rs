//! Finds the statements of a file: its own, those in `DO` blocks and functions, and those in texts that are executed.

use std::rc::Rc;

use rowan::TextSize;
use squawk_syntax::{
    SourceFile, SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
    decoded_text::DecodedText,
    plpgsql::Plpgsql,
};

use crate::{
    migration::{Literal, LiteralText, Origin, Place, Statement, Tree, TreeKind},
    tables,
};

/// What stands in an executed text for what is known only when it runs. It is a letter, so that it can be part of a name,
/// and as long as the `%I` of `format` that it replaces.
pub(crate) const UNKNOWN: &str = "ø";

/// What was found.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) trees: Vec<Tree>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) unread: Vec<(Place, String)>,
}

/// Reads a file.
pub(crate) fn read(sql: &str) -> Read {
    let mut read = Read::default();
    let parse = SourceFile::parse(sql);
    let tree = Tree { root: parse.syntax_node(), kind: TreeKind::File, origin: Origin::File, within: Vec::new() };
    read.sql(tree, false);
    read
}

impl Read {
    fn sql(&mut self, tree: Tree, is_guarded: bool) {
        let root = tree.root.clone();
        let index = self.push(tree);
        for statement in root.children().filter_map(ast::Stmt::cast) {
            self.statement(statement, index, is_guarded);
        }
    }

    fn statement(&mut self, statement: ast::Stmt, tree: usize, is_guarded: bool) {
        let (body, kind) = match &statement {
            ast::Stmt::Do(block) => (block.plpgsql(), TreeKind::Block),
            ast::Stmt::CreateFunction(function) => (function.plpgsql(), TreeKind::Function),
            ast::Stmt::CreateProcedure(procedure) => (procedure.plpgsql(), TreeKind::Function),
            _ => (None, TreeKind::File),
        };
        let node = statement.syntax().clone();
        let locked = tables::locked(&statement);
        self.statements.push(Statement { ast: statement, tree, is_guarded, locked });
        if let Some(body) = body {
            self.body(body, kind, &node, tree, is_guarded);
        }
    }

    /// The body of the block or function that `node` of `outer` is.
    fn body(&mut self, body: Plpgsql, kind: TreeKind, node: &SyntaxNode, outer: usize, is_guarded: bool) {
        let outer = &self.trees[outer];
        // What a function executes runs no sooner than the function does.
        let kind = if outer.kind == TreeKind::Function { TreeKind::Function } else { kind };
        let whole = outer.place(node);
        let root = body.syntax();
        let literal = Literal { text: LiteralText::Block(body), origin: outer.origin.clone() };
        let index = self.push(Tree {
            root: root.clone(),
            kind,
            origin: Origin::Literal(Rc::new(literal)),
            within: whole.statements,
        });
        for node in root.descendants() {
            let is_guarded = is_guarded || has_guard(&node);
            match ast::PlpgsqlStmt::cast(node) {
                Some(ast::PlpgsqlStmt::PlpgsqlExecSqlStmt(run)) => {
                    if let Some(statement) = run.stmt() {
                        self.statement(statement, index, is_guarded);
                    }
                }
                Some(ast::PlpgsqlStmt::PlpgsqlDoStmt(run)) => {
                    if let Some(block) = run.syntax().children().find_map(ast::Do::cast) {
                        self.statement(ast::Stmt::Do(block), index, is_guarded);
                    }
                }
                Some(ast::PlpgsqlStmt::PlpgsqlDynExecuteStmt(run)) => self.executed(&run, index, is_guarded),
                _ => {}
            }
        }
    }

    fn executed(&mut self, run: &ast::PlpgsqlDynExecuteStmt, outer: usize, is_guarded: bool) {
        let outer = &self.trees[outer];
        let place = outer.place(run.syntax());
        let read = run.query().and_then(|query| executed_text(&query)).and_then(|(sql, text)| {
            let parse = SourceFile::parse(&sql);
            parse.errors().is_empty().then_some((parse, text))
        });
        let Some((parse, text)) = read else {
            let why = "what it executes is put together while it runs";
            self.unread.push((place, why.to_owned()));
            return;
        };
        let literal = Literal { text: LiteralText::Sql(text), origin: outer.origin.clone() };
        let kind = if outer.kind == TreeKind::Function { TreeKind::Function } else { TreeKind::Executed };
        let origin = Origin::Literal(Rc::new(literal));
        self.sql(Tree { root: parse.syntax_node(), kind, origin, within: place.statements }, is_guarded);
    }

    fn push(&mut self, tree: Tree) -> usize {
        for node in tree.root.descendants().filter(is_first_error) {
            self.unread.push((tree.place(&node), "no statement that is known here reads like this".to_owned()));
        }
        self.trees.push(tree);
        self.trees.len() - 1
    }
}

/// Whether a node could not be read, and is not just the rest of one that could not.
fn is_first_error(node: &SyntaxNode) -> bool {
    let is_error = |node: &SyntaxNode| node.kind() == SyntaxKind::ERROR;
    is_error(node) && !node.prev_sibling().as_ref().is_some_and(is_error)
}

/// Whether a statement of a block runs only under some condition, or may fail.
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

/// What is executed, as far as it is written there, and where each part of it stands.
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
            (!text.text().starts_with(UNKNOWN)).then(|| (text.text().to_owned(), text))
        }
    }
}

/// The template of `format`, at the same length, with values in it.
fn without_placeholders(template: &str) -> String {
    let mut sql = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        sql.push_str(&rest[..at]);
        let end = rest[at + 1..]
            .find(|char: char| !char.is_ascii_digit() && char != '$')
            .map_or(rest.len(), |end| at + 1 + end);
        let width = rest[at..].len().min(end + 1 - at);
        let is_literal = rest[end..].starts_with('L');
        match (is_literal, width) {
            (true, _) => sql.push_str(&format!("'{}'", " ".repeat(width - 2))),
            (false, _) => sql.push_str(&format!("{}{}", UNKNOWN.repeat(width / 2), "_".repeat(width % 2))),
        }
        rest = rest.get(at + width..).unwrap_or_default();
    }
    sql + rest
}

/// Appends what `expression` says, where it is a literal or several that are put together.
fn join(expression: &ast::Expr, text: &mut DecodedText) {
    match expression {
        ast::Expr::Literal(literal) => {
            if let Some(piece) = literal.decoded_value() {
                let source = |at: usize| piece.source_pos(TextSize::try_from(at).unwrap_or_default());
                for (at, char) in piece.text().char_indices() {
                    text.push_char(char, source(at));
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
            text.push_str(UNKNOWN, range.start());
            text.mark_end(range.end());
        }
    }
}
