//! Objects of the same names in another schema.
//!
//! They are what the scripts have to do with, as it is after them, together with what it was before: a guard that looks at
//! a name alone finds it there, whether it asks for what is to be made or for what is to be dropped.

use std::collections::BTreeMap;

use catalog::{Catalog, Kind, Name, Object};
use scratch_postgres::Error;
use sql_script::identifier;

use crate::{bench::Trial, migration::Migration};

/// What was made.
pub(crate) struct Decoys {
    /// How many objects.
    pub(crate) made: usize,
    /// What of the state after the scripts could not be made.
    pub(crate) left_out: Vec<String>,
}

/// Makes the objects in the first schema of the search path. Definitions name what is beside them without a schema.
pub(crate) fn make(trial: &mut Trial<'_>, migration: &Migration<'_>) -> Result<Decoys, Error> {
    let after = commands(&migration.after, migration, None);
    let all = after.iter().map(|command| command.sql.as_str()).collect::<Vec<_>>().join(";\n");
    let mut decoys = Decoys { made: 0, left_out: Vec::new() };
    // All at once is faster, and mostly possible.
    if trial.attempt(|trial| trial.execute(&all)).is_ok() {
        decoys.made = after.len();
    } else {
        for command in &after {
            match trial.attempt(|trial| trial.execute(&command.sql)) {
                Ok(()) => decoys.made += 1,
                Err(_) => decoys.left_out.push(command.name.to_string()),
            }
        }
    }
    // What was there before can be in the way of what is there now: a table has one primary key.
    for command in commands(&migration.before, migration, Some(&migration.after)) {
        decoys.made += usize::from(trial.attempt(|trial| trial.execute(&command.sql)).is_ok());
    }
    Ok(decoys)
}

/// What makes an object.
struct Command<'c> {
    rank: u8,
    name: &'c Name,
    sql: String,
}

/// What makes objects of a catalog that another one does not have, in an order in which each finds what it needs.
fn commands<'c>(catalog: &'c Catalog, migration: &Migration<'_>, but: Option<&Catalog>) -> Vec<Command<'c>> {
    let own = || catalog.objects().filter(|(name, _)| name.namespace.is_none());
    let is_touched = |name: &Name| name.owning_table().is_some_and(|table| migration.tables.contains(&table.name));
    let foreign_keys: Vec<_> = own()
        .filter(|(name, object)| is_touched(name) && is_foreign_key(name, object))
        .filter_map(|(_, object)| object.property("definition"))
        .collect();
    let is_referenced = |name: &Name| {
        name.owning_table().is_some_and(|table| {
            let reference = [format!("REFERENCES {}(", table.name), format!("REFERENCES \"{}\"(", table.name)];
            foreign_keys.iter().any(|key| reference.iter().any(|reference| key.contains(reference)))
        })
    };
    let is_wanted = |name: &Name, object: &Object| match name.kind {
        Kind::Constraint if is_foreign_key(name, object) => is_touched(name),
        Kind::Index => is_touched(name),
        Kind::Table | Kind::Column | Kind::Constraint => is_touched(name) || is_referenced(name),
        _ => true,
    };
    let is_had = |name: &Name| but.is_some_and(|but| but.get(name).is_some());
    let mut columns = BTreeMap::<&str, Vec<String>>::new();
    for (name, object) in own().filter(|(name, _)| name.kind == Kind::Column) {
        columns.entry(name.table.as_deref().unwrap_or_default()).or_default().extend(column(name, object));
    }
    let command = |(name, object): (&'c Name, &'c Object)| {
        let comes_with_table = name.kind == Kind::Column && !name.owning_table().is_some_and(|table| is_had(&table));
        if is_had(name) || comes_with_table || !is_wanted(name, object) {
            return None;
        }
        let (rank, sql) = match name.kind {
            Kind::Table => {
                let columns = columns.get(name.name.as_str()).map(|columns| columns.join(", ")).unwrap_or_default();
                (4, format!("CREATE TABLE {} ({columns})", identifier(&name.name)))
            }
            _ => command(name, object)?,
        };
        Some(Command { rank, name, sql })
    };
    let mut commands: Vec<_> = own().filter_map(command).collect();
    commands.sort_by_key(|command| command.rank);
    commands
}

fn is_foreign_key(name: &Name, object: &Object) -> bool {
    name.kind == Kind::Constraint && definition(object).starts_with("FOREIGN KEY")
}

/// The command that makes an object other than a table, and its place among the others. Some kinds are not made: nobody guards them by name.
fn command(name: &Name, object: &Object) -> Option<(u8, String)> {
    let quoted = identifier(&name.name);
    let table = name.table.as_deref().map(identifier).unwrap_or_default();
    Some(match name.kind {
        Kind::Enum => (0, format!("CREATE TYPE {quoted} AS ENUM ({})", object.property("values").unwrap_or_default())),
        Kind::Domain => (1, format!("CREATE DOMAIN {quoted} AS {}", object.property("type")?)),
        Kind::CompositeType => {
            (2, format!("CREATE TYPE {quoted} AS ({})", object.property("attributes").unwrap_or_default()))
        }
        // That of an identity comes with its column.
        Kind::Sequence => (3, format!("CREATE SEQUENCE {quoted}")),
        Kind::Column => (5, format!("ALTER TABLE {table} ADD {}", column(name, object)?)),
        Kind::Constraint => {
            let definition = definition(object);
            let rank = match definition.split(' ').next()? {
                "PRIMARY" | "UNIQUE" => 6,
                "FOREIGN" => 8,
                _ => 7,
            };
            let not_valid = if object.is("NOT VALID") { " NOT VALID" } else { "" };
            (rank, format!("ALTER TABLE {table} ADD CONSTRAINT {quoted} {definition}{not_valid}"))
        }
        Kind::Index if object.property("constraint").is_none() => (9, definition(object).to_owned()),
        _ => return None,
    })
}

/// A column's definition.
fn column(name: &Name, object: &Object) -> Option<String> {
    let clause = |keyword: &str, property: &str| {
        object.property(property).map(|value| format!(" {keyword} {value}")).unwrap_or_default()
    };
    let mut text = format!("{} {}", identifier(&name.name), object.property("type")?);
    text += &clause("COLLATE", "collation");
    text += &clause("DEFAULT", "default");
    if let Some(expression) = object.property("generated as") {
        text += &format!(" GENERATED ALWAYS AS ({expression}) STORED");
    }
    if let Some(when) = object.property("identity") {
        text += &format!(" GENERATED {when} AS IDENTITY");
    }
    if object.is("NOT NULL") {
        text += " NOT NULL";
    }
    Some(text)
}

fn definition(object: &Object) -> &str {
    object.property("definition").unwrap_or_default()
}
