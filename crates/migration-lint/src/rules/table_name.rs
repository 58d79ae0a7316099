//! The rule `table-name`.

use squawk_syntax::{
    SyntaxKind,
    ast::{self, AstNode},
};

use sql_script::identifier;

use super::{
    ParsedMigration, ParsedStatement, Reporter, Rule, Severity,
    tables::{self, TableName},
};

pub(super) const RULE: Rule = Rule {
    name: "table-name",
    severity: Severity::Error,
    summary: "Quote the name of every table, and start the name of a new table with the prefix.",
    why: "\
PostgreSQL reads a name without quotes in lower case: `LiteLLM_New` is the table `litellm_new`, and no model has that table.

LiteLLM often shares its database with other applications. Cleanups, grants and monitoring recognize LiteLLM's tables by their
prefix, `LiteLLM_`. If the model has another name, use `@@map`.",
    bad: r#"CREATE TABLE IF NOT EXISTS LiteLLM_New ("id" TEXT);"#,
    good: &[r#"CREATE TABLE IF NOT EXISTS "LiteLLM_New" ("id" TEXT);"#],
};

pub(super) fn check(migration: &ParsedMigration<'_>, reporter: &mut Reporter<'_, '_>) {
    let prefix = migration.context.prefix;
    for statement in migration.run_statements() {
        let new = new_name(statement);
        for table in new.iter().chain(&referenced_tables(statement)).filter(|table| !is_catalog(table)) {
            let TableName { name, written, .. } = table;
            let span = migration.span(statement, &table.node);
            if !table.is_quoted {
                reporter.report(
                    span,
                    format!("Without quotes, PostgreSQL reads this name in lower case: {name}."),
                    format!("Write: {}", identifier(written)),
                );
            } else if new.as_ref().is_some_and(|new| new.range() == table.range()) && !has_prefix(name, prefix) {
                reporter.report(
                    span,
                    format!("The name of a table must start with {prefix}."),
                    format!(r#"In schema.prisma, add @@map("{prefix}{name}") to the model, and generate the migration again."#),
                );
            }
        }
    }
}

/// Whether a name has the prefix. The table of an implicit many-to-many relation has a `_` before it.
fn has_prefix(name: &str, prefix: &str) -> bool {
    name.strip_prefix('_').unwrap_or(name).starts_with(prefix)
}

fn new_name(statement: &ParsedStatement) -> Option<TableName> {
    tables::created(&statement.ast).or_else(|| tables::renamed(&statement.ast).map(|(_, new)| new))
}

/// The tables that a statement changes or references.
fn referenced_tables(statement: &ParsedStatement) -> Vec<TableName> {
    match &statement.ast {
        ast::Stmt::Insert(insert) => {
            let nodes = insert.syntax().children().filter(|node| node.kind() == SyntaxKind::RELATION_NAME_REF);
            nodes.filter_map(|node| TableName::of(&node)).collect()
        }
        _ => statement.locked.clone(),
    }
}

fn is_catalog(table: &TableName) -> bool {
    table.name.starts_with("pg_")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::testing::{check, found};

    #[test]
    fn no_quotes_and_no_prefix() {
        check(
            RULE.name,
            r#"
            CREATE TABLE "Tier" (id TEXT, team TEXT REFERENCES LiteLLM_TeamTable (id));
            ALTER TABLE "LiteLLM_New" RENAME TO "New";
            "#,
            &expect![[r#"
                error[table-name]: The name of a table must start with LiteLLM_.
                 --> migration.sql:1:14
                  |
                1 | CREATE TABLE "Tier" (id TEXT, team TEXT REFERENCES LiteLLM_TeamTable (id));
                  |              ^^^^^^
                  |
                  = help: In schema.prisma, add @@map("LiteLLM_Tier") to the model, and generate the migration again.

                error[table-name]: Without quotes, PostgreSQL reads this name in lower case: litellm_teamtable.
                 --> migration.sql:1:52
                  |
                1 | CREATE TABLE "Tier" (id TEXT, team TEXT REFERENCES LiteLLM_TeamTable (id));
                  |                                                    ^^^^^^^^^^^^^^^^^
                  |
                  = help: Write: "LiteLLM_TeamTable"

                error[table-name]: The name of a table must start with LiteLLM_.
                 --> migration.sql:2:37
                  |
                2 | ALTER TABLE "LiteLLM_New" RENAME TO "New";
                  |                                     ^^^^^
                  |
                  = help: In schema.prisma, add @@map("LiteLLM_New") to the model, and generate the migration again.
            "#]],
        );
    }

    #[test]
    fn statements_that_change_rows() {
        let sql = r#"
            INSERT INTO LiteLLM_New SELECT 1 FROM x;
            UPDATE "LiteLLM_New" SET a = (SELECT 1 FROM y);
            "#;
        assert_eq!(found(RULE.name, sql), ["1:13 LiteLLM_New"]);
    }

    #[test]
    fn relation_tables_and_catalogs() {
        let sql = r#"CREATE TABLE "_LiteLLM_AToLiteLLM_B" (); DELETE FROM pg_enum; DROP TABLE "Old";"#;
        assert!(found(RULE.name, sql).is_empty());
    }
}
