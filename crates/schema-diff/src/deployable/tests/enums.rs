//! Enums and their values.

use expect_test::expect;

use crate::testing::house_sql;

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
        -- A new enum value cannot be used in the transaction that adds it, so this is a separate migration.
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
        -- xtask: allow(destructive-statement) because --allow-destructive was given
        DROP TABLE IF EXISTS "Gone";

        -- AlterEnum
        -- xtask: allow(destructive-statement) because --allow-destructive was given
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
        -- xtask: allow(destructive-statement) because --allow-destructive was given
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
        -- xtask: allow(destructive-statement) because --allow-destructive was given
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
    let (enum_, model) = ("enum E {\n  a\n}\n", "model E {\n  id Int @id\n}\n");
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
    .assert_eq(&house_sql(enum_, model));
    expect![[r#"
        ==== Main
        SET LOCAL lock_timeout = '10s';

        -- DropTable
        -- xtask: allow(destructive-statement) because --allow-destructive was given
        DROP TABLE IF EXISTS "E";

        -- CreateEnum
        DO $$
        BEGIN
            IF to_regtype('"E"') IS NULL THEN
                CREATE TYPE "E" AS ENUM ('a');
            END IF;
        END $$;
    "#]]
    .assert_eq(&house_sql(model, enum_));
}
