//! The rule `concurrently-not-alone`.

use squawk_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
};

use super::{ParsedMigration, ParsedStatement, Reporter, Rule, Severity, TreeKind};

pub(super) const RULE: Rule = Rule {
    name: "concurrently-not-alone",
    severity: Severity::Error,
    summary: "Put a CONCURRENTLY statement in a migration of its own.",
    why: "\
CREATE INDEX, DROP INDEX, REINDEX and DETACH PARTITION with CONCURRENTLY cannot run in a transaction. PostgreSQL runs the
statements of one file as one transaction, including `SET LOCAL` and `SELECT 1`. It rejects such a file, so the migration fails
and the proxy cannot start. In a DO block the statement always fails.",
    bad: r#"ALTER TABLE "LiteLLM_New" ADD COLUMN IF NOT EXISTS "alias" TEXT;
CREATE INDEX CONCURRENTLY IF NOT EXISTS "LiteLLM_New_alias_idx" ON "LiteLLM_New"("alias");"#,
    good: &[
        r#"ALTER TABLE "LiteLLM_New" ADD COLUMN IF NOT EXISTS "alias" TEXT;"#,
        r#"CREATE INDEX CONCURRENTLY IF NOT EXISTS "LiteLLM_New_alias_idx" ON "LiteLLM_New"("alias");"#,
    ],
};

pub(super) fn check(migration: &ParsedMigration<'_>, reporter: &mut Reporter<'_, '_>) {
    let in_file =
        migration.file.statements.iter().filter(|statement| migration.tree(statement).kind == TreeKind::File).count();
    for statement in migration.run_statements().filter(|statement| is_concurrent(statement)) {
        let (message, help) = if migration.tree(statement).kind != TreeKind::File {
            (
                "A CONCURRENTLY statement cannot run in a DO block.",
                "Move it out of the block, into a separate migration.",
            )
        } else if in_file > 1 {
            (
                "A CONCURRENTLY statement must be the only statement of its migration.",
                "Move it into a separate migration.",
            )
        } else {
            continue;
        };
        reporter.report(migration.statement_span(statement), message, help);
    }
}

/// Whether a statement has CONCURRENTLY and therefore cannot run in a transaction.
pub(super) fn is_concurrent(statement: &ParsedStatement) -> bool {
    let has_word =
        |node: &SyntaxNode| node.descendants_with_tokens().any(|element| element.kind() == SyntaxKind::CONCURRENTLY_KW);
    match &statement.ast {
        ast::Stmt::CreateIndex(create) => create.concurrently_token().is_some(),
        ast::Stmt::DropIndex(drop) => drop.concurrently_token().is_some(),
        ast::Stmt::Reindex(reindex) => has_word(reindex.syntax()),
        ast::Stmt::AlterTable(alter) => alter.actions().any(|action| match action {
            ast::AlterTableAction::DetachPartition(detach) => has_word(detach.syntax()),
            _ => false,
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::testing::{check, found};

    #[test]
    fn next_to_a_timeout() {
        check(
            RULE.name,
            r#"
            SET LOCAL lock_timeout = '10s';
            DROP INDEX CONCURRENTLY IF EXISTS "i";
            "#,
            &expect![[r#"
                error[concurrently-not-alone]: A CONCURRENTLY statement must be the only statement of its migration.
                 --> migration.sql:2:1
                  |
                2 | DROP INDEX CONCURRENTLY IF EXISTS "i";
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: Move it into a separate migration.
            "#]],
        );
    }

    #[test]
    fn in_a_block() {
        let sql = r"
            DO $$ BEGIN
                EXECUTE 'REINDEX INDEX CONCURRENTLY i';
            END $$;
            ";
        assert_eq!(found(RULE.name, sql), ["2:14 REINDEX INDEX CONCURRENTLY i"]);
    }

    #[test]
    fn a_partition() {
        let sql = r#"SELECT 1; ALTER TABLE "LiteLLM_SpendLogs" DETACH PARTITION p CONCURRENTLY;"#;
        assert_eq!(found(RULE.name, sql).len(), 1);
    }

    #[test]
    fn next_to_comments() {
        let sql = r#"
            -- a comment
            REINDEX (CONCURRENTLY) TABLE "LiteLLM_TeamTable"; -- and another
            "#;
        assert!(found(RULE.name, sql).is_empty());
    }
}
