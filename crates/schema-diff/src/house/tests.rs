//! Whole migrations: the schema before, the schema after, and what is shipped.

use expect_test::{Expect, expect};
use prisma_schema::{Flavour, Source, data_model};
use sql_schema::{Extension, SqlSchema};

use super::undecided;
use crate::{
    Diff, Renamed,
    testing::{house_sql, migrations_of, model},
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
fn columns() {
    table(
        "a Int\n  b Int?\n  c Int @default(1)\n  gone Int",
        "a Int?\n  b Int\n  c BigInt\n  new DateTime @default(now())",
        &expect![[r#"
            ==== Main
            SET LOCAL lock_timeout = '10s';

            -- AlterTable
            -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
            ALTER TABLE "T"
                DROP COLUMN IF EXISTS "gone",
                ADD COLUMN IF NOT EXISTS "new" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
                ALTER COLUMN "a" DROP NOT NULL,
                ALTER COLUMN "b" SET NOT NULL,
                ALTER COLUMN "c" SET DATA TYPE BIGINT,
                ALTER COLUMN "c" DROP DEFAULT;
        "#]],
    );
}

#[test]
fn values_are_converted_where_prisma_would_drop_them() {
    table(
        "a String @default(\"S\")\n  b Size[]\n  c Int[]\n  d Int\n  e Boolean\n  f Int?\n  g DateTime",
        "a Size @default(S)\n  b String[]\n  c Json\n  d Int[]\n  e Int\n  f Boolean?\n  g DateTime @db.Timetz",
        &expect![[r#"
            ==== Main
            SET LOCAL lock_timeout = '10s';

            -- AlterTable
            -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
            DO $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM pg_attribute
                    WHERE attrelid = '"T"'::regclass AND attname = 'a' AND NOT attisdropped
                        AND atttypid <> '"Size"'::regtype
                ) THEN
                    ALTER TABLE "T"
                        ALTER COLUMN "a" DROP DEFAULT,
                        ALTER COLUMN "a" SET DATA TYPE "Size" USING "a"::text::"Size",
                        ALTER COLUMN "a" SET DEFAULT 'S';
                END IF;
            END $$;
            -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
            DO $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM pg_attribute
                    WHERE attrelid = '"T"'::regclass AND attname = 'b' AND NOT attisdropped
                        AND atttypid <> 'TEXT[]'::regtype
                ) THEN
                    ALTER TABLE "T"
                        ALTER COLUMN "b" SET DATA TYPE TEXT[] USING "b"::text[];
                END IF;
            END $$;
            DO $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM pg_attribute
                    WHERE attrelid = '"T"'::regclass AND attname = 'c' AND NOT attisdropped
                        AND atttypid <> 'JSONB'::regtype
                ) THEN
                    ALTER TABLE "T"
                        ALTER COLUMN "c" SET NOT NULL,
                        ALTER COLUMN "c" SET DATA TYPE JSONB USING to_jsonb("c");
                END IF;
            END $$;
            -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
            DO $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM pg_attribute
                    WHERE attrelid = '"T"'::regclass AND attname = 'd' AND NOT attisdropped
                        AND atttypid <> 'INTEGER[]'::regtype
                ) THEN
                    ALTER TABLE "T"
                        ALTER COLUMN "d" DROP NOT NULL,
                        ALTER COLUMN "d" SET DATA TYPE INTEGER[] USING CASE WHEN "d" IS NOT NULL THEN ARRAY["d"]::INTEGER[] END;
                END IF;
            END $$;
            -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
            DO $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM pg_attribute
                    WHERE attrelid = '"T"'::regclass AND attname = 'e' AND NOT attisdropped
                        AND atttypid <> 'INTEGER'::regtype
                ) THEN
                    ALTER TABLE "T"
                        ALTER COLUMN "e" SET DATA TYPE INTEGER USING "e"::integer;
                END IF;
            END $$;
            -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
            DO $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM pg_attribute
                    WHERE attrelid = '"T"'::regclass AND attname = 'f' AND NOT attisdropped
                        AND atttypid <> 'BOOLEAN'::regtype
                ) THEN
                    ALTER TABLE "T"
                        ALTER COLUMN "f" SET DATA TYPE BOOLEAN USING "f"::integer::boolean;
                END IF;
            END $$;
            -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
            DO $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM pg_attribute
                    WHERE attrelid = '"T"'::regclass AND attname = 'g' AND NOT attisdropped
                        AND atttypid <> 'TIMETZ'::regtype
                ) THEN
                    ALTER TABLE "T"
                        ALTER COLUMN "g" SET DATA TYPE TIMETZ USING "g"::time;
                END IF;
            END $$;
        "#]],
    );
}

