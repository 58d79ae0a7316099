//! The rule `required-column-without-default`.

use squawk_syntax::ast::{self, AstNode};

use super::{ParsedMigration, Reporter, Rule, Severity, tables};

pub(super) const RULE: Rule = Rule {
    name: "required-column-without-default",
    severity: Severity::Error,
    summary: "Give a column added to an existing table a default, or make it optional.",
    why: "\
PostgreSQL rejects NOT NULL without DEFAULT if the table has a row. Such a migration succeeds on an empty database in CI and fails
on every customer's database. Even if the table is empty, proxies of the previous release can no longer insert into it, because
they do not know the column.

Give the field a default in schema.prisma, or make it optional. If its values must be computed, add an optional field, fill it,
and make it required in a later release.",
    bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN IF NOT EXISTS "tier" TEXT NOT NULL;"#,
    good: &[r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN IF NOT EXISTS "tier" TEXT NOT NULL DEFAULT 'free';"#],
};

pub(super) fn check(migration: &ParsedMigration<'_>, reporter: &mut Reporter<'_, '_>) {
    for statement in migration.run_statements() {
        let ast::Stmt::AlterTable(alter) = &statement.ast else { continue };
        let Some(table) = tables::altered(alter).map(|table| table.name) else { continue };
        if !migration.is_existing(&table) {
            continue;
        }
        for action in alter.actions() {
            if let ast::AlterTableAction::AddColumn(column) = &action
                && is_required(column)
                && !has_value(column)
            {
                let name = column.column_name().map(|name| name.text()).unwrap_or_default();
                reporter.report(
                    migration.span(statement, column.syntax()),
                    format!("The required column {name} has no value for the existing rows of {table}."),
                    format!("In schema.prisma, give {name} a @default, or make it optional by adding ? to its type."),
                );
            }
        }
    }
}

fn is_required(column: &ast::AddColumn) -> bool {
    column.constraints().any(|constraint| {
        matches!(constraint, ast::Constraint::NotNullConstraint(_) | ast::Constraint::PrimaryKeyConstraint(_))
    })
}

fn has_value(column: &ast::AddColumn) -> bool {
    let is_serial = column.ty().is_some_and(|ty| ty.syntax().text().to_string().to_lowercase().contains("serial"));
    is_serial
        || column.constraints().any(|constraint| {
            matches!(constraint, ast::Constraint::DefaultConstraint(_) | ast::Constraint::GeneratedConstraint(_))
        })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::testing::{check, found};

    #[test]
    fn every_column_of_a_statement() {
        check(
            RULE.name,
            r#"
            ALTER TABLE "LiteLLM_TeamTable"
                ADD COLUMN "a" TEXT NOT NULL,
                ADD COLUMN "b" TEXT,
                ADD "c" INT NOT NULL;
            "#,
            &expect![[r#"
                error[required-column-without-default]: The required column a has no value for the existing rows of LiteLLM_TeamTable.
                 --> migration.sql:2:5
                  |
                2 |     ADD COLUMN "a" TEXT NOT NULL,
                  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: In schema.prisma, give a a @default, or make it optional by adding ? to its type.

                error[required-column-without-default]: The required column c has no value for the existing rows of LiteLLM_TeamTable.
                 --> migration.sql:4:5
                  |
                4 |     ADD "c" INT NOT NULL;
                  |     ^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: In schema.prisma, give c a @default, or make it optional by adding ? to its type.
            "#]],
        );
    }

    #[test]
    fn columns_with_generated_values() {
        let sql = r#"ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN a BIGSERIAL NOT NULL,
            ADD COLUMN b INT NOT NULL GENERATED ALWAYS AS IDENTITY, ADD COLUMN c INT NOT NULL DEFAULT 1;"#;
        assert!(found(RULE.name, sql).is_empty());
    }

    #[test]
    fn a_new_table() {
        assert!(found(RULE.name, r#"ALTER TABLE "LiteLLM_New" ADD COLUMN a TEXT NOT NULL;"#).is_empty());
    }
}
