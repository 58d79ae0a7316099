//! The rule `guard-by-name-alone`.

use squawk_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
};

use super::{ParsedMigration, Reporter, Rule, Severity, TreeKind};

pub(super) const RULE: Rule = Rule {
    name: "guard-by-name-alone",
    severity: Severity::Error,
    summary: "In a guard, identify the table or type, not only a name.",
    why: "\
A catalog lists the objects of every schema of the database. Another schema may contain a second LiteLLM or a copy of its tables.
A guard that looks up a constraint by name alone finds the other schema's constraint and skips ours. In one such database only 3
of 33 foreign keys were created, and no error was reported.

Compare the table as well, and name it as the statement does: `conrelid = '\"T\"'::regclass` finds the same table as the statement.
To test whether a table, an index or a type exists, use `to_regclass('\"T\"') IS NULL` or `to_regtype('\"T\"') IS NULL`.",
    bad: r#"SET LOCAL lock_timeout = '10s';
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'LiteLLM_TeamTable_old_fkey') THEN
        ALTER TABLE "LiteLLM_TeamTable" DROP CONSTRAINT "LiteLLM_TeamTable_old_fkey";
    END IF;
END $$;"#,
    good: &[r#"SET LOCAL lock_timeout = '10s';
DO $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM pg_constraint
        WHERE conrelid = '"LiteLLM_TeamTable"'::regclass AND conname = 'LiteLLM_TeamTable_old_fkey'
    ) THEN
        ALTER TABLE "LiteLLM_TeamTable" DROP CONSTRAINT "LiteLLM_TeamTable_old_fkey";
    END IF;
END $$;"#],
};

/// A catalog whose names are unique only within a table, a type or a schema.
struct Catalog {
    name: &'static str,
    /// Its columns with names.
    names: &'static [&'static str],
    /// The columns that limit a name to one object. A query must use one of them.
    scopes: &'static [&'static str],
    /// The help, with SCOPE for the first of `scopes`.
    help: &'static str,
}

const TABLE: &str = r#"Compare the table as well: SCOPE = '"TABLE"'::regclass"#;
const TYPE: &str = r#"Compare the type as well: SCOPE = '"TYPE"'::regtype"#;
const TO_REGCLASS: &str = r#"Use to_regclass('"TABLE"') IS NULL"#;

const CATALOGS: &[Catalog] = &[
    catalog("pg_constraint", &["conname"], &["conrelid", "contypid"], TABLE),
    catalog("pg_attribute", &["attname"], &["attrelid"], TABLE),
    catalog("pg_trigger", &["tgname"], &["tgrelid"], TABLE),
    catalog("pg_enum", &["enumlabel"], &["enumtypid"], TYPE),
    catalog("pg_type", &["typname"], &["typnamespace"], r#"Use to_regtype('"TYPE"') IS NULL"#),
    catalog("pg_class", &["relname"], &["relnamespace"], TO_REGCLASS),
    catalog("pg_tables", &["tablename"], &["schemaname"], TO_REGCLASS),
    catalog("pg_indexes", &["indexname", "tablename"], &["schemaname"], r#"Use to_regclass('"INDEX"') IS NULL"#),
    catalog("pg_proc", &["proname"], &["pronamespace"], "Use to_regprocedure('FUNCTION(ARGUMENTS)') IS NULL"),
];

/// The views of the information schema.
const INFORMATION_SCHEMA: Catalog = catalog(
    "information_schema",
    &["table_name", "column_name", "constraint_name", "trigger_name"],
    &["table_schema", "constraint_schema", "trigger_schema", "event_object_schema"],
    r#"Query pg_attribute (attrelid = '"TABLE"'::regclass) or pg_constraint (conrelid), or add table_schema = current_schema()"#,
);

const fn catalog(
    name: &'static str,
    names: &'static [&'static str],
    scopes: &'static [&'static str],
    help: &'static str,
) -> Catalog {
    Catalog { name, names, scopes, help }
}

