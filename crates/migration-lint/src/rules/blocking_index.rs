//! The rule `blocking-index`.

use squawk_syntax::ast;

use super::{ParsedMigration, Reporter, Rule, Severity, tables};

pub(super) const RULE: Rule = Rule {
    name: "blocking-index",
    severity: Severity::Error,
    summary: "Build an index on an existing table CONCURRENTLY.",
    why: "\
A plain CREATE INDEX blocks writes to the table until PostgreSQL has read the whole table. Migrations run while one proxy starts
and the other proxies serve requests. Their requests wait, and fail when they time out.

CREATE INDEX CONCURRENTLY does not block writes. It cannot run in a transaction, so it must be the only statement of its
migration. A failed build leaves an INVALID index, and IF NOT EXISTS then mistakes that index for the finished one. Drop it with
DROP INDEX CONCURRENTLY before you apply the migration again. On a table that the same release creates, use a plain CREATE
INDEX.",
    bad: r#"SET LOCAL lock_timeout = '10s';
CREATE INDEX IF NOT EXISTS "LiteLLM_TeamTable_alias_idx" ON "LiteLLM_TeamTable"("alias");"#,
    good: &[
        r#"CREATE INDEX CONCURRENTLY IF NOT EXISTS "LiteLLM_TeamTable_alias_idx" ON "LiteLLM_TeamTable"("alias");"#,
    ],
};

pub(super) fn check(migration: &ParsedMigration<'_>, reporter: &mut Reporter<'_, '_>) {
    for statement in migration.run_statements() {
        let ast::Stmt::CreateIndex(index) = &statement.ast else { continue };
        let Some(table) = tables::indexed(index).map(|table| table.name) else { continue };
        // `index-on-hot-table` reports indexes on hot tables.
        let is_blocking = index.concurrently_token().is_none() && !migration.is_hot(&table);
        if is_blocking && migration.is_in_use(&table, statement) {
            reporter.report(
                migration.statement_span(statement),
                format!("Building this index blocks writes to {table}."),
                "Build it with CREATE INDEX CONCURRENTLY, as the only statement of a separate migration.",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::testing::{check, found};

    #[test]
    fn an_existing_table() {
        check(
            RULE.name,
            r#"
            CREATE UNIQUE INDEX "i"
                ON "LiteLLM_TeamTable"("alias");
            "#,
            &expect![[r#"
                error[blocking-index]: Building this index blocks writes to LiteLLM_TeamTable.
                 --> migration.sql:1:1
                  |
                1 | CREATE UNIQUE INDEX "i"
                  | ^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: Build it with CREATE INDEX CONCURRENTLY, as the only statement of a separate migration.
            "#]],
        );
    }

    #[test]
    fn a_table_that_is_dropped_and_created_again() {
        let sql = r#"
            DROP TABLE "LiteLLM_TeamTable";
            CREATE TABLE IF NOT EXISTS other."LiteLLM_TeamTable" (a INT);
            CREATE INDEX i ON other."LiteLLM_TeamTable"(a);
            "#;
        assert_eq!(found(RULE.name, sql), [""; 0]);
        let sql = r#"
            DROP TABLE "LiteLLM_UserTable";
            CREATE TABLE IF NOT EXISTS "LiteLLM_TeamTable" (a INT);
            CREATE INDEX i ON "LiteLLM_TeamTable"(a);
            "#;
        assert_eq!(found(RULE.name, sql).len(), 1);
    }

    #[test]
    fn in_a_block() {
        let sql = r#"
            DO $$
            BEGIN
                CREATE INDEX i ON "LiteLLM_TeamTable"(a);
            END $$;
            "#;
        assert_eq!(found(RULE.name, sql), [r#"3:5 CREATE INDEX i ON "LiteLLM_TeamTable"(a)"#]);
    }

    #[test]
    fn executed_sql_with_quotes() {
        let sql = r#"DO $$ BEGIN EXECUTE 'CREATE INDEX i ON "LiteLLM_TeamTable"(a) WHERE b = ''é'' AND c'; END $$;"#;
        assert_eq!(found(RULE.name, sql), [r#"1:22 CREATE INDEX i ON "LiteLLM_TeamTable"(a) WHERE b = ''é'' AND c"#]);
    }

    #[test]
    fn a_table_of_the_same_release() {
        assert!(found(RULE.name, r#"CREATE INDEX i ON "LiteLLM_New"(a);"#).is_empty());
    }

    #[test]
    fn a_renamed_table() {
        let sql = r#"ALTER TABLE "LiteLLM_TeamTable" RENAME TO "LiteLLM_Group"; CREATE INDEX i ON "LiteLLM_Group"(a);"#;
        assert_eq!(found(RULE.name, sql).len(), 1);
    }
}
