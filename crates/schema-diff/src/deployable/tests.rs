//! Whole migrations: the schema before, the schema after, and what is shipped.

mod columns;
mod enums;
mod indexes;
mod keys;
mod open_decisions;
mod renames;

use expect_test::{Expect, expect};
use prisma_schema::Flavour;
use sql_schema::{Extension, SqlSchema};

use crate::{
    Diff,
    testing::{house_sql, migrations_of},
};

/// A model `T` with the key `id` and these further lines, before and after.
#[track_caller]
fn table(from: &str, to: &str, expected: &Expect) {
    let table = |lines: &str| format!("model T {{\n  id Int @id\n{lines}\n}}\nenum Size {{\n  S\n  L\n}}\n");
    expected.assert_eq(&house_sql(&table(from), &table(to)));
}

#[test]
fn a_new_table_waits_for_nobody() {
    expect![[r#"
        ==== Main
        -- CreateEnum
        DO $$
        BEGIN
            IF to_regtype('"Kind"') IS NULL THEN
                CREATE TYPE "Kind" AS ENUM ('it''s');
            END IF;
        END $$;

        -- CreateTable
        CREATE TABLE IF NOT EXISTS "Tag" (
            "name" TEXT NOT NULL,
            "kind" "Kind" NOT NULL,
            "parent" TEXT,

            CONSTRAINT "Tag_pkey" PRIMARY KEY ("name")
        );

        -- CreateIndex
        CREATE UNIQUE INDEX IF NOT EXISTS "Tag_kind_key" ON "Tag"("kind");

        -- AddForeignKey
        DO $$
        BEGIN
            IF NOT EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"Tag"'::regclass AND conname = 'Tag_parent_fkey'
            ) THEN
                ALTER TABLE "Tag"
                    ADD CONSTRAINT "Tag_parent_fkey" FOREIGN KEY ("parent")
                    REFERENCES "Tag"("name") ON DELETE SET NULL ON UPDATE CASCADE;
            END IF;
        END $$;
    "#]].assert_eq(&house_sql(
        "",
        "model Tag {\n  name String @id\n  kind Kind @unique\n  parent String?\n  tag Tag? @relation(\"t\", fields: [parent], references: [name])\n  tags Tag[] @relation(\"t\")\n}\nenum Kind {\n  it_s @map(\"it's\")\n}\n",
    ));
}

#[test]
fn namespaces_are_named_where_the_schema_names_them() {
    let schema = |lines: &str| {
        format!(
            "generator client {{\n  provider = \"x\"\n  previewFeatures = [\"multiSchema\"]\n}}\n\
             datasource db {{\n  provider = \"postgresql\"\n  url = \"postgres://x\"\n  schemas = [\"b\"]\n}}\n\
             model A {{\n  id Int @id\n{lines}  @@schema(\"b\")\n}}\nenum E {{\n  x\n  @@schema(\"b\")\n}}\n"
        )
    };
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- AlterEnum
        -- xtask: allow(destructive-statement) because --allow-destructive was given
        DO $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM pg_enum
                WHERE enumtypid = '"b"."E"'::regtype AND enumlabel IN ('y')
            ) THEN
                ALTER TYPE "b"."E" RENAME TO "E_old";
                CREATE TYPE "b"."E" AS ENUM ('x');
                ALTER TABLE "b"."A"
                    ALTER COLUMN "e" SET DATA TYPE "b"."E" USING "e"::text::"b"."E";
            END IF;
        END $$;
        DROP TYPE IF EXISTS "b"."E_old";

        ==== Index
        -- CreateIndex
        -- CONCURRENTLY cannot run in a transaction, so this is the only statement of the migration. An interrupted
        -- build leaves an invalid index: drop it with DROP INDEX CONCURRENTLY, then apply the migration again.
        CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "e" ON "b"."A"("e");
    "#]]
    .assert_eq(&house_sql(&schema("  e E\n").replace("  x\n", "  x\n  y\n"), &schema("  e E @unique(map: \"e\")\n")));
}

#[test]
fn an_extension_is_dropped_only_as_long_as_it_is_another() {
    let with = |version: &str| {
        let extension = Extension {
            name: "citext".to_owned(),
            schema: None,
            version: Some(version.to_owned()),
            relocatable: false,
        };
        SqlSchema { extensions: vec![extension], ..SqlSchema::default() }
    };
    expect![[r#"
        ==== Main
        -- DropExtension
        DO $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
                WHERE extname = 'citext' AND NOT (extversion = '1.6')
            ) THEN
                DROP EXTENSION "citext";
            END IF;
        END $$;

        -- CreateExtension
        CREATE EXTENSION IF NOT EXISTS "citext" WITH VERSION "1.6";
    "#]]
    .assert_eq(&migrations_of(&Diff::between(&with("1.5"), &with("1.6"), Flavour::V5)));
}
