use std::collections::HashSet;

use squawk_syntax::ast::{self, AstNode};

use super::{Ours, concurrently_not_alone::is_concurrent};
use crate::{
    Rule, Severity,
    finding::Report,
    migration::{Migration, Statement},
};

pub(super) const RULE: Ours = Ours {
    rule: Rule {
        name: "missing-lock-timeout",
        severity: Severity::Error,
        summary: "SET LOCAL lock_timeout stands before the first statement that touches a table in use.",
        why: "\
A statement that waits for a lock makes everybody wait who comes after it: one long query of a proxy that still serves, and
all others stand still behind the migration. With a timeout the migration gives up instead, and the proxy applies it again a
little later: it tries again after \"canceling statement due to lock timeout\".

Without LOCAL the timeout would hold for the rest of the session, which is to say for the migrations after this one. LOCAL
holds to the end of the file, since PostgreSQL runs a file as one transaction. What runs CONCURRENTLY needs none: it keeps
nobody waiting, and has to be alone in its file.",
        bad: r#"ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN IF NOT EXISTS "tier" TEXT;"#,
        good: &[r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN IF NOT EXISTS "tier" TEXT;"#],
    },
    check,
};

const HELP: &str = "begin the file with: SET LOCAL lock_timeout = '10s';";

fn check(migration: &Migration<'_>, report: &mut Report<'_, '_>) {
    let mut new_indexes = HashSet::new();
    for statement in migration.run_statements() {
        match &statement.ast {
            ast::Stmt::Set(set) if sets_timeout(set) => {
                if !matches!(set.set_scope(), Some(ast::SetScope::LocalScope(_))) {
                    let message = "Without LOCAL this timeout holds for the migrations after this one as well.";
                    report.push(migration.whole(statement), message, HELP);
                }
                return;
            }
            ast::Stmt::CreateIndex(index) => {
                new_indexes.extend(index.index().map(|name| name.syntax().text().to_string()));
            }
            _ => {}
        }
        if let Some(what) = waits_for(migration, statement, &new_indexes) {
            let message = format!("This waits for {what} for as long as it takes, and everybody else behind it.");
            report.push(migration.whole(statement), message, HELP);
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

/// What a statement may have to wait for.
fn waits_for(migration: &Migration<'_>, statement: &Statement, new_indexes: &HashSet<String>) -> Option<String> {
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

    use crate::testing::{check, found};

    const NAME: &str = super::RULE.rule.name;

    #[test]
    fn the_first_statement_that_waits() {
        check(
            NAME,
            "CREATE TABLE \"LiteLLM_New\" (id TEXT);\nDROP INDEX \"i\";\nALTER TABLE \"LiteLLM_TeamTable\" ADD a INT;\n",
            &expect![[r#"
                error[missing-lock-timeout]: This waits for the table of the index for as long as it takes, and everybody else behind it.
                 --> migration.sql:2:1
                  |
                2 | DROP INDEX "i";
                  | ^^^^^^^^^^^^^^^
                  |
                  = help: begin the file with: SET LOCAL lock_timeout = '10s';
            "#]],
        );
    }

    #[test]
    fn a_new_table_that_refers_to_one_in_use() {
        let sql = r#"CREATE TABLE "LiteLLM_New" (id TEXT REFERENCES "LiteLLM_TeamTable" (id));"#;
        assert_eq!(found(NAME, sql).len(), 1);
    }

    #[test]
    fn in_a_block() {
        let sql = "DO $$ BEGIN\n  UPDATE \"LiteLLM_TeamTable\" SET a = 1;\nEND $$;";
        assert_eq!(found(NAME, sql), [r#"2:3 UPDATE "LiteLLM_TeamTable" SET a = 1"#]);
    }

    #[test]
    fn no_timeout_and_one_for_the_session() {
        let sql = "SET LOCAL lock_timeout = 0;\nDROP INDEX i;";
        assert_eq!(found(NAME, sql), ["2:1 DROP INDEX i;"]);
        let sql = "SET lock_timeout TO '10s';\nDROP INDEX i;";
        assert_eq!(found(NAME, sql), ["1:1 SET lock_timeout TO '10s';"]);
    }

    #[test]
    fn nobody_waits_for_new_tables_and_indexes() {
        let sql = "CREATE TABLE \"LiteLLM_New\" (a INT);\nCREATE INDEX i ON \"LiteLLM_New\"(a);\nDROP INDEX i;";
        assert!(found(NAME, sql).is_empty());
        assert!(found(NAME, r#"SELECT 1 FROM "LiteLLM_TeamTable";"#).is_empty());
    }
}
