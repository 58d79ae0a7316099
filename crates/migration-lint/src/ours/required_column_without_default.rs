use squawk_syntax::ast::{self, AstNode};

use super::Ours;
use crate::{Rule, Severity, finding::Report, migration::Migration, tables};

pub(super) const RULE: Ours = Ours {
    rule: Rule {
        name: "required-column-without-default",
        severity: Severity::Error,
        summary: "A column added to a table in use is optional or has a default.",
        why: "\
PostgreSQL refuses NOT NULL without DEFAULT as soon as the table has a row: the migration applies to an empty database in CI
and fails on every customer's. Where the table happens to be empty, proxies of the previous version cannot insert into it any
more, since they do not know the column.

Give the field a default in schema.prisma, or make it optional. If its values must be computed, add it as optional, fill it,
and make it required in a later release.",
        bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN IF NOT EXISTS "tier" TEXT NOT NULL;"#,
        good: &[r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN IF NOT EXISTS "tier" TEXT NOT NULL DEFAULT 'free';"#],
    },
    check,
};

fn check(migration: &Migration<'_>, report: &mut Report<'_, '_>) {
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
                report.push(
                    migration.place(statement, column.syntax()),
                    format!("The required column {name} has no value for the rows that {table} has."),
                    format!("give the field a @default in schema.prisma, or make it optional: {name}?"),
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

    use crate::testing::{check, found};

    const NAME: &str = super::RULE.rule.name;

    #[test]
    fn each_column_of_a_statement() {
        check(
            NAME,
            "ALTER TABLE \"LiteLLM_TeamTable\"\n    ADD COLUMN \"a\" TEXT NOT NULL,\n    ADD COLUMN \"b\" TEXT,\n    ADD \"c\" INT NOT NULL;\n",
            &expect![[r#"
                error[required-column-without-default]: The required column a has no value for the rows that LiteLLM_TeamTable has.
                 --> migration.sql:2:5
                  |
                2 |     ADD COLUMN "a" TEXT NOT NULL,
                  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: give the field a @default in schema.prisma, or make it optional: a?

                error[required-column-without-default]: The required column c has no value for the rows that LiteLLM_TeamTable has.
                 --> migration.sql:4:5
                  |
                4 |     ADD "c" INT NOT NULL;
                  |     ^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: give the field a @default in schema.prisma, or make it optional: c?
            "#]],
        );
    }

    #[test]
    fn columns_that_fill_themselves() {
        let sql = r#"ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN a BIGSERIAL NOT NULL,
            ADD COLUMN b INT NOT NULL GENERATED ALWAYS AS IDENTITY, ADD COLUMN c INT NOT NULL DEFAULT 1;"#;
        assert!(found(NAME, sql).is_empty());
    }

    #[test]
    fn a_new_table() {
        assert!(found(NAME, r#"ALTER TABLE "LiteLLM_New" ADD COLUMN a TEXT NOT NULL;"#).is_empty());
    }
}
