//! Renamed tables and columns.

use expect_test::expect;
use prisma_schema::Flavour;

use crate::{
    RenamedSchema,
    testing::{deployable_sql, model},
};

#[test]
fn renames() {
    let before = r#"
        model Team {
          id Int @id @default(autoincrement())
          size Int @unique
          boss Int?
          team Team? @relation("x", fields: [boss], references: [id])
          teams Team[] @relation("x")
        }
    "#;
    let after = r#"
        model Group {
          id Int @id @default(autoincrement())
          seats Int @unique
          boss Int?
          group Group? @relation("x", fields: [boss], references: [id])
          groups Group[] @relation("x")
        }
    "#;
    let (before, after) = (model(before, Flavour::V5), model(after, Flavour::V5));
    let renames = ["Team=Group", "Team.size=seats"].map(|rename| rename.parse().unwrap());
    let renamed = RenamedSchema::new(before, &renames, &after).unwrap();
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
    .assert_eq(&deployable_sql(&renamed.diff(&after, Flavour::V5)));
}
