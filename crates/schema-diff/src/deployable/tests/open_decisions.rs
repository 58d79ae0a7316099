//! What has to be decided first.

use expect_test::{Expect, expect};
use prisma_schema::{Flavour, Source, data_model};
use sql_schema::SqlSchema;

use crate::deployable::open_decisions;
use crate::{Diff, testing::model};

/// What has to be decided, as a terminal shows it.
#[track_caller]
fn questions(from: &str, to: &str, hot_tables: &[&str], expected: &Expect) {
    let from = model(from, Flavour::V5);
    let sources = [Source::new("schema.prisma", to)];
    let (data_model, _) = data_model(&sources, Flavour::V5).unwrap();
    let to = SqlSchema::from_data_model(&data_model, Flavour::V5);
    let diff = Diff::between(&from, &to, Flavour::V5);
    let hot_tables: Vec<_> = hot_tables.iter().map(|&table| table.to_owned()).collect();
    let diagnostics: Vec<_> =
        open_decisions(&diff, &hot_tables).iter().map(|decision| decision.diagnostic(&diff, &data_model)).collect();
    expected.assert_eq(&prisma_schema::render(&diagnostics, &sources, false));
}

#[test]
fn what_rows_hold_in_a_new_required_column_is_not_guessed() {
    questions(
        "model T {\n  id Int @id\n  c Int\n}\n",
        "generator client {\n  provider = \"x\"\n  previewFeatures = [\"views\"]\n}\nview V {\n  id Int @unique\n}\nmodel T {\n  id Int @id\n  a String // said by whom?\n  b String @default(uuid())\n  c DateTime\n  d Int @default(1)\n  e Int[]\n  f Int?\n}\nmodel New {\n  id Int @id\n}\n",
        &[],
        &expect![[r#"
            error: The column `a` of the table `T` is required and has no default. Existing rows would have no value in it, so the migration would fail.
              --> schema.prisma:10:3
               |
            10 |   a String // said by whom?
               |   ^^^^^^^^^^^^^^^^^^^^^^^^^
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
fn no_index_of_a_hot_table_is_built_by_a_migration() {
    let model = |line: &str| format!("model Logs {{\n  id Int @id\n  key String\n  {line}\n}}\n");
    let (from, to) = (model(""), model("@@index([key])"));
    questions(
        &from,
        &to,
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
    questions(&from, &to, &["Other"], &expect![]);
    questions("", &to, &["Logs"], &expect![]);
}