#[test]
fn a_column_is_dropped_only_as_long_as_it_has_the_old_type() {
    table(
        "a Int\n  @@index([a])",
        "a DateTime?\n  @@index([a])",
        &expect![[r#"
            ==== Main
            SET LOCAL lock_timeout = '10s';

            -- AlterTable
            -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
            DO $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM pg_attribute
                    WHERE attrelid = '"T"'::regclass AND attname = 'a' AND NOT attisdropped
                        AND atttypid <> 'TIMESTAMP(3)'::regtype
                ) THEN
                    ALTER TABLE "T"
                        DROP COLUMN "a",
                        ADD COLUMN "a" TIMESTAMP(3);
                END IF;
            END $$;

            ==== Index
            -- CreateIndex
            -- It must be the only statement of its migration, as it cannot run in a transaction. A build that breaks off
            -- leaves an invalid index: drop it (DROP INDEX CONCURRENTLY) before the migration is applied again.
            CREATE INDEX CONCURRENTLY IF NOT EXISTS "T_a_idx" ON "T"("a");
        "#]],
    );
}

#[test]
fn an_index_stays_with_a_column_that_is_converted() {
    table(
        "a String\n  @@index([a])",
        "a Size\n  @@index([a])",
        &expect![[r#"
            ==== Main
            SET LOCAL lock_timeout = '10s';

            -- AlterTable
            -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
            DO $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM pg_attribute
                    WHERE attrelid = '"T"'::regclass AND attname = 'a' AND NOT attisdropped
                        AND atttypid <> '"Size"'::regtype
                ) THEN
                    ALTER TABLE "T"
                        ALTER COLUMN "a" SET DATA TYPE "Size" USING "a"::text::"Size";
                END IF;
            END $$;
        "#]],
    );
}

#[test]
fn a_sequence_starts_behind_the_rows_that_are_there() {
    table(
        "n Int",
        "n Int @default(autoincrement())",
        &expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- AlterTable
        CREATE SEQUENCE IF NOT EXISTS "t_n_seq";
        ALTER TABLE "T"
            ALTER COLUMN "n" SET DEFAULT nextval('"t_n_seq"');
        ALTER SEQUENCE "t_n_seq" OWNED BY "T"."n";
        SELECT setval('"t_n_seq"', (SELECT COALESCE(MAX("n"), 0) + 1 FROM "T"), false);
    "#]],
    );
    table(
        "n Int @default(autoincrement())",
        "n Int",
        &expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- AlterTable
        ALTER TABLE "T"
            ALTER COLUMN "n" DROP DEFAULT;
        DROP SEQUENCE IF EXISTS "T_n_seq";
    "#]],
    );
}

#[test]
fn an_identity_column_becomes_an_ordinary_one() {
    let (mut from, to) = (
        model("model T {\n  id Int @id @default(autoincrement())\n}", Flavour::V5),
        model("model T {\n  id String @id\n}", Flavour::V5),
    );
    from.tables[0].columns[0].default = None;
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- AlterTable
        ALTER TABLE "T" ALTER COLUMN "id" DROP IDENTITY IF EXISTS;
        ALTER TABLE "T"
            ALTER COLUMN "id" SET DATA TYPE TEXT;
    "#]]
    .assert_eq(&migrations_of(&Diff::between(&from, &to, Flavour::V5)));
}

#[test]
fn a_computed_column_becomes_an_ordinary_one() {
    let (mut from, to) = (
        model("model T {\n  id Int @id\n  a Int? @default(dbgenerated(\"id * 2\"))\n}", Flavour::V5),
        model("model T {\n  id Int @id\n  a Json @default(\"{}\")\n}", Flavour::V5),
    );
    from.tables[0].columns[1].generated = true;
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- AlterTable
        ALTER TABLE "T" ALTER COLUMN "a" DROP EXPRESSION IF EXISTS;
        DO $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM pg_attribute
                WHERE attrelid = '"T"'::regclass AND attname = 'a' AND NOT attisdropped
                    AND atttypid <> 'JSONB'::regtype
            ) THEN
                ALTER TABLE "T"
                    ALTER COLUMN "a" SET NOT NULL,
                    ALTER COLUMN "a" SET DATA TYPE JSONB USING to_jsonb("a"),
                    ALTER COLUMN "a" SET DEFAULT '{}';
            END IF;
        END $$;
    "#]]
    .assert_eq(&migrations_of(&Diff::between(&from, &to, Flavour::V5)));
}

#[test]
fn a_primary_key_that_gives_its_name_away_is_known_by_its_columns() {
    let model = |key: &str| format!("model T {{\n  a Int\n  b Int\n  @@id([{key}])\n}}\n");
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- AlterTable
        DO $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"T"'::regclass AND contype = 'p' AND pg_get_constraintdef(oid) = format('PRIMARY KEY (%I)', 'a')
            ) THEN
                ALTER TABLE "T"
                    DROP CONSTRAINT "T_pkey";
            END IF;
        END $$;
        DO $$
        BEGIN
            IF NOT EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"T"'::regclass AND contype = 'p'
            ) THEN
                ALTER TABLE "T"
                    ADD CONSTRAINT "T_pkey" PRIMARY KEY ("a", "b");
            END IF;
        END $$;
    "#]].assert_eq(&house_sql(&model("a"), &model("a, b")));
}

