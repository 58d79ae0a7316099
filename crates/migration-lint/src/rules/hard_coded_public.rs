//! The rule `hard-coded-public`.

use squawk_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
};

use super::{ParsedMigration, Reporter, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    name: "hard-coded-public",
    severity: Severity::Error,
    summary: "Do not name the schema of the tables.",
    why: "\
A database URL can contain `?schema=`. LiteLLM's tables are then in that schema, and the search path names it. A statement that
says `public` fails there or changes the table of another application. PostgreSQL finds tables, types and functions through the
search path. If a statement needs the name of the schema, use `current_schema()`.",
    bad: r#"CREATE TABLE IF NOT EXISTS public."LiteLLM_New" ("id" TEXT);"#,
    good: &[r#"CREATE TABLE IF NOT EXISTS "LiteLLM_New" ("id" TEXT);"#],
};

const PUBLIC: &str = "public";

pub(super) fn check(migration: &ParsedMigration<'_>, reporter: &mut Reporter<'_, '_>) {
    if !migration.contains(PUBLIC) {
        return;
    }
    for tree in &migration.file.trees {
        for node in tree.root.descendants() {
            if let Some(help) = help_for(&node) {
                reporter.report(tree.span(&node), "The tables may be in a schema other than public.", help);
            }
        }
    }
}

/// The help for a node that names the schema.
fn help_for(node: &SyntaxNode) -> Option<&'static str> {
    const REMOVE: &str = "Remove the schema: the search path finds the object.";
    match node.kind() {
        SyntaxKind::PATH_REF => {
            let parent = node.parent()?.kind();
            let is_qualifier = matches!(parent, SyntaxKind::PATH | SyntaxKind::PATH_REF);
            let path = ast::PathRef::cast(node.clone())?;
            (is_qualifier && path.segment()?.text() == PUBLIC).then_some(REMOVE)
        }
        SyntaxKind::NAME_REF => {
            let is_base = node.parent()?.kind() == SyntaxKind::FIELD_EXPR && node.next_sibling().is_some();
            (is_base && ast::NameRef::cast(node.clone())?.text() == PUBLIC).then_some(REMOVE)
        }
        SyntaxKind::SCHEMA_REF | SyntaxKind::CONFIG_VALUE_NAME => {
            let text = node.text().to_string();
            (text.trim_matches('"') == PUBLIC)
                .then_some("Use current_schema(), in a DO block with EXECUTE format('... %I', ...)")
        }
        SyntaxKind::LITERAL => {
            let value = ast::Literal::cast(node.clone())?.decoded_value()?.into_text();
            let is_table =
                ["public.", r#""public"."#].iter().any(|start| value.starts_with(start)) && is_looked_up(node);
            if is_table {
                return Some(REMOVE);
            }
            (value == PUBLIC && is_compared_with_schema(node)).then_some("Compare with current_schema().")
        }
        _ => None,
    }
}

/// Whether PostgreSQL looks up a literal as the name of an object.
fn is_looked_up(literal: &SyntaxNode) -> bool {
    literal.ancestors().skip(1).take(3).any(|node| match node.kind() {
        SyntaxKind::CAST_EXPR => {
            node.last_child().is_some_and(|ty| ty.text().to_string().to_lowercase().starts_with("reg"))
        }
        SyntaxKind::CALL_EXPR => node.first_child().is_some_and(|name| {
            let name = name.text().to_string().to_lowercase();
            name.starts_with("to_reg") || matches!(name.as_str(), "nextval" | "setval" | "currval")
        }),
        _ => false,
    })
}

fn is_compared_with_schema(literal: &SyntaxNode) -> bool {
    let Some(comparison) = literal.ancestors().find(|node| node.kind() == SyntaxKind::BIN_EXPR) else { return false };
    let is_schema = |name: &str| name == "nspname" || name == "schemaname" || name.ends_with("_schema");
    let in_comparison = comparison.descendants().filter_map(ast::NameRef::cast).any(|name| is_schema(&name.text()));
    in_comparison || literal.next_sibling().is_some_and(|ty| ty.text() == "regnamespace")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::testing::{check, found};

    #[test]
    fn names_and_comparisons() {
        check(
            RULE.name,
            r#"
            INSERT INTO "public"."LiteLLM_New" VALUES ('public');
            DO $$
            BEGIN
                IF EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = 'a') THEN NULL; END IF;
            END $$;
            "#,
            &expect![[r#"
                error[hard-coded-public]: The tables may be in a schema other than public.
                 --> migration.sql:1:13
                  |
                1 | INSERT INTO "public"."LiteLLM_New" VALUES ('public');
                  |             ^^^^^^^^
                  |
                  = help: Remove the schema: the search path finds the object.

                error[hard-coded-public]: The tables may be in a schema other than public.
                 --> migration.sql:4:57
                  |
                4 |     IF EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = 'a') THEN NULL; END IF;
                  |                                                         ^^^^^^^^
                  |
                  = help: Compare with current_schema().
            "#]],
        );
    }

    #[test]
    fn other_references_to_the_schema() {
        for sql in [
            r#"SELECT to_regclass('public."T"');"#,
            r#"SELECT '"public".t'::regclass;"#,
            "SELECT public.f();",
            "SET search_path TO public;",
            "CREATE TYPE public.e AS ENUM ('a');",
            "CREATE TABLE t (id INT DEFAULT nextval('public.s'));",
            "GRANT USAGE ON SCHEMA public TO u;",
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.t; END $$;",
            "DO $$ BEGIN EXECUTE 'ALTER TABLE public.t ADD a INT'; END $$;",
        ] {
            assert_eq!(found(RULE.name, sql).len(), 1, "{sql}");
        }
    }

    #[test]
    fn other_meanings_of_public() {
        for sql in [
            "UPDATE t SET visibility = 'public', public = true WHERE t.public;",
            "INSERT INTO t (a) VALUES ('public.key');",
            "SELECT 1 FROM t WHERE visibility = 'public';",
        ] {
            assert!(found(RULE.name, sql).is_empty(), "{sql}");
        }
    }
}
