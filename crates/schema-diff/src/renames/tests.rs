//! Renames, and the candidates for renames.

use expect_test::{Expect, expect};
use prisma_schema::Flavour;

use crate::{Diff, RenamedSchema, testing::model};

const TEAM: &str = r#"
    model Team {
      id Int @id @default(autoincrement())
      size Int
      name String?
      owner String
    }
"#;

/// Checks the possible renames with their similarity.
#[track_caller]
fn check_candidates(before: &str, after: &str, expected: &Expect) {
    let (before, after) = (model(before, Flavour::V5), model(after, Flavour::V5));
    let candidates = Diff::between(&before, &after, Flavour::V5).rename_candidates();
    let lines = candidates.iter().map(|candidate| format!("{} {} %\n", candidate.rename, candidate.similarity));
    expected.assert_eq(&lines.collect::<String>());
}

/// Checks the SQL with these renames, or the error.
#[track_caller]
fn check_renamed(before: &str, after: &str, renames: &[&str], expected: &Expect) {
    let (before, after) = (model(before, Flavour::V5), model(after, Flavour::V5));
    let renames: Result<Vec<_>, _> = renames.iter().map(|rename| rename.parse()).collect();
    expected.assert_eq(&match renames.and_then(|renames| RenamedSchema::new(before, &renames, &after)) {
        Ok(renamed) => renamed.diff(&after, Flavour::V5).to_sql(),
        Err(error) => format!("{error}\n"),
    });
}

#[test]
fn columns_of_the_same_type_are_candidates() {
    check_candidates(
        TEAM,
        &TEAM.replace("size", "seats"),
        &expect![[r#"
            Team.size=seats 74 %
        "#]],
    );
    check_candidates(TEAM, &TEAM.replace("size Int", "size_limit BigInt"), &expect![]);
    check_candidates(TEAM, &TEAM.replace("size Int", ""), &expect![]);
}

#[test]
fn each_column_is_paired_with_the_most_similar_one() {
    let from = r#"
        model T {
          id Int @id
          key_name String
          budget String?
        }
    "#;
    check_candidates(
        from,
        r#"
            model T {
              id Int @id
              max_budget String?
              key_alias String
            }
        "#,
        &expect![[r#"
            T.budget=max_budget 90 %
            T.key_name=key_alias 88 %
        "#]],
    );
    check_candidates(
        from,
        r#"
            model T {
              id Int @id
              max_budget String?
              budget String?
            }
        "#,
        &expect![[r#"
            T.key_name=max_budget 52 %
        "#]],
    );
}

#[test]
fn tables_with_mostly_equal_columns_are_candidates() {
    check_candidates(
        TEAM,
        &TEAM.replace("Team", "Group"),
        &expect![[r#"
            Team=Group 70 %
        "#]],
    );
    check_candidates(
        TEAM,
        &TEAM.replace("Team", "Group").replace("size", "seats"),
        &expect![[r#"
            Team=Group 52 %
        "#]],
    );
    check_candidates(
        TEAM,
        r#"
            model Other {
              id Int @id
              url String
              method String
            }
        "#,
        &expect![],
    );
}

#[test]
fn sequences_keys_and_indexes_are_renamed_with_their_table_and_columns() {
    let before = r#"
        model Team {
          id Int @id @default(autoincrement())
          n Int @unique
          key Key @relation(fields: [n], references: [id])
          @@index([n, id])
        }
        model Key {
          id Int @id
          teams Team[]
        }
    "#;
    let after = before
        .replace("Team ", "Group ")
        .replace("Team[", "Group[")
        .replace("n Int", "number Int")
        .replace("[n", "[number");
    for renames in [["Team.n=number", "Team=Group"], ["Team=Group", "Group.n=number"]] {
        check_renamed(
            before,
            &after,
            &renames,
            &expect![[r#"
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
            "#]],
        );
    }
}

#[test]
fn a_sequence_with_another_name_keeps_it() {
    let (mut from, to) = (model(TEAM, Flavour::V5), model(&TEAM.replace("Team", "Group"), Flavour::V5));
    from.tables[0].columns[0].default = Some(sql_schema::DefaultValue::Sequence("numbers".to_owned()));
    let renamed = RenamedSchema::new(from, &["Team=Group".parse().unwrap()], &to).unwrap();
    assert!(!renamed.diff(&to, Flavour::V5).to_sql().contains("SEQUENCE"));
}

#[test]
fn invalid_renames() {
    let to = TEAM.replace("size", "seats");
    check_renamed(
        TEAM,
        &to,
        &["Team.size"],
        &expect![[r#"
            `Team.size` is not a rename. Write TABLE.OLD=NEW for a column, or OLD=NEW for a table
        "#]],
    );
    check_renamed(
        TEAM,
        &to,
        &["Team.sizes=seats"],
        &expect![[r#"
            `Team.sizes` cannot be renamed: no table and no column has this name
        "#]],
    );
    check_renamed(
        TEAM,
        &to,
        &["Team.size=name"],
        &expect![[r#"
            `Team.size` cannot be renamed: `name` already exists. Rename or drop `name` first, in a separate migration
        "#]],
    );
    check_renamed(
        TEAM,
        &to,
        &["Team.size=seat"],
        &expect![[r#"
            `Team.size` cannot be renamed: the schema has no `seat`. Rename it in the schema first
        "#]],
    );
    check_renamed(
        TEAM,
        &to,
        &["Team=Group"],
        &expect![[r#"
            `Team` cannot be renamed: the schema has no `Group`. Rename it in the schema first
        "#]],
    );
}
