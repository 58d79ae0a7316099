//! Primary keys and foreign keys.

use expect_test::expect;

use crate::testing::check_deployable;

#[test]
fn the_columns_distinguish_two_primary_keys_of_the_same_name() {
    let model = |key: &str| {
        format!(
            r#"
                model T {{
                  a Int
                  b Int
                  @@id([{key}])
                }}
            "#
        )
    };
    check_deployable(
        &model("a"),
        &model("a, b"),
        &expect![[r#"
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
        "#]],
    );
}

#[test]
fn a_primary_key_stays_if_the_type_of_its_column_changes() {
    check_deployable(
        r#"
            model T {
              id Int @id
            }
        "#,
        r#"
            model T {
              id BigInt @id(map: "key")
            }
        "#,
        &expect![[r#"
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
        "#]],
    );
}

#[test]
fn a_primary_key_is_added_and_dropped() {
    let with = r#"
        model T {
          a Int @id
        }
    "#;
    let without = r#"
        model T {
          a Int @unique
        }
    "#;
    check_deployable(
        without,
        with,
        &expect![[r#"
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
        "#]],
    );
    check_deployable(
        with,
        without,
        &expect![[r#"
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
        "#]],
    );
}

#[test]
fn a_foreign_key_of_an_existing_table_is_validated_later() {
    let schema = |key: &str| {
        format!(
            r#"
                model A {{
                  id Int @id
                  b Int
                  {key}
                }}
                model B {{
                  id Int @id
                  {}
                }}
            "#,
            if key.is_empty() { "" } else { "as A[]" }
        )
    };
    let key = "to B @relation(fields: [b], references: [id]";
    check_deployable(
        &schema(""),
        &schema(&format!("{key})")),
        &expect![[r#"
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
        "#]],
    );
    check_deployable(
        &schema(&format!("{key})")),
        &schema(&format!("{key}, onDelete: Cascade)")),
        &expect![[r#"
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
        "#]],
    );
    check_deployable(
        &schema(&format!("{key})")),
        &schema(&format!(r#"{key}, map: "short")"#)),
        &expect![[r#"
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
        "#]],
    );
}

#[test]
fn a_foreign_key_is_added_after_the_index_that_it_needs() {
    check_deployable(
        r#"
            model A {
              id Int @id
              b Int
            }
            model B {
              id Int @id
              n Int
            }
        "#,
        r#"
            model A {
              id Int @id
              b Int
              to B @relation(fields: [b], references: [n])
            }
            model B {
              id Int @id
              n Int @unique
              as A[]
            }
        "#,
        &expect![[r#"
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
        "#]],
    );
}
