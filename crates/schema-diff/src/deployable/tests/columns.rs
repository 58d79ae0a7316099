//! Columns that come, go and become something else.

use expect_test::expect;
use prisma_schema::Flavour;

use super::table;
use crate::{
    Diff,
    testing::{migrations_of, model},
};

#[test]
fn columns() {
    table(
        "a Int\n  b Int?\n  c Int @default(1)\n  gone Int",
        "a Int?\n  b Int\n  c BigInt\n  new DateTime @default(now())",
        &expect![[r#"
            ==== Main
            SET LOCAL lock_timeout = '10s';

            -- AlterTable
            -- xtask: allow(destructive-statement) because --allow-destructive was given
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
            -- xtask: allow(destructive-statement) because --allow-destructive was given
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
            -- xtask: allow(destructive-statement) because --allow-destructive was given
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
            -- xtask: allow(destructive-statement) because --allow-destructive was given
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
            -- xtask: allow(destructive-statement) because --allow-destructive was given
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
            -- xtask: allow(destructive-statement) because --allow-destructive was given
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
            -- xtask: allow(destructive-statement) because --allow-destructive was given
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
            -- xtask: allow(destructive-statement) because --allow-destructive was given
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
            -- CONCURRENTLY cannot run in a transaction, so this is the only statement of the migration. An interrupted
            -- build leaves an invalid index: drop it with DROP INDEX CONCURRENTLY, then apply the migration again.
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
            -- xtask: allow(destructive-statement) because --allow-destructive was given
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