pub(super) fn check(migration: &ParsedMigration<'_>, reporter: &mut Reporter<'_, '_>) {
    if !migration.contains("pg_") && !migration.contains(INFORMATION_SCHEMA.name) {
        return;
    }
    for tree in migration.file.trees.iter().filter(|tree| tree.kind != TreeKind::Function) {
        for item in tree.root.descendants().filter(|node| node.kind() == SyntaxKind::RELATION_FROM_ITEM) {
            let (Some(catalog), Some(query)) = (catalog_of(&item), query_of(&item)) else { continue };
            let columns: Vec<_> = columns(&query).collect();
            if columns.iter().any(|(name, _)| catalog.scopes.contains(&name.as_str())) {
                continue;
            }
            if let Some((_, node)) = columns.iter().find(|(name, _)| catalog.names.contains(&name.as_str())) {
                reporter.report(
                    tree.span(&comparison(node)),
                    "This condition matches the name in every schema of the database.",
                    catalog.help.replace("SCOPE", catalog.scopes[0]),
                );
            }
        }
    }
}

fn catalog_of(item: &SyntaxNode) -> Option<&'static Catalog> {
    let path = item.descendants().find_map(ast::PathRef::cast)?;
    let name = path.segment()?.text();
    let schema = path.qualifier().and_then(|qualifier| Some(qualifier.segment()?.text()));
    if schema.as_deref() == Some(INFORMATION_SCHEMA.name) {
        return Some(&INFORMATION_SCHEMA);
    }
    CATALOGS.iter().find(|catalog| catalog.name == name)
}

/// The innermost query that contains a node.
fn query_of(node: &SyntaxNode) -> Option<SyntaxNode> {
    use SyntaxKind::{DELETE, PLPGSQL_EXPR, SELECT, SELECT_INTO, UPDATE};
    node.ancestors().skip(1).find(|node| matches!(node.kind(), SELECT | SELECT_INTO | PLPGSQL_EXPR | DELETE | UPDATE))
}

/// The columns that a query uses, without the columns of its subqueries.
fn columns(query: &SyntaxNode) -> impl Iterator<Item = (String, SyntaxNode)> {
    let names = query.descendants().filter_map(ast::NameRef::cast);
    names
        .filter(move |name| query_of(name.syntax()).as_ref() == Some(query))
        .map(|name| (name.text(), name.syntax().clone()))
}

/// The comparison that contains a column.
fn comparison(column: &SyntaxNode) -> SyntaxNode {
    column.ancestors().find(|node| node.kind() == SyntaxKind::BIN_EXPR).unwrap_or_else(|| column.clone())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::testing::{check, found};

    #[test]
    fn a_constraint() {
        check(
            RULE.name,
            r"
            DO $$
            BEGIN
                IF NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = 'a' AND contype = 'f') THEN
                    NULL;
                END IF;
            END $$;
            ",
            &expect![[r#"
                error[guard-by-name-alone]: This condition matches the name in every schema of the database.
                 --> migration.sql:3:56
                  |
                3 |     IF NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = 'a' AND contype = 'f') THEN
                  |                                                        ^^^^^^^^^^^^^^^
                  |
                  = help: Compare the table as well: conrelid = '"TABLE"'::regclass
            "#]],
        );
    }

    #[test]
    fn other_catalogs() {
        for condition in [
            "EXISTS (SELECT FROM pg_catalog.pg_type WHERE typname = 'E')",
            "(SELECT count(*) FROM pg_indexes WHERE indexname IN ('i')) = 0",
            "EXISTS (SELECT FROM pg_attribute WHERE attrelid = (SELECT oid FROM pg_class WHERE relname = 'T') AND attname = 'c')",
            "EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'T' AND column_name = 'c')",
        ] {
            let sql = format!("DO $$ BEGIN IF {condition} THEN NULL; END IF; END $$;");
            assert_eq!(found(RULE.name, &sql).len(), 1, "{condition}");
        }
    }

    #[test]
    fn guards_that_identify_the_object() {
        for condition in [
            "EXISTS (SELECT FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE typname = 'E' AND nspname = current_schema())",
            "EXISTS (SELECT FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'T')",
            r#"EXISTS (SELECT FROM pg_enum WHERE enumtypid = '"E"'::regtype AND enumlabel = 'a')"#,
            r#"to_regclass('"T"') IS NULL"#,
        ] {
            let sql = format!("DO $$ BEGIN IF {condition} THEN NULL; END IF; END $$;");
            assert!(found(RULE.name, &sql).is_empty(), "{condition}");
        }
    }
}