#[test]
fn a_primary_key_stays_when_its_column_gets_another_type() {
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- AlterTable
        DO $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"T"'::regclass AND conname = 'T_pkey'
            ) AND NOT EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"T"'::regclass AND conname = 'key'
            ) THEN
                ALTER TABLE "T"
                    RENAME CONSTRAINT "T_pkey" TO "key";
            END IF;
        END $$;
        ALTER TABLE "T"
            ALTER COLUMN "id" SET DATA TYPE BIGINT;
    "#]]
    .assert_eq(&house_sql("model T {\n  id Int @id\n}", "model T {\n  id BigInt @id(map: \"key\")\n}"));
}

#[test]
fn a_primary_key_comes_and_goes() {
    let (with, without) = ("model T {\n  a Int @id\n}", "model T {\n  a Int @unique\n}");
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- AlterTable
        DO $$
        BEGIN
            IF NOT EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"T"'::regclass AND contype = 'p'
            ) THEN
                ALTER TABLE "T"
                    ADD CONSTRAINT "T_pkey" PRIMARY KEY ("a");
            END IF;
        END $$;

        -- DropIndex
        DROP INDEX IF EXISTS "T_a_key";
    "#]]
    .assert_eq(&house_sql(without, with));
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- AlterTable
        ALTER TABLE "T"
            DROP CONSTRAINT IF EXISTS "T_pkey";

        ==== Index
        -- CreateIndex
        -- It must be the only statement of its migration, as it cannot run in a transaction. A build that breaks off
        -- leaves an invalid index: drop it (DROP INDEX CONCURRENTLY) before the migration is applied again.
        CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "T_a_key" ON "T"("a");
    "#]]
    .assert_eq(&house_sql(with, without));
}

