use squawk_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
};

use super::Ours;
use crate::{
    Rule, Severity,
    finding::Report,
    migration::{Migration, Statement, TreeKind},
};

pub(super) const RULE: Ours = Ours {
    rule: Rule {
        name: "concurrently-not-alone",
        severity: Severity::Error,
        summary: "What runs CONCURRENTLY is the only statement of its migration.",
        why: "\
CREATE INDEX, DROP INDEX, REINDEX and DETACH PARTITION with CONCURRENTLY cannot run in a transaction, and PostgreSQL runs the
statements of one file as one transaction, `SET LOCAL` and `SELECT 1` included. It refuses such a file, which leaves the
migration failed and the proxy unable to start. In a DO block it can never run.",
        bad: r#"ALTER TABLE "LiteLLM_New" ADD COLUMN IF NOT EXISTS "alias" TEXT;
CREATE INDEX CONCURRENTLY IF NOT EXISTS "LiteLLM_New_alias_idx" ON "LiteLLM_New"("alias");"#,
        good: &[
            r#"ALTER TABLE "LiteLLM_New" ADD COLUMN IF NOT EXISTS "alias" TEXT;"#,
            r#"CREATE INDEX CONCURRENTLY IF NOT EXISTS "LiteLLM_New_alias_idx" ON "LiteLLM_New"("alias");"#,
        ],
    },
    check,
};

fn check(migration: &Migration<'_>, report: &mut Report<'_, '_>) {
    let in_file =
        migration.statements.iter().filter(|statement| migration.tree(statement).kind == TreeKind::File).count();
    for statement in migration.run_statements().filter(|statement| is_concurrent(statement)) {
        let (message, help) = if migration.tree(statement).kind != TreeKind::File {
            (
                "What runs CONCURRENTLY cannot run in a DO block.",
                "take it out of the block, into a migration of its own",
            )
        } else if in_file > 1 {
            (
                "What runs CONCURRENTLY must be the only statement of its migration.",
                "move it into a migration of its own",
            )
        } else {
            continue;
        };
        report.push(migration.whole(statement), message, help);
    }
}

/// Whether a statement cannot run in a transaction because of this word.
pub(super) fn is_concurrent(statement: &Statement) -> bool {
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

    use crate::testing::{check, found};

    const NAME: &str = super::RULE.rule.name;

    #[test]
    fn with_a_timeout() {
        check(
            NAME,
            "SET LOCAL lock_timeout = '10s';\nDROP INDEX CONCURRENTLY IF EXISTS \"i\";\n",
            &expect![[r#"
            error[concurrently-not-alone]: What runs CONCURRENTLY must be the only statement of its migration.
             --> migration.sql:2:1
              |
            2 | DROP INDEX CONCURRENTLY IF EXISTS "i";
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = help: move it into a migration of its own
        "#]],
        );
    }

    #[test]
    fn in_a_block() {
        let sql = "DO $$ BEGIN\n  EXECUTE 'REINDEX INDEX CONCURRENTLY i';\nEND $$;";
        assert_eq!(found(NAME, sql), ["2:12 REINDEX INDEX CONCURRENTLY i"]);
    }

    #[test]
    fn a_partition() {
        let sql = "SELECT 1; ALTER TABLE \"LiteLLM_SpendLogs\" DETACH PARTITION p CONCURRENTLY;";
        assert_eq!(found(NAME, sql).len(), 1);
    }

    #[test]
    fn alone_with_comments() {
        assert!(found(NAME, "-- why\nREINDEX (CONCURRENTLY) TABLE \"LiteLLM_TeamTable\"; -- and how\n").is_empty());
    }
}
