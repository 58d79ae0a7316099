//! The rule `index-on-hot-table`.

use squawk_syntax::ast;

use super::{ParsedMigration, Reporter, Rule, Severity, tables};

pub(super) const RULE: Rule = Rule {
    name: "index-on-hot-table",
    severity: Severity::Error,
    summary: "Build an index on a hot table in a background job, not in a migration.",
    why: "\
The setting `hot-tables` names large tables. Building an index on one takes minutes to hours, and the proxy that applies the
migration does not respond during that time. A plain CREATE INDEX also blocks all inserts for as long (LiteLLM issue 39666), and
CREATE INDEX CONCURRENTLY fails on a partitioned table (issue 41562).

Declare the index in schema.prisma, let a job of the proxy build it, and name it in the setting `built-elsewhere`, so that it is
not reported as drift. The migration contains only a comment and SELECT 1.",
    bad: r#"CREATE INDEX CONCURRENTLY IF NOT EXISTS "LiteLLM_SpendLogs_user_idx" ON "LiteLLM_SpendLogs"("user");"#,
    good: &["-- A background job builds LiteLLM_SpendLogs_user_idx, one partition at a time.\nSELECT 1;"],
};

pub(super) fn check(migration: &ParsedMigration<'_>, reporter: &mut Reporter<'_, '_>) {
    for statement in migration.run_statements() {
        let ast::Stmt::CreateIndex(index) = &statement.ast else { continue };
        let Some(table) = tables::indexed(index).map(|table| table.name) else { continue };
        if migration.is_existing(&table) && migration.is_hot(&table) {
            reporter.report(
                migration.statement_span(statement),
                format!("{table} is a hot table, which is too large for an index build in a migration."),
                "Declare the index in schema.prisma, name it in the setting `built-elsewhere`, and let the background job \
                 build it. Replace this statement with a comment and SELECT 1.",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::testing::check;

    #[test]
    fn with_and_without_concurrently() {
        check(
            RULE.name,
            r#"
            CREATE INDEX a ON "LiteLLM_SpendLogs"(x);
            CREATE INDEX CONCURRENTLY b ON "LiteLLM_SpendLogs"(x);
            "#,
            &expect![[r#"
                error[index-on-hot-table]: LiteLLM_SpendLogs is a hot table, which is too large for an index build in a migration.
                 --> migration.sql:1:1
                  |
                1 | CREATE INDEX a ON "LiteLLM_SpendLogs"(x);
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: Declare the index in schema.prisma, name it in the setting `built-elsewhere`, and let the background job build it. Replace this statement with a comment and SELECT 1.

                error[index-on-hot-table]: LiteLLM_SpendLogs is a hot table, which is too large for an index build in a migration.
                 --> migration.sql:2:1
                  |
                2 | CREATE INDEX CONCURRENTLY b ON "LiteLLM_SpendLogs"(x);
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: Declare the index in schema.prisma, name it in the setting `built-elsewhere`, and let the background job build it. Replace this statement with a comment and SELECT 1.
            "#]],
        );
    }
}
