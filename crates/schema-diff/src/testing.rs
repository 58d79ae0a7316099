//! Schemas to compare in tests.

use prisma_schema::{Flavour, Source, data_model};
use sql_schema::SqlSchema;

use crate::{Diff, deployable};

/// The relational model of a schema without a datasource.
pub(crate) fn model(schema: &str, flavour: Flavour) -> SqlSchema {
    let sources = [Source::new("schema.prisma", schema)];
    match data_model(&sources, flavour) {
        Ok((data_model, _)) => SqlSchema::from_data_model(&data_model, flavour),
        Err(errors) => panic!("{}", prisma_schema::render(&errors, &sources, false)),
    }
}

/// The SQL between two schemas.
pub(crate) fn sql(from: &str, to: &str) -> String {
    sql_of(Flavour::V6, from, to)
}

/// The SQL between two schemas, as a version of Prisma writes it.
pub(crate) fn sql_of(flavour: Flavour, from: &str, to: &str) -> String {
    Diff::between(&model(from, flavour), &model(to, flavour), flavour).to_sql()
}

/// The SQL between two models `T` with the key `id` and these further lines.
pub(crate) fn table_sql(from: &str, to: &str) -> String {
    sql(&table(from), &table(to))
}

fn table(lines: &str) -> String {
    format!("model T {{\n  id Int @id\n{lines}\n}}\nenum Size {{\n  S\n  L\n}}\n")
}

/// The migrations of the house's own style between two schemas, each under its part.
pub(crate) fn house_sql(from: &str, to: &str) -> String {
    let (from, to) = (model(from, Flavour::V5), model(to, Flavour::V5));
    migrations_of(&Diff::between(&from, &to, Flavour::V5))
}

/// The migrations of the house's own style, each under its part.
pub(crate) fn migrations_of(diff: &Diff<'_>) -> String {
    let file =
        |migration: &deployable::DeployableMigration| format!("==== {:?}\n{}", migration.part, migration.to_sql("10s"));
    deployable::migrations(diff).iter().map(file).collect::<Vec<_>>().join("\n")
}

/// What is written when nothing differs.
pub(crate) const NOTHING: &str = "-- This is an empty migration.\n";
