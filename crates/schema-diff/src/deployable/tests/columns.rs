//! Added, dropped and changed columns.

use expect_test::expect;
use prisma_schema::Flavour;

use super::check_table;
use crate::testing::{check_deployable_from, model};

#[test]
fn columns() {
    check_table(
        r#"
            a Int
            b Int?
            c Int @default(1)
            gone Int
        "#,
        r#"
            a Int?
            b Int
            c BigInt
            new DateTime @default(now())
        "#,
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
fn values_that_prisma_would_drop_are_converted() {
    check_table(
        r#"
            a String @default("S")
            b Size[]
            c Int[]
            d Int
            e Boolean
            f Int?
            g DateTime
        "#,
        r#"
            a Size @default(S)
            b String[]
            c Json
            d Int[]
            e Int
            f Boolean?
            g DateTime @db.Timetz
        "#,
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
fn a_column_is_recreated_only_if_it_has_the_old_type() {
    check_table(
        r#"
            a Int
            @@index([a])
        "#,
        r#"
            a DateTime?
            @@index([a])
        "#,
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
fn an_index_of_a_converted_column_stays() {
    check_table(
        r#"
            a String
            @@index([a])
        "#,
        r#"
            a Size
            @@index([a])
        "#,
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
fn a_sequence_starts_after_the_highest_number() {
    check_table(
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
    check_table(
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
    let mut before = model(
        r#"
            model T {
              id Int @id @default(autoincrement())
            }
        "#,
        Flavour::V5,
    );
    before.tables[0].columns[0].default = None;
    check_deployable_from(
        &before,
        r#"
            model T {
              id String @id
            }
        "#,
        &expect![[r#"
            ==== Main
            SET LOCAL lock_timeout = '10s';

            -- AlterTable
            ALTER TABLE "T" ALTER COLUMN "id" DROP IDENTITY IF EXISTS;
            ALTER TABLE "T"
                ALTER COLUMN "id" SET DATA TYPE TEXT;
        "#]],
    );
}

#[test]
fn a_generated_column_becomes_an_ordinary_one() {
    let mut before = model(
        r#"
            model T {
              id Int @id
              a Int? @default(dbgenerated("id * 2"))
            }
        "#,
        Flavour::V5,
    );
    before.tables[0].columns[1].generated = true;
    check_deployable_from(
        &before,
        r#"
            model T {
              id Int @id
              a Json @default("{}")
            }
        "#,
        &expect![[r#"
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
        "#]],
    );
}
