//! Steps that create namespaces. No step drops one.

use std::collections::HashSet;

use prisma_schema::Flavour;
use sql_schema::DEFAULT_NAMESPACE;

use super::matching::Pairs;
use crate::step::Step;

pub(super) fn push_steps(pairs: &Pairs<'_>, flavour: Flavour, steps: &mut Vec<Step>) {
    let known: HashSet<&String> = pairs.from.namespaces.iter().chain(&pairs.from.default_namespace).collect();
    let mut missing: Vec<&String> = pairs.to.namespaces.iter().filter(|namespace| !known.contains(namespace)).collect();
    // A version that also creates the default namespace creates only the namespaces that a table or an enum uses.
    if flavour.hides_default_namespace() && !missing.is_empty() {
        let tables = pairs.to.tables.iter().map(|table| &table.namespace);
        let enums = pairs.to.enums.iter().map(|enum_| &enum_.namespace);
        let used: HashSet<&str> =
            tables.chain(enums).map(|name| name.as_deref().unwrap_or(DEFAULT_NAMESPACE)).collect();
        missing.retain(|namespace| used.contains(namespace.as_str()));
    }
    steps.extend(missing.into_iter().map(|namespace| Step::CreateSchema(namespace.clone())));
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use prisma_schema::Flavour;
    use sql_schema::SqlSchema;

    use crate::{Diff, testing::model};

    fn created(flavour: Flavour, from: &SqlSchema, to: &SqlSchema) -> String {
        let sql = Diff::between(from, to, flavour).to_sql();
        sql.lines().filter(|line| line.starts_with("CREATE")).collect::<Vec<_>>().join("\n")
    }

    const SEVERAL: &str = r#"
        generator client {
          provider = "x"
          previewFeatures = ["multiSchema"]
        }
        datasource db {
          provider = "postgresql"
          schemas = ["unused", "public", "b"]
          URL
        }
        model A {
          id Int @id
          @@schema("public")
        }
        model B {
          id Int @id
          @@schema("b")
        }
    "#;

    #[test]
    fn before_prisma_7_all_declared_namespaces_are_created() {
        let schema = SEVERAL.replace("URL", r#"url = "postgres://x""#);
        expect![[r#"
            CREATE SCHEMA IF NOT EXISTS "b";
            CREATE SCHEMA IF NOT EXISTS "public";
            CREATE SCHEMA IF NOT EXISTS "unused";
            CREATE TABLE "public"."A" (
            CREATE TABLE "b"."B" ("#]]
        .assert_eq(&created(Flavour::V6, &SqlSchema::default(), &model(&schema, Flavour::V6)));
    }

    #[test]
    fn since_prisma_7_only_used_namespaces_are_created() {
        let several = model(&SEVERAL.replace("URL", ""), Flavour::V7);
        expect![[r#"
            CREATE SCHEMA IF NOT EXISTS "b";
            CREATE SCHEMA IF NOT EXISTS "public";
            CREATE TABLE "A" (
            CREATE TABLE "b"."B" ("#]]
        .assert_eq(&created(Flavour::V7, &SqlSchema::default(), &several));

        let one = model(
            r#"
                model C {
                  id Int @id
                }
            "#,
            Flavour::V7,
        );
        let mut live = SqlSchema { default_namespace: Some("public".to_owned()), ..SqlSchema::default() };
        assert_eq!(created(Flavour::V7, &live, &one), r#"CREATE TABLE "C" ("#);
        live.default_namespace = None;
        expect![[r#"
            CREATE SCHEMA IF NOT EXISTS "public";
            CREATE TABLE "C" ("#]]
        .assert_eq(&created(Flavour::V7, &live, &one));
    }
}
