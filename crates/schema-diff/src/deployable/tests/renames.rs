//! Tables and columns that got another name.

use expect_test::expect;
use prisma_schema::Flavour;

use crate::{
    RenamedSchema,
    testing::{migrations_of, model},
};

#[test]
fn renames() {
    let old = "model Team {\n  id Int @id @default(autoincrement())\n  size Int @unique\n  boss Int?\n  team Team? @relation(\"x\", fields: [boss], references: [id])\n  teams Team[] @relation(\"x\")\n}\n";
    let new = "model Group {\n  id Int @id @default(autoincrement())\n  seats Int @unique\n  boss Int?\n  group Group? @relation(\"x\", fields: [boss], references: [id])\n  groups Group[] @relation(\"x\")\n}\n";
    let (from, to) = (model(old, Flavour::V5), model(new, Flavour::V5));
    let renames = ["Team=Group", "Team.size=seats"].map(|rename| rename.parse().unwrap());
    let renamed = RenamedSchema::new(from, &renames, &to).unwrap();
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
