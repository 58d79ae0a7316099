use squawk_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
};

use super::Ours;
use crate::{Rule, Severity, finding::Report, migration::Migration};

pub(super) const RULE: Ours = Ours {
    rule: Rule {
        name: "hard-coded-public",
        severity: Severity::Error,
        summary: "No statement says in which schema the tables are.",
        why: "\
A database URL may say `?schema=`, and then LiteLLM's tables are in that schema and the search path names it. A statement that
says `public` fails there, or changes somebody else's table. Tables, types and functions are found through the search path,
and `current_schema()` has the name where one is needed.",
        bad: r#"CREATE TABLE IF NOT EXISTS public."LiteLLM_New" ("id" TEXT);"#,
        good: &[r#"CREATE TABLE IF NOT EXISTS "LiteLLM_New" ("id" TEXT);"#],
    },
    check,
};

const PUBLIC: &str = "public";

fn check(migration: &Migration<'_>, report: &mut Report<'_, '_>) {
    if !migration.mentions(PUBLIC) {
        return;
    }
    for tree in &migration.trees {
        for node in tree.root.descendants() {
            if let Some(help) = hard_coded(&node) {
                report.push(tree.place(&node), "The tables may be in another schema than public.", help);
            }
        }
    }
}

/// How to mend a node that names the schema.
fn hard_coded(node: &SyntaxNode) -> Option<&'static str> {
    const LEAVE_OUT: &str = "leave the schema out: the search path has it";
    match node.kind() {
        SyntaxKind::PATH_REF => {
            let parent = node.parent()?.kind();
            let is_qualifier = matches!(parent, SyntaxKind::PATH | SyntaxKind::PATH_REF);
            let path = ast::PathRef::cast(node.clone())?;
            (is_qualifier && path.segment()?.text() == PUBLIC).then_some(LEAVE_OUT)
        }
        SyntaxKind::NAME_REF => {
            let is_base = node.parent()?.kind() == SyntaxKind::FIELD_EXPR && node.next_sibling().is_some();
            (is_base && ast::NameRef::cast(node.clone())?.text() == PUBLIC).then_some(LEAVE_OUT)
        }
        SyntaxKind::SCHEMA_REF | SyntaxKind::CONFIG_VALUE_NAME => {
            let text = node.text().to_string();
            (text.trim_matches('"') == PUBLIC)
                .then_some("use current_schema(), in a DO block with EXECUTE format('... %I', ...)")
        }
        SyntaxKind::LITERAL => {
            let value = ast::Literal::cast(node.clone())?.decoded_value()?.into_text();
            let is_table =
                ["public.", "\"public\"."].iter().any(|start| value.starts_with(start)) && is_looked_up(node);
            if is_table {
                return Some(LEAVE_OUT);
            }
            (value == PUBLIC && is_compared_with_schema(node)).then_some("compare with current_schema()")
        }
        _ => None,
    }
}

/// Whether a literal is the name of a table, a type or a function.
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

    use crate::testing::{check, found};

    const NAME: &str = super::RULE.rule.name;

    #[test]
    fn names_and_comparisons() {
        check(
            NAME,
            "INSERT INTO \"public\".\"LiteLLM_New\" VALUES ('public');\nDO $$\nBEGIN\n    IF EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = 'a') THEN NULL; END IF;\nEND $$;\n",
            &expect![[r#"
                error[hard-coded-public]: The tables may be in another schema than public.
                 --> migration.sql:1:13
                  |
                1 | INSERT INTO "public"."LiteLLM_New" VALUES ('public');
                  |             ^^^^^^^^
                  |
                  = help: leave the schema out: the search path has it

                error[hard-coded-public]: The tables may be in another schema than public.
                 --> migration.sql:4:57
                  |
                4 |     IF EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = 'a') THEN NULL; END IF;
                  |                                                         ^^^^^^^^
                  |
                  = help: compare with current_schema()
            "#]],
        );
    }

    #[test]
    fn other_ways_to_name_it() {
        for sql in [
            "SELECT to_regclass('public.\"T\"');",
            "SELECT '\"public\".t'::regclass;",
            "SELECT public.f();",
            "SET search_path TO public;",
            "CREATE TYPE public.e AS ENUM ('a');",
            "CREATE TABLE t (id INT DEFAULT nextval('public.s'));",
            "GRANT USAGE ON SCHEMA public TO u;",
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.t; END $$;",
            "DO $$ BEGIN EXECUTE 'ALTER TABLE public.t ADD a INT'; END $$;",
        ] {
            assert_eq!(found(NAME, sql).len(), 1, "{sql}");
        }
    }

    #[test]
    fn other_things_called_public() {
        for sql in [
            "UPDATE t SET visibility = 'public', public = true WHERE t.public;",
            "INSERT INTO t (a) VALUES ('public.key');",
            "SELECT 1 FROM t WHERE visibility = 'public';",
        ] {
            assert!(found(NAME, sql).is_empty(), "{sql}");
        }
    }
}
