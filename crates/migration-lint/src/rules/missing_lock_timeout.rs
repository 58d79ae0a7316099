//! The rule `missing-lock-timeout`.

use std::collections::HashSet;

use squawk_syntax::ast::{self, AstNode};

use super::{ParsedMigration, ParsedStatement, Reporter, Rule, Severity, concurrently_not_alone::is_concurrent};

pub(super) const RULE: Rule = Rule {
    name: "missing-lock-timeout",
    severity: Severity::Error,
    summary: "Set lock_timeout before the first statement that locks an existing table.",
    why: "\
While a statement waits for a lock, all later queries of that table wait behind it: one long query of a running proxy stalls all
the others. With a timeout the migration fails instead, and the proxy applies it again a little later. It retries after
\"canceling statement due to lock timeout\".

Use SET LOCAL. Without LOCAL, the timeout lasts for the rest of the session and so for the migrations that follow. LOCAL lasts to
the end of the file, because PostgreSQL runs a file as one transaction. A CONCURRENTLY statement needs no timeout: it blocks no
other query, and it must be the only statement of its file.",
    bad: r#"ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN IF NOT EXISTS "tier" TEXT;"#,
    good: &[r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN IF NOT EXISTS "tier" TEXT;"#],
};

const HELP: &str = "Begin the file with: SET LOCAL lock_timeout = '10s';";

pub(super) fn check(migration: &ParsedMigration<'_>, reporter: &mut Reporter<'_, '_>) {
    let mut new_indexes = HashSet::new();
    for statement in migration.run_statements() {
        match &statement.ast {
            ast::Stmt::Set(set) if sets_timeout(set) => {
                if !matches!(set.set_scope(), Some(ast::SetScope::LocalScope(_))) {
                    let message = "Without LOCAL, this timeout also applies to the migrations that follow.";
                    reporter.report(migration.statement_span(statement), message, HELP);
                }
                return;
            }
            ast::Stmt::CreateIndex(index) => {
                new_indexes.extend(index.index().map(|name| name.syntax().text().to_string()));
            }
            _ => {}
        }
        if let Some(table) = locked_table(migration, statement, &new_indexes) {
            let message = format!(
                "This statement waits for a lock on {table} without a timeout, and later queries wait behind it."
            );
            reporter.report(migration.statement_span(statement), message, HELP);
            return;
        }
    }
}

fn sets_timeout(set: &ast::Set) -> bool {
    let Some(ast::SetTarget::SetConfig(config)) = set.set_target() else { return false };
    let is_timeout = config.config_parameter_ref().is_some_and(|name| name.syntax().text() == "lock_timeout");
    let value = config.config_assignment().map(|value| value.syntax().text().to_string()).unwrap_or_default();
    is_timeout && value.chars().any(|char| matches!(char, '1'..='9'))
}

/// The existing table whose lock a statement may wait for.
fn locked_table(
    migration: &ParsedMigration<'_>,
    statement: &ParsedStatement,
    new_indexes: &HashSet<String>,
) -> Option<String> {
    if is_concurrent(statement) {
        return None;
    }
    match &statement.ast {
        ast::Stmt::DropIndex(drop) => {
            let is_old = drop.index_refs().any(|index| !new_indexes.contains(&index.syntax().text().to_string()));
            is_old.then(|| "the table of the index".to_owned())
        }
        ast::Stmt::AlterIndex(_) => Some("the table of the index".to_owned()),
        _ => {
            let mut tables = statement.locked.iter().map(|table| table.name.clone());
            tables.find(|table| migration.is_existing(table))
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::testing::{check, found};

    #[test]
    fn the_first_statement_that_waits() {
        check(
            RULE.name,
            r#"
            CREATE TABLE "LiteLLM_New" (id TEXT);
            DROP INDEX "i";
            ALTER TABLE "LiteLLM_TeamTable" ADD a INT;
            "#,
            &expect![[r#"
                error[missing-lock-timeout]: This statement waits for a lock on the table of the index without a timeout, and later queries wait behind it.
                 --> migration.sql:2:1
                  |
                2 | DROP INDEX "i";
                  | ^^^^^^^^^^^^^^^
                  |
                  = help: Begin the file with: SET LOCAL lock_timeout = '10s';
            "#]],
        );
    }

    #[test]
    fn a_new_table_that_refers_to_an_existing_one() {
        let sql = r#"CREATE TABLE "LiteLLM_New" (id TEXT REFERENCES "LiteLLM_TeamTable" (id));"#;
        assert_eq!(found(RULE.name, sql).len(), 1);
    }

    #[test]
    fn in_a_block() {
        let sql = r#"
            DO $$ BEGIN
                UPDATE "LiteLLM_TeamTable" SET a = 1;
            END $$;
            "#;
        assert_eq!(found(RULE.name, sql), [r#"2:5 UPDATE "LiteLLM_TeamTable" SET a = 1"#]);
    }

    #[test]
    fn a_timeout_of_zero_or_for_the_session() {
        let sql = "SET LOCAL lock_timeout = 0; DROP INDEX i;";
        assert_eq!(found(RULE.name, sql), ["1:29 DROP INDEX i;"]);
        let sql = "SET lock_timeout TO '10s'; DROP INDEX i;";
        assert_eq!(found(RULE.name, sql), ["1:1 SET lock_timeout TO '10s';"]);
    }

    #[test]
    fn new_tables_and_indexes() {
        let sql = r#"CREATE TABLE "LiteLLM_New" (a INT); CREATE INDEX i ON "LiteLLM_New"(a); DROP INDEX i;"#;
        assert!(found(RULE.name, sql).is_empty());
        assert!(found(RULE.name, r#"SELECT 1 FROM "LiteLLM_TeamTable";"#).is_empty());
    }
}
