//! Whole migrations of the deployable style.

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
    testing::{check_deployable, deployable_sql, table},
};

/// Checks the migrations between two versions of the fields in [`table`].
#[track_caller]
fn check_table(before: &str, after: &str, expected: &Expect) {
    check_deployable(&table(before), &table(after), expected);
}

#[test]
fn a_new_table_needs_no_lock() {
    check_deployable(
        "",
        r#"
            model Tag {
              name String @id
              kind Kind @unique
              parent String?
              tag Tag? @relation("t", fields: [parent], references: [name])
              tags Tag[] @relation("t")
            }
            enum Kind {
              it_s @map("it's")
            }
        "#,
        &expect![[r#"
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
        "#]],
    );
}

#[test]
fn the_sql_contains_the_namespaces_of_the_schema() {
    let schema = |field: &str, values: &[&str]| {
        let values = values.join("\n");
        format!(
            r#"
                generator client {{
                  provider = "x"
                  previewFeatures = ["multiSchema"]
                }}
                datasource db {{
                  provider = "postgresql"
                  url = "postgres://x"
                  schemas = ["b"]
                }}
                model A {{
                  id Int @id
                  {field}
                  @@schema("b")
                }}
                enum E {{
                  {values}
                  @@schema("b")
                }}
            "#
        )
    };
    check_deployable(
        &schema("e E", &["x", "y"]),
        &schema(r#"e E @unique(map: "e")"#, &["x"]),
        &expect![[r#"
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
        "#]],
    );
}

#[test]
fn an_extension_is_dropped_only_if_its_version_differs() {
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
    .assert_eq(&deployable_sql(&Diff::between(&with("1.5"), &with("1.6"), Flavour::V5)));
}
