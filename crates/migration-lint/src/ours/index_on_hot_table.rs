use squawk_syntax::ast;

use super::Ours;
use crate::{Rule, Severity, finding::Report, migration::Migration, tables};

pub(super) const RULE: Ours = Ours {
    rule: Rule {
        name: "index-on-hot-table",
        severity: Severity::Error,
        summary: "An index on a hot table is built by a job, not by a migration.",
        why: "\
A table that the setting `hot-tables` names is large: to build an index on it takes minutes to hours, while the proxy that
applies the migration does not answer. A plain CREATE INDEX keeps all inserts waiting for as long (LiteLLM issue 39666), and
CREATE INDEX CONCURRENTLY fails where the table is partitioned (issue 41562).

So the index is declared in schema.prisma, a job of the proxy builds it, and the setting `built-elsewhere` names it, so that
it is not taken for drift. The migration does nothing but say so.",
        bad: r#"CREATE INDEX CONCURRENTLY IF NOT EXISTS "LiteLLM_SpendLogs_user_idx" ON "LiteLLM_SpendLogs"("user");"#,
        good: &["-- The job builds LiteLLM_SpendLogs_user_idx, on a partitioned table partition by partition.\nSELECT 1;"],
    },
    check,
};

fn check(migration: &Migration<'_>, report: &mut Report<'_, '_>) {
    for statement in migration.run_statements() {
        let ast::Stmt::CreateIndex(index) = &statement.ast else { continue };
        let Some(table) = tables::indexed(index).map(|table| table.name) else { continue };
        if migration.is_existing(&table) && migration.is_hot(&table) {
            report.push(
                migration.whole(statement),
                format!("{table} is a hot table, too large for a migration to build an index on."),
                "declare the index in schema.prisma, name it in the setting `built-elsewhere`, let the job build it, and \
                 leave a comment and SELECT 1 here",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn either_way_of_building_it() {
        check(
            super::RULE.rule.name,
            "CREATE INDEX a ON \"LiteLLM_SpendLogs\"(x);\nCREATE INDEX CONCURRENTLY b ON \"LiteLLM_SpendLogs\"(x);\n",
            &expect![[r#"
                error[index-on-hot-table]: LiteLLM_SpendLogs is a hot table, too large for a migration to build an index on.
                 --> migration.sql:1:1
                  |
                1 | CREATE INDEX a ON "LiteLLM_SpendLogs"(x);
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: declare the index in schema.prisma, name it in the setting `built-elsewhere`, let the job build it, and leave a comment and SELECT 1 here

                error[index-on-hot-table]: LiteLLM_SpendLogs is a hot table, too large for a migration to build an index on.
                 --> migration.sql:2:1
                  |
                2 | CREATE INDEX CONCURRENTLY b ON "LiteLLM_SpendLogs"(x);
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: declare the index in schema.prisma, name it in the setting `built-elsewhere`, let the job build it, and leave a comment and SELECT 1 here
            "#]],
        );
    }
}
