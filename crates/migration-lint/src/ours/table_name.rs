use squawk_syntax::{
    SyntaxKind,
    ast::{self, AstNode},
};

use super::Ours;
use crate::{
    Rule, Severity,
    finding::Report,
    migration::{Migration, Statement},
    tables::{self, TableName},
};

pub(super) const RULE: Ours = Ours {
    rule: Rule {
        name: "table-name",
        severity: Severity::Error,
        summary: "A table's name is in quotes, and that of a new one begins as all others do.",
        why: "\
PostgreSQL takes a name without quotes in lower case, so that `LiteLLM_New` is the table `litellm_new`, which no model has.

A database is often shared with something else. LiteLLM's tables are known by how their names begin, `LiteLLM_`, in cleanups,
grants and monitoring too. The model says `@@map` where its name is another.",
        bad: r#"CREATE TABLE IF NOT EXISTS LiteLLM_New ("id" TEXT);"#,
        good: &[r#"CREATE TABLE IF NOT EXISTS "LiteLLM_New" ("id" TEXT);"#],
    },
    check,
};

fn check(migration: &Migration<'_>, report: &mut Report<'_, '_>) {
    let prefix = migration.context.prefix;
    for statement in migration.run_statements() {
        let new = new_name(statement);
        for table in new.iter().chain(&others(statement)).filter(|table| !is_catalog(table)) {
            let TableName { name, written, .. } = table;
            let place = migration.place(statement, &table.node);
            if !table.is_quoted {
                report.push(
                    place,
                    format!("Without quotes this is the table {name}, in lower case."),
                    format!("write it in quotes: \"{written}\""),
                );
            } else if new.as_ref().is_some_and(|new| new.range() == table.range()) && !has_prefix(name, prefix) {
                report.push(
                    place,
                    format!("The name of a table begins with {prefix}."),
                    format!("give the model @@map(\"{prefix}{name}\") in schema.prisma, and make the migration again"),
                );
            }
        }
    }
}

/// Whether a name begins as it should. The table of an implicit many-to-many relation has a `_` before its name.
fn has_prefix(name: &str, prefix: &str) -> bool {
    name.strip_prefix('_').unwrap_or(name).starts_with(prefix)
}

fn new_name(statement: &Statement) -> Option<TableName> {
    tables::created(&statement.ast).or_else(|| tables::renamed(&statement.ast).map(|(_, new)| new))
}

/// The tables that a statement changes or refers to.
fn others(statement: &Statement) -> Vec<TableName> {
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

    use crate::testing::{check, found};

    const NAME: &str = super::RULE.rule.name;

    #[test]
    fn no_quotes_and_no_prefix() {
        check(
            NAME,
            "CREATE TABLE \"Tier\" (id TEXT, team TEXT REFERENCES LiteLLM_TeamTable (id));\nALTER TABLE \"LiteLLM_New\" RENAME TO \"New\";\n",
            &expect![[r#"
                error[table-name]: The name of a table begins with LiteLLM_.
                 --> migration.sql:1:14
                  |
                1 | CREATE TABLE "Tier" (id TEXT, team TEXT REFERENCES LiteLLM_TeamTable (id));
                  |              ^^^^^^
                  |
                  = help: give the model @@map("LiteLLM_Tier") in schema.prisma, and make the migration again

                error[table-name]: Without quotes this is the table litellm_teamtable, in lower case.
                 --> migration.sql:1:52
                  |
                1 | CREATE TABLE "Tier" (id TEXT, team TEXT REFERENCES LiteLLM_TeamTable (id));
                  |                                                    ^^^^^^^^^^^^^^^^^
                  |
                  = help: write it in quotes: "LiteLLM_TeamTable"

                error[table-name]: The name of a table begins with LiteLLM_.
                 --> migration.sql:2:37
                  |
                2 | ALTER TABLE "LiteLLM_New" RENAME TO "New";
                  |                                     ^^^^^
                  |
                  = help: give the model @@map("LiteLLM_New") in schema.prisma, and make the migration again
            "#]],
        );
    }

    #[test]
    fn rows() {
        let sql = "INSERT INTO LiteLLM_New SELECT 1 FROM x;\nUPDATE \"LiteLLM_New\" SET a = (SELECT 1 FROM y);";
        assert_eq!(found(NAME, sql), ["1:13 LiteLLM_New"]);
    }

    #[test]
    fn a_table_between_two_and_the_catalogs() {
        let sql = r#"CREATE TABLE "_LiteLLM_AToLiteLLM_B" (); DELETE FROM pg_enum; DROP TABLE "Old";"#;
        assert!(found(NAME, sql).is_empty());
    }
}
