//! The rule `destructive-statement`.

use squawk_syntax::{
    SyntaxNode,
    ast::{self, AstNode},
};

use super::{ParsedMigration, ParsedStatement, Reporter, Rule, Severity, tables};

pub(super) const RULE: Rule = Rule {
    name: "destructive-statement",
    severity: Severity::Error,
    summary: "Give the reason for every statement that loses data.",
    why: "\
A branch that is behind its base generates a migration that drops recently added columns. LiteLLM lost columns that way (issues
24013, 24029, 24078). A diff also sees a renamed field as a dropped column and a new, empty column.

`cargo xtask migrate` refuses both without `--allow-destructive`, and `--rename TABLE.OLD=NEW` renames the column. If the data is
meant to be lost, give the reason in a comment. A type change counts as a loss unless most values fit into the new type: TEXT,
VARCHAR, BIGINT, NUMERIC, DOUBLE PRECISION or JSONB, without a length. A migration may freely drop tables that the same release
creates.",
    bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" DROP COLUMN IF EXISTS "alias";"#,
    good: &[r#"SET LOCAL lock_timeout = '10s';
-- xtask: allow(destructive-statement) because no release since 1.80 reads the column, and "name" has its values
ALTER TABLE "LiteLLM_TeamTable" DROP COLUMN IF EXISTS "alias";"#],
};

pub(super) fn check(migration: &ParsedMigration<'_>, reporter: &mut Reporter<'_, '_>) {
    for statement in migration.run_statements() {
        for (node, message) in losses(migration, statement) {
            reporter.report(
                migration.span(statement, &node),
                message,
                "For a rename, run: cargo xtask migrate --rename TABLE.OLD=NEW. To lose the data on purpose, write above the \
                 statement: -- xtask: allow(destructive-statement) because REASON",
            );
        }
    }
}

/// The parts of a statement that lose data, each with a message.
fn losses(migration: &ParsedMigration<'_>, statement: &ParsedStatement) -> Vec<(SyntaxNode, String)> {
    let whole = |message: String| vec![(statement.ast.syntax().clone(), message)];
    match &statement.ast {
        ast::Stmt::AlterTable(alter) => altered(migration, alter),
        ast::Stmt::DropTable(_) | ast::Stmt::Truncate(_) | ast::Stmt::Delete(_) => {
            let names = statement.locked.iter().map(|table| table.name.as_str());
            let names: Vec<_> = names.filter(|table| migration.is_existing(table)).collect();
            let rows = if matches!(statement.ast, ast::Stmt::Delete(_)) { "Rows" } else { "All rows" };
            if names.is_empty() { Vec::new() } else { whole(format!("{rows} of {} will be lost.", names.join(", "))) }
        }
        ast::Stmt::DropSchema(_) => whole("Everything in this schema will be lost.".to_owned()),
        ast::Stmt::DropType(drop) if matches!(drop.drop_behavior(), Some(ast::DropBehavior::Cascade(_))) => {
            whole("CASCADE also drops the columns of this type.".to_owned())
        }
        _ => Vec::new(),
    }
}

fn altered(migration: &ParsedMigration<'_>, alter: &ast::AlterTable) -> Vec<(SyntaxNode, String)> {
    let Some(table) = tables::altered(alter).map(|table| table.name) else { return Vec::new() };
    if !migration.is_existing(&table) {
        return Vec::new();
    }
    let loss = |action: ast::AlterTableAction| match &action {
        ast::AlterTableAction::DropColumn(drop) => {
            let column = drop.column_name_ref()?.syntax().text().to_string();
            Some((drop.syntax().clone(), format!("All values of {column} in {table} will be lost.")))
        }
        ast::AlterTableAction::AlterColumn(column) => {
            let ast::AlterColumnOption::SetType(set) = column.option()? else { return None };
            let ty = set.ty()?.syntax().text().to_string();
            let column = column.column_name_ref()?.syntax().text().to_string();
            let message = format!(
                "Values of {column} in {table} that do not fit into {ty} will be lost or make the migration fail."
            );
            (!is_wide(&ty)).then(|| (set.syntax().clone(), message))
        }
        _ => None,
    };
    alter.actions().filter_map(loss).collect()
}

