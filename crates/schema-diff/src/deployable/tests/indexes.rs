//! Indexes. Each one is built by a separate migration.

use expect_test::expect;
use prisma_schema::Flavour;

use super::check_table;
use crate::testing::{check_deployable_from, model};

#[test]
fn a_replaced_index_is_dropped_after_the_new_one_is_built() {
    check_table(
        r#"
            a Int
            b Int
            @@index([a])
        "#,
        r#"
            a Int
            b Int
            @@index([a, b])
            @@index([b])
        "#,
        &expect![[r#"
            ==== Index
            -- CreateIndex
            -- CONCURRENTLY cannot run in a transaction, so this is the only statement of the migration. An interrupted
            -- build leaves an invalid index: drop it with DROP INDEX CONCURRENTLY, then apply the migration again.
            CREATE INDEX CONCURRENTLY IF NOT EXISTS "T_a_b_idx" ON "T"("a", "b");

            ==== Index
            -- CreateIndex
            -- CONCURRENTLY cannot run in a transaction, so this is the only statement of the migration. An interrupted
            -- build leaves an invalid index: drop it with DROP INDEX CONCURRENTLY, then apply the migration again.
            CREATE INDEX CONCURRENTLY IF NOT EXISTS "T_b_idx" ON "T"("b");

            ==== AfterIndexes
            SET LOCAL lock_timeout = '10s';

            -- DropIndex
            -- This runs after the index migrations: it needs their indexes, or drops an index that they replace.
            DROP INDEX IF EXISTS "T_a_idx";
        "#]],
    );
}

#[test]
fn an_index_of_the_same_name_is_dropped_first() {
    check_table(
        r#"
            a Int
            @@index([a])
        "#,
        r#"
            a Int
            @@index([a(sort: Desc)])
        "#,
        &expect![[r#"
            ==== Main
            SET LOCAL lock_timeout = '10s';

            -- DropIndex
            DROP INDEX IF EXISTS "T_a_idx";

            ==== Index
            -- CreateIndex
            -- CONCURRENTLY cannot run in a transaction, so this is the only statement of the migration. An interrupted
            -- build leaves an invalid index: drop it with DROP INDEX CONCURRENTLY, then apply the migration again.
            CREATE INDEX CONCURRENTLY IF NOT EXISTS "T_a_idx" ON "T"("a" DESC);
        "#]],
    );
}

#[test]
fn an_index_gets_the_name_of_a_dropped_one() {
    check_table(
        r#"
            a Int
            b Int
            @@index([a], map: "x")
            @@index([b], map: "y")
        "#,
        r#"
            a Int
            b Int
            @@index([b], map: "x")
        "#,
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
fn an_index_that_backs_a_constraint_is_dropped_with_it() {
    let mut before = model(
        r#"
            model T {
              id Int @id
              a Int @unique
            }
        "#,
        Flavour::V5,
    );
    before.tables[0].indexes[0].backs_constraint = true;
    check_deployable_from(
        &before,
        r#"
            model T {
              id Int @id
              a Int
            }
        "#,
        &expect![[r#"
            ==== Main
            SET LOCAL lock_timeout = '10s';

            -- DropIndex
            ALTER TABLE IF EXISTS "T" DROP CONSTRAINT IF EXISTS "T_a_key";
        "#]],
    );
}
