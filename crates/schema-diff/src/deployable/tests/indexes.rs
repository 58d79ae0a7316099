//! Indexes, each built by itself.

use expect_test::expect;
use prisma_schema::Flavour;

use super::table;
use crate::{
    Diff,
    testing::{migrations_of, model},
};

#[test]
fn an_index_is_built_alone_and_the_one_that_it_replaces_goes_last() {
    table(
        "a Int\n  b Int\n  @@index([a])",
        "a Int\n  b Int\n  @@index([a, b])\n  @@index([b])",
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
            -- CONCURRENTLY cannot run in a transaction, so this is the only statement of the migration. An interrupted
            -- build leaves an invalid index: drop it with DROP INDEX CONCURRENTLY, then apply the migration again.
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