/// Whether the values of other types usually fit into a type.
fn is_wide(ty: &str) -> bool {
    let words: Vec<_> = ty.split_whitespace().map(str::to_lowercase).collect();
    matches!(
        words.join(" ").as_str(),
        "text"
            | "varchar"
            | "character varying"
            | "bigint"
            | "int8"
            | "numeric"
            | "decimal"
            | "double precision"
            | "float8"
            | "jsonb"
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::testing::{check, found};

    #[test]
    fn every_column_and_table() {
        check(
            RULE.name,
            r#"
            ALTER TABLE "LiteLLM_TeamTable" DROP a, ALTER b TYPE VARCHAR(20), ALTER c TYPE TEXT, DROP COLUMN IF EXISTS "d";
            DROP TABLE "LiteLLM_New", "LiteLLM_UserTable" CASCADE;
            DELETE FROM "LiteLLM_TeamTable" WHERE a IS NULL;
            "#,
            &expect![[r#"
                error[destructive-statement]: All values of a in LiteLLM_TeamTable will be lost.
                 --> migration.sql:1:33
                  |
                1 | ALTER TABLE "LiteLLM_TeamTable" DROP a, ALTER b TYPE VARCHAR(20), ALTER c TYPE TEXT, DROP COLUMN IF EXISTS "d";
                  |                                 ^^^^^^
                  |
                  = help: For a rename, run: cargo xtask migrate --rename TABLE.OLD=NEW. To lose the data on purpose, write above the statement: -- xtask: allow(destructive-statement) because REASON

                error[destructive-statement]: Values of b in LiteLLM_TeamTable that do not fit into VARCHAR(20) will be lost or make the migration fail.
                 --> migration.sql:1:49
                  |
                1 | ALTER TABLE "LiteLLM_TeamTable" DROP a, ALTER b TYPE VARCHAR(20), ALTER c TYPE TEXT, DROP COLUMN IF EXISTS "d";
                  |                                                 ^^^^^^^^^^^^^^^^
                  |
                  = help: For a rename, run: cargo xtask migrate --rename TABLE.OLD=NEW. To lose the data on purpose, write above the statement: -- xtask: allow(destructive-statement) because REASON

                error[destructive-statement]: All values of "d" in LiteLLM_TeamTable will be lost.
                 --> migration.sql:1:86
                  |
                1 | ALTER TABLE "LiteLLM_TeamTable" DROP a, ALTER b TYPE VARCHAR(20), ALTER c TYPE TEXT, DROP COLUMN IF EXISTS "d";
                  |                                                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: For a rename, run: cargo xtask migrate --rename TABLE.OLD=NEW. To lose the data on purpose, write above the statement: -- xtask: allow(destructive-statement) because REASON

                error[destructive-statement]: All rows of LiteLLM_UserTable will be lost.
                 --> migration.sql:2:1
                  |
                2 | DROP TABLE "LiteLLM_New", "LiteLLM_UserTable" CASCADE;
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: For a rename, run: cargo xtask migrate --rename TABLE.OLD=NEW. To lose the data on purpose, write above the statement: -- xtask: allow(destructive-statement) because REASON

                error[destructive-statement]: Rows of LiteLLM_TeamTable will be lost.
                 --> migration.sql:3:1
                  |
                3 | DELETE FROM "LiteLLM_TeamTable" WHERE a IS NULL;
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: For a rename, run: cargo xtask migrate --rename TABLE.OLD=NEW. To lose the data on purpose, write above the statement: -- xtask: allow(destructive-statement) because REASON
            "#]],
        );
    }

    #[test]
    fn in_a_block_and_in_executed_sql() {
        let sql = r#"
            DO $$ BEGIN
                IF true THEN TRUNCATE "LiteLLM_TeamTable"; END IF;
                EXECUTE 'DROP SCHEMA s';
            END $$;
            "#;
        assert_eq!(found(RULE.name, sql), [r#"2:18 TRUNCATE "LiteLLM_TeamTable""#, "3:14 DROP SCHEMA s"]);
    }

    #[test]
    fn new_tables_and_functions() {
        assert!(found(RULE.name, r#"CREATE TABLE "LiteLLM_New" (a INT); DROP TABLE "LiteLLM_New";"#).is_empty());
        let sql = r#"
            CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
                DELETE FROM "LiteLLM_TeamTable";
            END $$;
            "#;
        assert!(found(RULE.name, sql).is_empty());
    }
}
