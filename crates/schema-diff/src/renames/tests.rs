use expect_test::{Expect, expect};
use prisma_schema::Flavour;

use crate::{Diff, RenamedSchema, testing::model};

const TEAM: &str =
    "model Team {\n  id Int @id @default(autoincrement())\n  size Int\n  name String?\n  owner String\n}\n";

/// What may have been renamed, and how alike it is.
#[track_caller]
fn candidates(from: &str, to: &str, expected: &Expect) {
    let (from, to) = (model(from, Flavour::V5), model(to, Flavour::V5));
    let candidates = Diff::between(&from, &to, Flavour::V5).rename_candidates();
    let lines = candidates.iter().map(|candidate| format!("{} {} %\n", candidate.rename, candidate.similarity));
    expected.assert_eq(&lines.collect::<String>());
}

/// The SQL after renames, or why there are none.
fn renamed(from: &str, to: &str, renames: &[&str]) -> String {
    let (from, to) = (model(from, Flavour::V5), model(to, Flavour::V5));
    let renames: Result<Vec<_>, _> = renames.iter().map(|rename| rename.parse()).collect();
    match renames.and_then(|renames| RenamedSchema::new(from, &renames, &to)) {
        Ok(renamed) => renamed.diff(&to, Flavour::V5).to_sql(),
        Err(error) => format!("{error}\n"),
    }
}

#[test]
fn columns_of_the_same_type_may_be_the_same() {
    candidates(
        TEAM,
        &TEAM.replace("size", "seats"),
        &expect![[r#"
        Team.size=seats 74 %
    "#]],
    );
    candidates(TEAM, &TEAM.replace("size Int", "size_limit BigInt"), &expect![]);
    candidates(TEAM, &TEAM.replace("  size Int\n", ""), &expect![]);
}

#[test]
fn each_column_is_paired_with_the_most_alike() {
    let from = "model T {\n  id Int @id\n  key_name String\n  budget String?\n}";
    candidates(
        from,
        "model T {\n  id Int @id\n  max_budget String?\n  key_alias String\n}",
        &expect![[r#"
        T.budget=max_budget 90 %
        T.key_name=key_alias 88 %
    "#]],
    );
    candidates(
        from,
        "model T {\n  id Int @id\n  max_budget String?\n  budget String?\n}",
        &expect![[r#"
        T.key_name=max_budget 52 %
    "#]],
    );
}

#[test]
fn tables_of_the_same_shape_may_be_the_same() {
    candidates(
        TEAM,
        &TEAM.replace("Team", "Group"),
        &expect![[r#"
        Team=Group 70 %
    "#]],
    );
    candidates(
        TEAM,
        &TEAM.replace("Team", "Group").replace("size", "seats"),
        &expect![[r#"
        Team=Group 52 %
    "#]],
    );
    candidates(TEAM, "model Other {\n  id Int @id\n  url String\n  method String\n}\n", &expect![]);
}

#[test]
fn what_is_named_after_a_table_or_column_is_renamed_with_it() {
    let from = "model Team {\n  id Int @id @default(autoincrement())\n  n Int @unique\n  key Key @relation(fields: [n], references: [id])\n  @@index([n, id])\n}\n\
                model Key {\n  id Int @id\n  teams Team[]\n}\n";
    let to = from
        .replace("Team ", "Group ")
        .replace("Team[", "Group[")
        .replace("n Int", "number Int")
        .replace("[n", "[number");
    let sql = renamed(from, &to, &["Team.n=number", "Team=Group"]);
    expect![[r#"
        -- RenameTable
        ALTER TABLE "Team" RENAME TO "Group";

        -- RenameSequence
        ALTER SEQUENCE "Team_id_seq" RENAME TO "Group_id_seq";

        -- RenameColumn
        ALTER TABLE "Group" RENAME COLUMN "n" TO "number";

        -- AlterTable
        ALTER TABLE "Group" RENAME CONSTRAINT "Team_pkey" TO "Group_pkey";

        -- RenameForeignKey
        ALTER TABLE "Group" RENAME CONSTRAINT "Team_n_fkey" TO "Group_number_fkey";

        -- RenameIndex
        ALTER INDEX "Team_n_key" RENAME TO "Group_number_key";

        -- RenameIndex
        ALTER INDEX "Team_n_id_idx" RENAME TO "Group_number_id_idx";
    "#]]
    .assert_eq(&sql);
    assert_eq!(renamed(from, &to, &["Team=Group", "Group.n=number"]), sql);
}

#[test]
fn a_sequence_with_a_name_of_its_own_keeps_it() {
    let (mut from, to) = (model(TEAM, Flavour::V5), model(&TEAM.replace("Team", "Group"), Flavour::V5));
    from.tables[0].columns[0].default = Some(sql_schema::DefaultValue::Sequence("numbers".to_owned()));
    let renamed = RenamedSchema::new(from, &["Team=Group".parse().unwrap()], &to).unwrap();
    assert!(!renamed.diff(&to, Flavour::V5).to_sql().contains("SEQUENCE"));
}

#[test]
fn what_cannot_be_renamed() {
    let to = TEAM.replace("size", "seats");
    expect![[r#"
        `Team.size` is not a rename. Write TABLE.OLD=NEW for a column, or OLD=NEW for a table
    "#]]
    .assert_eq(&renamed(TEAM, &to, &["Team.size"]));
    expect![[r#"
        `Team.sizes` cannot be renamed: no table and no column has this name
    "#]]
    .assert_eq(&renamed(TEAM, &to, &["Team.sizes=seats"]));
    expect![[r#"
        `Team.size` cannot be renamed: `name` already exists. Rename or drop `name` first, in a separate migration
    "#]]
    .assert_eq(&renamed(TEAM, &to, &["Team.size=name"]));
    expect![[r#"
        `Team.size` cannot be renamed: the schema has no `seat`. Rename it in the schema first
    "#]]
    .assert_eq(&renamed(TEAM, &to, &["Team.size=seat"]));
    expect![[r#"
        `Team` cannot be renamed: the schema has no `Group`. Rename it in the schema first
    "#]]
    .assert_eq(&renamed(TEAM, &to, &["Team=Group"]));
}
