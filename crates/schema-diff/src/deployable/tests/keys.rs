//! Primary and foreign keys.

use expect_test::expect;

use crate::testing::house_sql;

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
        -- CONCURRENTLY cannot run in a transaction, so this is the only statement of the migration. An interrupted
        -- build leaves an invalid index: drop it with DROP INDEX CONCURRENTLY, then apply the migration again.
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
        -- PostgreSQL checks the existing rows while other sessions can write to the table.
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
        -- PostgreSQL checks the existing rows while other sessions can write to the table.
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
        -- CONCURRENTLY cannot run in a transaction, so this is the only statement of the migration. An interrupted
        -- build leaves an invalid index: drop it with DROP INDEX CONCURRENTLY, then apply the migration again.
        CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "B_n_key" ON "B"("n");

        ==== AfterIndexes
        SET LOCAL lock_timeout = '10s';

        -- AddForeignKey
        -- This runs after the index migrations: it needs their indexes, or drops an index that they replace.
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
        -- PostgreSQL checks the existing rows while other sessions can write to the table.
        ALTER TABLE "A" VALIDATE CONSTRAINT "A_b_fkey";
    "#]].assert_eq(&house_sql(
        "model A {\n  id Int @id\n  b Int\n}\nmodel B {\n  id Int @id\n  n Int\n}\n",
        "model A {\n  id Int @id\n  b Int\n  to B @relation(fields: [b], references: [n])\n}\nmodel B {\n  id Int @id\n  n Int @unique\n  as A[]\n}\n",
    ));
}
