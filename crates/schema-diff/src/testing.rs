//! Helpers for tests. A test shows the schema before, the schema after and the SQL, in this order.

use expect_test::Expect;
use prisma_schema::{Flavour, Source, data_model};
use sql_schema::SqlSchema;

use crate::{Diff, deployable};

/// The SQL of an empty diff.
pub(crate) const EMPTY_MIGRATION: &str = "-- This is an empty migration.\n";

/// The relational model of a schema without a datasource.
pub(crate) fn model(schema: &str, flavour: Flavour) -> SqlSchema {
    let sources = [Source::new("schema.prisma", schema)];
    match data_model(&sources, flavour) {
        Ok((data_model, _)) => SqlSchema::from_data_model(&data_model, flavour),
        Err(errors) => panic!("{}", prisma_schema::render(&errors, &sources, false)),
    }
}

/// A schema with a model `T`, which has the key `id` and these fields, and with an enum `Size`.
pub(crate) fn table(fields: &str) -> String {
    format!(
        r#"
        model T {{
          id Int @id
          {fields}
        }}
        enum Size {{
          S
          L
        }}
        "#
    )
}

/// The text without its first and last line break, and without the indentation of its first line.
pub(crate) fn unindented(text: &str) -> String {
    let text = text.trim_start_matches('\n').trim_end();
    let indentation = text.len() - text.trim_start().len();
    text.lines().map(|line| format!("{}\n", line.get(indentation..).unwrap_or_default())).collect()
}

/// The SQL between two schemas.
pub(crate) fn sql(before: &str, after: &str) -> String {
    sql_of(Flavour::V6, before, after)
}

/// The SQL between two schemas, as a version of Prisma writes it.
pub(crate) fn sql_of(flavour: Flavour, before: &str, after: &str) -> String {
    Diff::between(&model(before, flavour), &model(after, flavour), flavour).to_sql()
}

/// The SQL between two versions of the fields in [`table`].
pub(crate) fn table_sql(before: &str, after: &str) -> String {
    sql(&table(before), &table(after))
}

/// All migrations of the deployable style, each below its part.
pub(crate) fn deployable_sql(diff: &Diff<'_>) -> String {
    let file =
        |migration: &deployable::DeployableMigration| format!("==== {:?}\n{}", migration.part, migration.to_sql("10s"));
    deployable::migrations(diff).iter().map(file).collect::<Vec<_>>().join("\n")
}

/// Checks the SQL between two schemas.
#[track_caller]
pub(crate) fn check_sql(before: &str, after: &str, expected: &Expect) {
    expected.assert_eq(&sql(before, after));
}

/// Checks the SQL between two schemas, as a version of Prisma writes it.
#[track_caller]
pub(crate) fn check_sql_of(flavour: Flavour, before: &str, after: &str, expected: &Expect) {
    expected.assert_eq(&sql_of(flavour, before, after));
}

/// Checks the SQL between two versions of the fields in [`table`].
#[track_caller]
pub(crate) fn check_table_sql(before: &str, after: &str, expected: &Expect) {
    expected.assert_eq(&table_sql(before, after));
}

/// Checks that two schemas are equal.
#[track_caller]
pub(crate) fn check_empty(before: &str, after: &str) {
    check_empty_of(Flavour::V6, before, after);
}

/// Checks that two schemas are equal for a version of Prisma.
#[track_caller]
pub(crate) fn check_empty_of(flavour: Flavour, before: &str, after: &str) {
    assert_eq!(sql_of(flavour, before, after), EMPTY_MIGRATION);
}

/// Checks that two versions of the fields in [`table`] are equal.
#[track_caller]
pub(crate) fn check_empty_table(before: &str, after: &str) {
    check_empty(&table(before), &table(after));
}

/// Checks the migrations of the deployable style between two schemas.
#[track_caller]
pub(crate) fn check_deployable(before: &str, after: &str, expected: &Expect) {
    check_deployable_from(&model(before, Flavour::V5), after, expected);
}

/// Checks the migrations of the deployable style from a model, which may be one that no schema describes.
#[track_caller]
pub(crate) fn check_deployable_from(before: &SqlSchema, after: &str, expected: &Expect) {
    let after = model(after, Flavour::V5);
    expected.assert_eq(&deployable_sql(&Diff::between(before, &after, Flavour::V5)));
}