#[test]
fn a_foreign_key_of_an_existing_table_is_validated_later() {
    let schema = |key: &str| {
        format!(
            "model A {{\n  id Int @id\n  b Int\n  {key}\n}}\nmodel B {{\n  id Int @id\n{}\n}}\n",
            if key.is_empty() { "" } else { "  as A[]" }
        )
    };
    let key = "to B @relation(fields: [b], references: [id]";
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- AddForeignKey
        DO $$
        BEGIN
            IF NOT EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"A"'::regclass AND conname = 'A_b_fkey'
            ) THEN
                ALTER TABLE "A"
                    ADD CONSTRAINT "A_b_fkey" FOREIGN KEY ("b")
                    REFERENCES "B"("id") ON DELETE RESTRICT ON UPDATE CASCADE NOT VALID;
            END IF;
        END $$;

        ==== Validation
        SET LOCAL lock_timeout = '10s';

        -- ValidateForeignKey
        -- The rows that were there before the key are checked while others write.
        ALTER TABLE "A" VALIDATE CONSTRAINT "A_b_fkey";
    "#]]
    .assert_eq(&house_sql(&schema(""), &schema(&format!("{key})"))));
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- DropForeignKey
        ALTER TABLE IF EXISTS "A" DROP CONSTRAINT IF EXISTS "A_b_fkey";

        -- AddForeignKey
        DO $$
        BEGIN
            IF NOT EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"A"'::regclass AND conname = 'A_b_fkey'
            ) THEN
                ALTER TABLE "A"
                    ADD CONSTRAINT "A_b_fkey" FOREIGN KEY ("b")
                    REFERENCES "B"("id") ON DELETE CASCADE ON UPDATE CASCADE NOT VALID;
            END IF;
        END $$;

        ==== Validation
        SET LOCAL lock_timeout = '10s';

        -- ValidateForeignKey
        -- The rows that were there before the key are checked while others write.
        ALTER TABLE "A" VALIDATE CONSTRAINT "A_b_fkey";
    "#]]
    .assert_eq(&house_sql(&schema(&format!("{key})")), &schema(&format!("{key}, onDelete: Cascade)"))));
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- RenameForeignKey
        DO $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"A"'::regclass AND conname = 'A_b_fkey'
            ) AND NOT EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"A"'::regclass AND conname = 'short'
            ) THEN
                ALTER TABLE "A"
                    RENAME CONSTRAINT "A_b_fkey" TO "short";
            END IF;
        END $$;
    "#]]
    .assert_eq(&house_sql(&schema(&format!("{key})")), &schema(&format!("{key}, map: \"short\")"))));
}

#[test]
fn a_foreign_key_waits_for_the_index_that_it_needs() {
    expect![[r#"
        ==== Index
        -- CreateIndex
        -- It must be the only statement of its migration, as it cannot run in a transaction. A build that breaks off
        -- leaves an invalid index: drop it (DROP INDEX CONCURRENTLY) before the migration is applied again.
        CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "B_n_key" ON "B"("n");

        ==== AfterIndexes
        SET LOCAL lock_timeout = '10s';

        -- AddForeignKey
        -- This needs the indexes of the migrations before, or makes way for them.
        DO $$
        BEGIN
            IF NOT EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"A"'::regclass AND conname = 'A_b_fkey'
            ) THEN
                ALTER TABLE "A"
                    ADD CONSTRAINT "A_b_fkey" FOREIGN KEY ("b")
                    REFERENCES "B"("n") ON DELETE RESTRICT ON UPDATE CASCADE NOT VALID;
            END IF;
        END $$;

        ==== Validation
        SET LOCAL lock_timeout = '10s';

        -- ValidateForeignKey
        -- The rows that were there before the key are checked while others write.
        ALTER TABLE "A" VALIDATE CONSTRAINT "A_b_fkey";
    "#]].assert_eq(&house_sql(
        "model A {\n  id Int @id\n  b Int\n}\nmodel B {\n  id Int @id\n  n Int\n}\n",
        "model A {\n  id Int @id\n  b Int\n  to B @relation(fields: [b], references: [n])\n}\nmodel B {\n  id Int @id\n  n Int @unique\n  as A[]\n}\n",
    ));
}

