//! Decisions that a person must make.

use expect_test::{Expect, expect};
use prisma_schema::{Flavour, Source, data_model};
use sql_schema::SqlSchema;

use crate::{
    Diff,
    deployable::open_decisions,
    testing::{model, unindented},
};

/// Checks the open decisions as a terminal shows them.
#[track_caller]
fn check_decisions(before: &str, after: &str, hot_tables: &[&str], expected: &Expect) {
    let before = model(before, Flavour::V5);
    let sources = [Source::new("schema.prisma", unindented(after))];
    let (data_model, _) = data_model(&sources, Flavour::V5).unwrap();
    let after = SqlSchema::from_data_model(&data_model, Flavour::V5);
    let diff = Diff::between(&before, &after, Flavour::V5);
    let hot_tables: Vec<_> = hot_tables.iter().map(|&table| table.to_owned()).collect();
    let diagnostics: Vec<_> =
        open_decisions(&diff, &hot_tables).iter().map(|decision| decision.diagnostic(&diff, &data_model)).collect();
    expected.assert_eq(&prisma_schema::render(&diagnostics, &sources, false));
}

#[test]
fn the_values_of_a_new_required_column_are_an_open_decision() {
    check_decisions(
        r#"
            model T {
              id Int @id
              c Int
            }
        "#,
        r#"
            generator client {
              provider = "x"
              previewFeatures = ["views"]
            }
            view V {
              id Int @unique
            }
            model T {
              id Int @id
              a String // the author
              b String @default(uuid())
              c DateTime
              d Int @default(1)
              e Int[]
              f Int?
            }
            model New {
              id Int @id
            }
        "#,
        &[],
        &expect![[r#"
            error: The column `a` of the table `T` is required and has no default. Existing rows would have no value in it, so the migration would fail.
              --> schema.prisma:10:3
               |
            10 |   a String // the author
               |   ^^^^^^^^^^^^^^^^^^^^^^
              help: Decide which value existing rows get:
              - the same value in every row: add `@default(…)` to the field
              - no value: make the field optional, with `?` after its type
              - a different value in each row, in two steps: make the field optional and migrate; when every row has a value, make the field required and migrate again

            error: The column `b` of the table `T` is required and has no default in the database. Existing rows would have no value in it, so the migration would fail.
              --> schema.prisma:11:3
               |
            11 |   b String @default(uuid())
               |   ^^^^^^^^^^^^^^^^^^^^^^^^^
              help: Decide which value existing rows get:
              - the same value in every row: add `@default(…)` to the field
              - no value: make the field optional, with `?` after its type
              - a different value in each row, in two steps: make the field optional and migrate; when every row has a value, make the field required and migrate again

            error: The column `c` of the table `T` is required and has no default. Existing rows would have no value in it, so the migration would fail.
              --> schema.prisma:12:3
               |
            12 |   c DateTime
               |   ^^^^^^^^^^
              help: Decide which value existing rows get:
              - the same value in every row: add `@default(…)` to the field
              - no value: make the field optional, with `?` after its type
              - a different value in each row, in two steps: make the field optional and migrate; when every row has a value, make the field required and migrate again
        "#]],
    );
}

#[test]
fn an_index_of_a_hot_table_is_an_open_decision() {
    let model = |attribute: &str| {
        format!(
            r#"
                model Logs {{
                  id Int @id
                  key String
                  {attribute}
                }}
            "#
        )
    };
    let (before, after) = (model(""), model("@@index([key])"));
    check_decisions(
        &before,
        &after,
        &["Logs"],
        &expect![[r#"
            error: A migration cannot build the index `Logs_key_idx`: its table `Logs` is too large for that and is listed in `hot-tables`.
             --> schema.prisma:4:3
              |
            4 |   @@index([key])
              |   ^^^^^^^^^^^^^^
              help: Let a job build the index, and add "Logs_key_idx" to `built-elsewhere` in [workspace.metadata.migrations] of Cargo.toml.
        "#]],
    );
    check_decisions(&before, &after, &["Other"], &expect![]);
    check_decisions("", &after, &["Logs"], &expect![]);
}
