//! The rule `not-rerunnable`.

use std::collections::HashSet;

use squawk_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
};

use super::{ParsedMigration, ParsedStatement, Reporter, Rule, Severity, tables};

pub(super) const RULE: Rule = Rule {
    name: "not-rerunnable",
    severity: Severity::Error,
    summary: "Write every statement so that a second run changes nothing and does not fail.",
    why: "\
Several replicas apply a migration at the same time, and retry it after a deadlock or a timeout. Some customers created their
tables with `prisma db push`, so the objects of a migration may already exist. The migration then fails with \"already exists\", and
the proxy does not start until an operator resolves the migration by hand (P3009, P3018; LiteLLM issues 21995, 19204, 23655). Of
LiteLLM's first 220 migrations, 16 failed when they were applied twice.

Use IF [NOT] EXISTS for tables, columns, indexes, enum values and drops, and OR REPLACE for functions and views. A constraint, a
type, a rename and a trigger accept neither. Put them in a DO block under a condition, or after a DROP ... IF EXISTS of the same
name.",
    bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN "tier" TEXT;
CREATE TYPE "Tier" AS ENUM ('free', 'paid');"#,
    good: &[r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN IF NOT EXISTS "tier" TEXT;
DO $$
BEGIN
    IF to_regtype('"Tier"') IS NULL THEN
        CREATE TYPE "Tier" AS ENUM ('free', 'paid');
    END IF;
END $$;"#],
};

pub(super) fn check(migration: &ParsedMigration<'_>, reporter: &mut Reporter<'_, '_>) {
    let mut earlier = EarlierNames::default();
    for statement in migration.run_statements() {
        if !statement.is_guarded {
            for (node, (message, help)) in failures(statement, &earlier) {
                reporter.report(migration.span(statement, &node), message, help);
            }
        }
        earlier.note(&statement.ast);
    }
}

/// A message and its help.
type Advice = (&'static str, &'static str);

const FAILS: &str = "Running this twice fails.";
const ADD_IF_EXISTS: Advice = ("Running this twice fails: the second run does not find the object.", "Add IF EXISTS.");
const ADD_IF_NOT_EXISTS: Advice = (FAILS, "Add IF NOT EXISTS.");
const OR_REPLACE: Advice = (FAILS, "Use CREATE OR REPLACE.");
const GUARD: Advice = (FAILS, "Put it in a DO block, under a condition that is false after the first run.");
const DROP_FIRST: Advice =
    (FAILS, "Put DROP ... IF EXISTS of the same name before it, or put it in a DO block under a condition.");
const ON_CONFLICT: Advice = (
    "Running this twice fails or inserts the rows twice.",
    "Add ON CONFLICT DO NOTHING, or select the rows WHERE NOT EXISTS.",
);
const ONE_BLOCK: Advice = (
    "On a second run, the rename above mistakes this column for the old one.",
    "Put both in one DO block, under the condition that no column has the new name yet.",
);

/// The names that earlier statements drop or rename, as written.
#[derive(Default)]
struct EarlierNames {
    constraints: HashSet<(String, String)>,
    others: HashSet<String>,
    /// Columns by their old names.
    renamed_columns: HashSet<(String, String)>,
}

impl EarlierNames {
    fn note(&mut self, statement: &ast::Stmt) {
        match statement {
            ast::Stmt::AlterTable(alter) => {
                for action in alter.actions() {
                    self.note_action(alter, &action);
                }
            }
            ast::Stmt::DropTrigger(drop) => self.others.extend(drop.trigger_ref().map(|name| text(name.syntax()))),
            ast::Stmt::DropPolicy(drop) => self.others.extend(drop.policy_ref().map(|name| text(name.syntax()))),
            ast::Stmt::DropType(drop) => self.others.extend(drop.type_name_refs().map(|name| text(name.syntax()))),
            _ => {}
        }
    }

    fn note_action(&mut self, alter: &ast::AlterTable, action: &ast::AlterTableAction) {
        let Some(table) = tables::altered(alter).map(|table| table.name) else { return };
        match action {
            ast::AlterTableAction::DropConstraint(drop) => {
                self.constraints.extend(drop.constraint_name_ref().map(|name| (table, text(name.syntax()))));
            }
            ast::AlterTableAction::RenameColumn(rename) => {
                self.renamed_columns.extend(rename.column_name_ref().map(|name| (table, text(name.syntax()))));
            }
            _ => {}
        }
    }

    fn has(&self, node: Option<&SyntaxNode>) -> bool {
        node.is_some_and(|node| self.others.contains(&text(node)))
    }
}

/// The parts of a statement that fail on a second run.
fn failures(statement: &ParsedStatement, earlier: &EarlierNames) -> Vec<(SyntaxNode, Advice)> {
    let node = statement.ast.syntax();
    let unless = |is_fine: bool, advice| if is_fine { Vec::new() } else { vec![(node.clone(), advice)] };
    match &statement.ast {
        ast::Stmt::AlterTable(alter) => altered(alter, earlier),
        ast::Stmt::AlterType(alter) => match alter.action() {
            Some(ast::AlterTypeAction::AddValue(add)) => {
                unless(has(add.syntax(), SyntaxKind::IF_NOT_EXISTS), ADD_IF_NOT_EXISTS)
            }
            Some(ast::AlterTypeAction::RenameValue(_) | ast::AlterTypeAction::TypeRenameTo(_)) => unless(false, GUARD),
            _ => Vec::new(),
        },
        ast::Stmt::AlterIndex(_) | ast::Stmt::AlterSequence(_) => {
            let renames = node.descendants().any(|node| format!("{:?}", node.kind()).ends_with("RENAME_TO"));
            unless(!renames || has(node, SyntaxKind::IF_EXISTS), ADD_IF_EXISTS)
        }
        ast::Stmt::CreateTable(_)
        | ast::Stmt::CreateTableAs(_)
        | ast::Stmt::CreateIndex(_)
        | ast::Stmt::CreateSequence(_)
        | ast::Stmt::CreateSchema(_)
        | ast::Stmt::CreateExtension(_)
        | ast::Stmt::CreateMaterializedView(_) => unless(has(node, SyntaxKind::IF_NOT_EXISTS), ADD_IF_NOT_EXISTS),
        ast::Stmt::CreateView(_) | ast::Stmt::CreateFunction(_) | ast::Stmt::CreateProcedure(_) => {
            unless(has(node, SyntaxKind::OR_REPLACE), OR_REPLACE)
        }
        ast::Stmt::CreateTrigger(create) => {
            let is_free = earlier.has(create.trigger().as_ref().map(AstNode::syntax));
            unless(is_free || has(node, SyntaxKind::OR_REPLACE), DROP_FIRST)
        }
        ast::Stmt::CreatePolicy(create) => {
            unless(earlier.has(create.policy().as_ref().map(AstNode::syntax)), DROP_FIRST)
        }
        ast::Stmt::CreateType(create) => unless(earlier.has(create.type_name().as_ref().map(AstNode::syntax)), GUARD),
        ast::Stmt::CreateDomain(_) => unless(false, GUARD),
        ast::Stmt::Insert(insert) => {
            let asks = insert.syntax().descendants().any(|node| node.kind() == SyntaxKind::WHERE_CLAUSE);
            unless(asks || insert.on_conflict_clause().is_some(), ON_CONFLICT)
        }
        _ => {
            let drops = node.first_token().is_some_and(|token| token.kind() == SyntaxKind::DROP_KW);
            unless(!drops || has(node, SyntaxKind::IF_EXISTS), ADD_IF_EXISTS)
        }
    }
}

fn altered(alter: &ast::AlterTable, earlier: &EarlierNames) -> Vec<(SyntaxNode, Advice)> {
    let table = tables::altered(alter).map(|table| table.name).unwrap_or_default();
    let mut dropped_here = HashSet::new();
    let mut failures = Vec::new();
    for action in alter.actions() {
        let node = action.syntax().clone();
        let (is_fine, advice) = match &action {
            ast::AlterTableAction::AddColumn(add) if has(&node, SyntaxKind::IF_NOT_EXISTS) => {
                let name = add.column_name().map(|name| text(name.syntax())).unwrap_or_default();
                (!earlier.renamed_columns.contains(&(table.clone(), name)), ONE_BLOCK)
            }
            ast::AlterTableAction::AddColumn(_) => (false, ADD_IF_NOT_EXISTS),
            ast::AlterTableAction::DropColumn(_) => (has(&node, SyntaxKind::IF_EXISTS), ADD_IF_EXISTS),
            ast::AlterTableAction::DropConstraint(drop) => {
                dropped_here.extend(drop.constraint_name_ref().map(|name| text(name.syntax())));
                (has(&node, SyntaxKind::IF_EXISTS), ADD_IF_EXISTS)
            }
            ast::AlterTableAction::AddConstraint(add) => {
                let name = add.constraint().and_then(|constraint| constraint.constraint_name());
                let name = name.map(|name| text(name.syntax())).unwrap_or_default();
                let is_free = dropped_here.contains(&name) || earlier.constraints.contains(&(table.clone(), name));
                (is_free, DROP_FIRST)
            }
            // IF EXISTS skips the rename when the old table no longer exists.
            ast::AlterTableAction::TableRenameTo(_) => (has(alter.syntax(), SyntaxKind::IF_EXISTS), GUARD),
            ast::AlterTableAction::RenameColumn(_)
            | ast::AlterTableAction::RenameConstraint(_)
            | ast::AlterTableAction::AttachPartition(_)
            | ast::AlterTableAction::DetachPartition(_) => (false, GUARD),
            _ => continue,
        };
        if !is_fine {
            failures.push((node, advice));
        }
    }
    failures
}

fn has(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    node.children().any(|child| child.kind() == kind)
}

fn text(node: &SyntaxNode) -> String {
    node.text().to_string()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::testing::{check, found};

    #[test]
    fn every_part_that_fails() {
        check(
            RULE.name,
            r#"
            ALTER TABLE "LiteLLM_New"
                ADD COLUMN IF NOT EXISTS a INT,
                DROP COLUMN b,
                ADD CONSTRAINT c CHECK (true);
            INSERT INTO "LiteLLM_New" VALUES (1);
            "#,
            &expect![[r#"
                error[not-rerunnable]: Running this twice fails: the second run does not find the object.
                 --> migration.sql:3:5
                  |
                3 |     DROP COLUMN b,
                  |     ^^^^^^^^^^^^^
                  |
                  = help: Add IF EXISTS.

                error[not-rerunnable]: Running this twice fails.
                 --> migration.sql:4:5
                  |
                4 |     ADD CONSTRAINT c CHECK (true);
                  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: Put DROP ... IF EXISTS of the same name before it, or put it in a DO block under a condition.

                error[not-rerunnable]: Running this twice fails or inserts the rows twice.
                 --> migration.sql:5:1
                  |
                5 | INSERT INTO "LiteLLM_New" VALUES (1);
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: Add ON CONFLICT DO NOTHING, or select the rows WHERE NOT EXISTS.
            "#]],
        );
    }

    #[test]
    fn statements_that_fail() {
        for sql in [
            "CREATE TABLE a ();",
            "CREATE INDEX i ON a(b);",
            "CREATE VIEW v AS SELECT 1;",
            "CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f();",
            "ALTER TYPE e ADD VALUE 'a';",
            "ALTER TYPE e RENAME VALUE 'a' TO 'b';",
            "ALTER INDEX i RENAME TO j;",
            "ALTER TABLE a RENAME COLUMN b TO c;",
            "DROP TRIGGER t ON a;",
            "DROP TYPE e;",
            "DO $$ BEGIN EXECUTE 'CREATE TYPE e AS ENUM ()'; END $$;",
        ] {
            assert_eq!(found(RULE.name, sql).len(), 1, "{sql}");
        }
    }

    #[test]
    fn statements_that_run_twice() {
        for sql in [
            "ALTER INDEX IF EXISTS i RENAME TO j;",
            "ALTER TABLE a DROP CONSTRAINT IF EXISTS c, ADD CONSTRAINT c CHECK (true);",
            "ALTER TABLE a DROP CONSTRAINT IF EXISTS c; ALTER TABLE a ADD CONSTRAINT c CHECK (true);",
            "ALTER TABLE a ALTER b SET DEFAULT 1, ALTER b SET NOT NULL;",
            "DROP TRIGGER IF EXISTS t ON a; CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f();",
            "INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING;",
            "INSERT INTO a SELECT 1 WHERE NOT EXISTS (SELECT FROM a);",
            "DO $$ BEGIN IF f() THEN CREATE TYPE e AS ENUM (); END IF; END $$;",
            "DO $$ BEGIN CREATE TYPE e AS ENUM (); EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
            "UPDATE a SET b = 1; SELECT 1; COMMENT ON TABLE a IS 'b';",
        ] {
            assert!(found(RULE.name, sql).is_empty(), "{sql}");
        }
    }

    #[test]
    fn a_column_with_the_old_name_of_another() {
        let sql = r"
            DO $$ BEGIN
                IF f() THEN ALTER TABLE a RENAME COLUMN b TO c; END IF;
            END $$;
            ALTER TABLE a ADD COLUMN IF NOT EXISTS b TEXT;
            ";
        assert_eq!(found(RULE.name, sql), ["4:15 ADD COLUMN IF NOT EXISTS b TEXT"]);
    }

    #[test]
    fn a_constraint_of_another_table() {
        let sql = r"
            ALTER TABLE a DROP CONSTRAINT IF EXISTS c;
            ALTER TABLE b ADD CONSTRAINT c CHECK (true);
            ";
        assert_eq!(found(RULE.name, sql), ["2:15 ADD CONSTRAINT c CHECK (true)"]);
    }
}