#[test]
fn an_index_is_built_alone_and_the_one_that_it_replaces_goes_last() {
    table(
        "a Int\n  b Int\n  @@index([a])",
        "a Int\n  b Int\n  @@index([a, b])\n  @@index([b])",
        &expect![[r#"
            ==== Index
            -- CreateIndex
            -- It must be the only statement of its migration, as it cannot run in a transaction. A build that breaks off
            -- leaves an invalid index: drop it (DROP INDEX CONCURRENTLY) before the migration is applied again.
            CREATE INDEX CONCURRENTLY IF NOT EXISTS "T_a_b_idx" ON "T"("a", "b");

            ==== Index
            -- CreateIndex
            -- It must be the only statement of its migration, as it cannot run in a transaction. A build that breaks off
            -- leaves an invalid index: drop it (DROP INDEX CONCURRENTLY) before the migration is applied again.
            CREATE INDEX CONCURRENTLY IF NOT EXISTS "T_b_idx" ON "T"("b");

            ==== AfterIndexes
            SET LOCAL lock_timeout = '10s';

            -- DropIndex
            -- This needs the indexes of the migrations before, or makes way for them.
            DROP INDEX IF EXISTS "T_a_idx";
        "#]],
    );
}

#[test]
fn an_index_of_the_same_name_goes_first() {
    table(
        "a Int\n  @@index([a])",
        "a Int\n  @@index([a(sort: Desc)])",
        &expect![[r#"
            ==== Main
            SET LOCAL lock_timeout = '10s';

            -- DropIndex
            DROP INDEX IF EXISTS "T_a_idx";

            ==== Index
            -- CreateIndex
            -- It must be the only statement of its migration, as it cannot run in a transaction. A build that breaks off
            -- leaves an invalid index: drop it (DROP INDEX CONCURRENTLY) before the migration is applied again.
            CREATE INDEX CONCURRENTLY IF NOT EXISTS "T_a_idx" ON "T"("a" DESC);
        "#]],
    );
}

#[test]
fn an_index_that_gets_the_name_of_another_one() {
    table(
        "a Int\n  b Int\n  @@index([a], map: \"x\")\n  @@index([b], map: \"y\")",
        "a Int\n  b Int\n  @@index([b], map: \"x\")",
        &expect![[r#"
            ==== Main
            SET LOCAL lock_timeout = '10s';

            -- DropIndex
            DO $$
            BEGIN
                IF to_regclass('"y"') IS NOT NULL THEN
                    DROP INDEX IF EXISTS "x";
                END IF;
            END $$;

            -- RenameIndex
            DO $$
            BEGIN
                IF to_regclass('"x"') IS NULL THEN
                    ALTER INDEX IF EXISTS "y" RENAME TO "x";
                END IF;
            END $$;
        "#]],
    );
}

#[test]
fn an_index_that_backs_a_constraint_goes_with_it() {
    let (mut from, to) = (
        model("model T {\n  id Int @id\n  a Int @unique\n}", Flavour::V5),
        model("model T {\n  id Int @id\n  a Int\n}", Flavour::V5),
    );
    from.tables[0].indexes[0].backs_constraint = true;
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- DropIndex
        ALTER TABLE IF EXISTS "T" DROP CONSTRAINT IF EXISTS "T_a_key";
    "#]]
    .assert_eq(&migrations_of(&Diff::between(&from, &to, Flavour::V5)));
}

#[test]
fn values_of_enums() {
    let schema =
        |values: &str, default: &str| format!("enum E {{\n{values}}}\nmodel T {{\n  id Int @id\n  e E {default}\n}}\n");
    expect![[r#"
        ==== Main
        -- AlterEnum
        ALTER TYPE "E" ADD VALUE IF NOT EXISTS 'b';
        ALTER TYPE "E" ADD VALUE IF NOT EXISTS 'c';
    "#]]
    .assert_eq(&house_sql(&schema("  a\n", ""), &schema("  a\n  b\n  c\n", "")));
    // PostgreSQL lets nobody use a value in the transaction that adds it.
    expect![[r#"
        ==== EnumValues
        -- AlterEnum
        -- A value cannot be used in the transaction that adds it, so this is a migration of its own.
        ALTER TYPE "E" ADD VALUE IF NOT EXISTS 'b';

        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- AlterTable
        ALTER TABLE "T"
            ALTER COLUMN "e" SET DEFAULT 'b';
    "#]]
    .assert_eq(&house_sql(&schema("  a\n", ""), &schema("  a\n  b\n", "@default(b)")));
}

#[test]
fn an_enum_without_a_value_is_built_anew() {
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- DropTable
        -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
        DROP TABLE IF EXISTS "Gone";

        -- AlterEnum
        -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
        DO $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM pg_enum
                WHERE enumtypid = '"E"'::regtype AND enumlabel IN ('b')
            ) THEN
                ALTER TYPE "E" RENAME TO "E_old";
                CREATE TYPE "E" AS ENUM ('a');
                ALTER TABLE "T"
                    ALTER COLUMN "e" DROP DEFAULT,
                    ALTER COLUMN "e" SET DATA TYPE "E" USING "e"::text::"E",
                    ALTER COLUMN "e" SET DEFAULT 'a';
                ALTER TABLE "T"
                    ALTER COLUMN "l" SET DATA TYPE "E"[] USING "l"::text[]::"E"[];
            END IF;
        END $$;

        -- AlterTable
        -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
        ALTER TABLE "T"
            DROP COLUMN IF EXISTS "gone",
            ADD COLUMN IF NOT EXISTS "new" "E";

        -- AlterEnum
        DROP TYPE IF EXISTS "E_old";
    "#]].assert_eq(&house_sql(
        "enum E {\n  a\n  b\n}\nmodel T {\n  id Int @id\n  e E @default(a)\n  l E[]\n  gone E\n}\nmodel Gone {\n  id Int @id\n  e E\n}\n",
        "enum E {\n  a\n}\nmodel T {\n  id Int @id\n  e E @default(a)\n  l E[]\n  new E?\n}\n",
    ));
}

#[test]
fn a_default_changes_with_its_enum() {
    let schema = |values: &str, default: &str| {
        format!("model T {{\n  id Int @id\n  e E @default({default})\n}}\nenum E {{\n{values}\n}}\n")
    };
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- AlterEnum
        -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
        DO $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM pg_enum
                WHERE enumtypid = '"E"'::regtype AND enumlabel IN ('b')
            ) THEN
                ALTER TYPE "E" RENAME TO "E_old";
                CREATE TYPE "E" AS ENUM ('a');
                ALTER TABLE "T"
                    ALTER COLUMN "e" DROP DEFAULT,
                    ALTER COLUMN "e" SET DATA TYPE "E" USING "e"::text::"E",
                    ALTER COLUMN "e" SET DEFAULT 'a';
            END IF;
        END $$;
        DROP TYPE IF EXISTS "E_old";
    "#]]
    .assert_eq(&house_sql(&schema("a\nb", "b"), &schema("a", "a")));
}

#[test]
fn an_enum_may_give_its_name_to_a_table() {
    let (r#enum, model) = ("enum E {\n  a\n}\n", "model E {\n  id Int @id\n}\n");
    expect![[r#"
        ==== Main
        -- DropEnum
        DO $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM pg_type
                WHERE oid = to_regtype('"E"') AND typtype = 'e'
            ) THEN
                DROP TYPE "E";
            END IF;
        END $$;

        -- CreateTable
        CREATE TABLE IF NOT EXISTS "E" (
            "id" INTEGER NOT NULL,

            CONSTRAINT "E_pkey" PRIMARY KEY ("id")
        );
    "#]]
    .assert_eq(&house_sql(r#enum, model));
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- DropTable
        -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
        DROP TABLE IF EXISTS "E";

        -- CreateEnum
        DO $$
        BEGIN
            IF to_regtype('"E"') IS NULL THEN
                CREATE TYPE "E" AS ENUM ('a');
            END IF;
        END $$;
    "#]]
    .assert_eq(&house_sql(model, r#enum));
}

#[test]
fn renames() {
    let old = "model Team {\n  id Int @id @default(autoincrement())\n  size Int @unique\n  boss Int?\n  team Team? @relation(\"x\", fields: [boss], references: [id])\n  teams Team[] @relation(\"x\")\n}\n";
    let new = "model Group {\n  id Int @id @default(autoincrement())\n  seats Int @unique\n  boss Int?\n  group Group? @relation(\"x\", fields: [boss], references: [id])\n  groups Group[] @relation(\"x\")\n}\n";
    let (from, to) = (model(old, Flavour::V5), model(new, Flavour::V5));
    let renames = ["Team=Group", "Team.size=seats"].map(|rename| rename.parse().unwrap());
    let renamed = Renamed::new(from, &renames, &to).unwrap();
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- RenameTable
        DO $$
        BEGIN
            IF to_regclass('"Group"') IS NULL THEN
                ALTER TABLE "Team" RENAME TO "Group";
            END IF;
        END $$;

        -- RenameSequence
        DO $$
        BEGIN
            IF to_regclass('"Group_id_seq"') IS NULL THEN
                ALTER SEQUENCE IF EXISTS "Team_id_seq" RENAME TO "Group_id_seq";
            END IF;
        END $$;

        -- RenameColumn
        DO $$
        BEGIN
            IF NOT EXISTS (
                SELECT 1 FROM pg_attribute
                WHERE attrelid = '"Group"'::regclass AND attname = 'seats' AND NOT attisdropped
            ) THEN
                ALTER TABLE "Group"
                    RENAME COLUMN "size" TO "seats";
            END IF;
        END $$;

        -- AlterTable
        DO $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"Group"'::regclass AND conname = 'Team_pkey'
            ) AND NOT EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"Group"'::regclass AND conname = 'Group_pkey'
            ) THEN
                ALTER TABLE "Group"
                    RENAME CONSTRAINT "Team_pkey" TO "Group_pkey";
            END IF;
        END $$;

        -- RenameForeignKey
        DO $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"Group"'::regclass AND conname = 'Team_boss_fkey'
            ) AND NOT EXISTS (
                SELECT 1 FROM pg_constraint
                WHERE conrelid = '"Group"'::regclass AND conname = 'Group_boss_fkey'
            ) THEN
                ALTER TABLE "Group"
                    RENAME CONSTRAINT "Team_boss_fkey" TO "Group_boss_fkey";
            END IF;
        END $$;

        -- RenameIndex
        DO $$
        BEGIN
            IF to_regclass('"Group_seats_key"') IS NULL THEN
                ALTER INDEX IF EXISTS "Team_size_key" RENAME TO "Group_seats_key";
            END IF;
        END $$;
    "#]]
    .assert_eq(&migrations_of(&renamed.diff(&to, Flavour::V5)));
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
        -- xtask: allow(destructive-statement) because it was allowed with --allow-destructive
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
        -- It must be the only statement of its migration, as it cannot run in a transaction. A build that breaks off
        -- leaves an invalid index: drop it (DROP INDEX CONCURRENTLY) before the migration is applied again.
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

/// What has to be decided, as a terminal shows it.
#[track_caller]
fn questions(from: &str, to: &str, hot_tables: &[&str], expected: &Expect) {
    let from = model(from, Flavour::V5);
    let sources = [Source::new("schema.prisma", to)];
    let (data_model, _) = data_model(&sources, Flavour::V5).unwrap();
    let to = SqlSchema::from_data_model(&data_model, Flavour::V5);
    let diff = Diff::between(&from, &to, Flavour::V5);
    let hot_tables: Vec<_> = hot_tables.iter().map(|&table| table.to_owned()).collect();
    let diagnostics: Vec<_> =
        undecided(&diff, &hot_tables).iter().map(|undecided| undecided.diagnostic(&diff, &data_model)).collect();
    expected.assert_eq(&prisma_schema::render(&diagnostics, &sources, false));
}

#[test]
fn what_rows_hold_in_a_new_required_column_is_not_guessed() {
    questions(
        "model T {\n  id Int @id\n  c Int\n}\n",
        "generator client {\n  provider = \"x\"\n  previewFeatures = [\"views\"]\n}\nview V {\n  id Int @unique\n}\nmodel T {\n  id Int @id\n  a String // said by whom?\n  b String @default(uuid())\n  c DateTime\n  d Int @default(1)\n  e Int[]\n  f Int?\n}\nmodel New {\n  id Int @id\n}\n",
        &[],
        &expect![[r#"
            error: The column `a` of the table `T` is required and has no default. Rows that are there would have nothing in it, so that the migration fails.
              --> schema.prisma:10:3
               |
            10 |   a String // said by whom?
               |   ^^^^^^^^^^^^^^^^^^^^^^^^^
              help: Decide what they hold:
              - the same in each of them: give the field a `@default(…)`,
              - nothing: make it optional, with a `?` behind its type,
              - something of their own, in two steps: make it optional and migrate; when all rows have a value, make it required and migrate again.

            error: The column `b` of the table `T` is required and has no default that PostgreSQL knows. Rows that are there would have nothing in it, so that the migration fails.
              --> schema.prisma:11:3
               |
            11 |   b String @default(uuid())
               |   ^^^^^^^^^^^^^^^^^^^^^^^^^
              help: Decide what they hold:
              - the same in each of them: give the field a `@default(…)`,
              - nothing: make it optional, with a `?` behind its type,
              - something of their own, in two steps: make it optional and migrate; when all rows have a value, make it required and migrate again.

            error: The column `c` of the table `T` is required and has no default. Rows that are there would have nothing in it, so that the migration fails.
              --> schema.prisma:12:3
               |
            12 |   c DateTime
               |   ^^^^^^^^^^
              help: Decide what they hold:
              - the same in each of them: give the field a `@default(…)`,
              - nothing: make it optional, with a `?` behind its type,
              - something of their own, in two steps: make it optional and migrate; when all rows have a value, make it required and migrate again.
        "#]],
    );
}

#[test]
fn no_index_of_a_hot_table_is_built_by_a_migration() {
    let model = |line: &str| format!("model Logs {{\n  id Int @id\n  key String\n  {line}\n}}\n");
    let (from, to) = (model(""), model("@@index([key])"));
    questions(
        &from,
        &to,
        &["Logs"],
        &expect![[r#"
        error: The index `Logs_key_idx` would be built by a migration, and the table `Logs` is too large for that: it is one of `hot-tables`.
         --> schema.prisma:4:3
          |
        4 |   @@index([key])
          |   ^^^^^^^^^^^^^^
          help: Let a job build it, and add "Logs_key_idx" to `built-elsewhere` in [workspace.metadata.migrations] of Cargo.toml.
    "#]],
    );
    questions(&from, &to, &["Other"], &expect![]);
    questions("", &to, &["Logs"], &expect![]);
}
