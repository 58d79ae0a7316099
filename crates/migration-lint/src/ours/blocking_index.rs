use squawk_syntax::ast;

use super::Ours;
use crate::{Rule, Severity, finding::Report, migration::Migration, tables};

pub(super) const RULE: Ours = Ours {
    rule: Rule {
        name: "blocking-index",
        severity: Severity::Error,
        summary: "An index on a table in use is built CONCURRENTLY.",
        why: "\
A plain CREATE INDEX lets nobody write to the table until the whole of it is read. Migrations run when a proxy starts, while
the others serve: their requests wait, and fail when their patience ends.

CREATE INDEX CONCURRENTLY lets them write. It cannot run in a transaction and therefore has to be the only statement of its
migration. Where it breaks off it leaves an INVALID index, which IF NOT EXISTS then takes for the finished one: drop it with
DROP INDEX CONCURRENTLY before the migration is applied again. On a table that the same migration creates, a plain CREATE
INDEX is right.",
        bad: r#"SET LOCAL lock_timeout = '10s';
CREATE INDEX IF NOT EXISTS "LiteLLM_TeamTable_alias_idx" ON "LiteLLM_TeamTable"("alias");"#,
        good: &[
            r#"CREATE INDEX CONCURRENTLY IF NOT EXISTS "LiteLLM_TeamTable_alias_idx" ON "LiteLLM_TeamTable"("alias");"#,
        ],
    },
    check,
};

fn check(migration: &Migration<'_>, report: &mut Report<'_, '_>) {
    for statement in migration.run_statements() {
        let ast::Stmt::CreateIndex(index) = &statement.ast else { continue };
        let Some(table) = tables::indexed(index).map(|table| table.name) else { continue };
        // Another rule has more to say about the hot ones.
        if index.concurrently_token().is_none() && migration.is_existing(&table) && !migration.is_hot(&table) {
            report.push(
                migration.whole(statement),
                format!("Nobody can write to {table} while this index is built."),
                "build it with CREATE INDEX CONCURRENTLY, as the only statement of a migration of its own",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, found};

    const NAME: &str = super::RULE.rule.name;

    #[test]
    fn a_table_in_use() {
        check(
            NAME,
            "CREATE UNIQUE INDEX \"i\"\n    ON \"LiteLLM_TeamTable\"(\"alias\");\n",
            &expect![[r#"
            error[blocking-index]: Nobody can write to LiteLLM_TeamTable while this index is built.
             --> migration.sql:1:1
              |
            1 | CREATE UNIQUE INDEX "i"
              | ^^^^^^^^^^^^^^^^^^^^^^^
              |
              = help: build it with CREATE INDEX CONCURRENTLY, as the only statement of a migration of its own
        "#]],
        );
    }

    #[test]
    fn in_a_block() {
        let sql = "DO $$\nBEGIN\n    CREATE INDEX i ON \"LiteLLM_TeamTable\"(a);\nEND $$;";
        assert_eq!(found(NAME, sql), [r#"3:5 CREATE INDEX i ON "LiteLLM_TeamTable"(a)"#]);
    }

    #[test]
    fn an_executed_text_with_quotes_in_it() {
        let sql = "DO $$ BEGIN EXECUTE 'CREATE INDEX i ON \"LiteLLM_TeamTable\"(a) WHERE b = ''é'' AND c'; END $$;";
        assert_eq!(found(NAME, sql), [r#"1:22 CREATE INDEX i ON "LiteLLM_TeamTable"(a) WHERE b = ''é'' AND c"#]);
    }

    #[test]
    fn a_table_made_by_the_same_release() {
        assert!(found(NAME, r#"CREATE INDEX i ON "LiteLLM_New"(a);"#).is_empty());
    }

    #[test]
    fn a_table_that_got_its_name_here() {
        let sql = r#"ALTER TABLE "LiteLLM_TeamTable" RENAME TO "LiteLLM_Group"; CREATE INDEX i ON "LiteLLM_Group"(a);"#;
        assert_eq!(found(NAME, sql).len(), 1);
    }
}
