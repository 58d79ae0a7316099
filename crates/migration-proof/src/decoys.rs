//! Creates decoys: objects in another schema with the names of objects that the migrations touch.
//!
//! The decoys have the definitions after the migrations, plus the definitions before them. So a guard that checks
//! only a name finds a decoy, whether it checks for an object to create or for one to drop.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Catalog, Kind, Name, Object};
use scratch_postgres::Error;
use sql_script::identifier;

use crate::{new_migrations::NewMigrations, sandbox::Session};

/// The decoys that were created.
pub(crate) struct Decoys {
    /// The number of objects.
    pub(crate) created: usize,
    /// The objects after the migrations that could not be created.
    pub(crate) left_out: Vec<String>,
}

/// Creates the decoys in the first schema of the search path. Definitions name objects of their own schema without
/// it.
pub(crate) fn create(session: &mut Session<'_>, new: &NewMigrations<'_>) -> Result<Decoys, Error> {
    let after = commands(&new.after, new, None);
    let all = after.iter().map(|command| command.sql.as_str()).collect::<Vec<_>>().join(";\n");
    let mut decoys = Decoys { created: 0, left_out: Vec::new() };
    // One batch is faster and usually succeeds.
    if session.in_savepoint(|session| session.execute(&all)).is_ok() {
        decoys.created = after.len();
    } else {
        for command in &after {
            match session.in_savepoint(|session| session.execute(&command.sql)) {
                Ok(()) => decoys.created += 1,
                Err(_) => decoys.left_out.push(command.name.to_string()),
            }
        }
    }
    // Definitions before and after can conflict: a table has only one primary key.
    for command in commands(&new.before, new, Some(&new.after)) {
        decoys.created += usize::from(session.in_savepoint(|session| session.execute(&command.sql)).is_ok());
    }
    Ok(decoys)
}

/// The command that creates an object.
struct Command<'c> {
    rank: u8,
    name: &'c Name,
    sql: String,
}

/// The commands that create the objects of a catalog, except those of `existing`, each after the objects that it
/// needs.
fn commands<'c>(catalog: &'c Catalog, new: &NewMigrations<'_>, existing: Option<&Catalog>) -> Vec<Command<'c>> {
    let own = || catalog.objects().filter(|(name, _)| name.namespace.is_none());
    let is_touched = |name: &Name| name.owning_table().is_some_and(|table| new.tables.contains(&table.name));
    let keys = own().filter(|(name, object)| is_touched(name) && is_foreign_key(object));
    let referenced: BTreeSet<_> = keys.map(|(_, key)| key.oid("referenced")).collect();
    let is_referenced = |name: &Name| {
        let table = name.owning_table().and_then(|table| catalog.get(&table));
        table.is_some_and(|table| referenced.contains(&table.oid("oid")))
    };
    let is_included = |name: &Name, object: &Object| match name.kind {
        Kind::Constraint if is_foreign_key(object) => is_touched(name),
        Kind::Index => is_touched(name),
        Kind::Table | Kind::Column | Kind::Constraint => is_touched(name) || is_referenced(name),
        _ => true,
    };
    let exists = |name: &Name| existing.is_some_and(|existing| existing.get(name).is_some());
    let mut columns = BTreeMap::<&str, Vec<String>>::new();
    for (name, object) in own().filter(|(name, _)| name.kind == Kind::Column) {
        columns.entry(name.table.as_deref().unwrap_or_default()).or_default().extend(column(name, object));
    }
    let command = |(name, object): (&'c Name, &'c Object)| {
        let comes_with_table = name.kind == Kind::Column && !name.owning_table().is_some_and(|table| exists(&table));
        if exists(name) || comes_with_table || !is_included(name, object) {
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

fn is_foreign_key(object: &Object) -> bool {
    object.detail("type") == Some("f")
}

/// The command that creates an object other than a table, and its rank in the order. Kinds that no script guards by
/// name are left out.
fn command(name: &Name, object: &Object) -> Option<(u8, String)> {
    let quoted = identifier(&name.name);
    let table = name.table.as_deref().map(identifier).unwrap_or_default();
    Some(match name.kind {
        Kind::Enum => (0, format!("CREATE TYPE {quoted} AS ENUM ({})", object.property("values").unwrap_or_default())),
        Kind::Domain => (1, format!("CREATE DOMAIN {quoted} AS {}", object.property("type")?)),
        Kind::CompositeType => {
            (2, format!("CREATE TYPE {quoted} AS ({})", object.property("attributes").unwrap_or_default()))
        }
        // The sequence of an identity column is part of the column.
        Kind::Sequence => (3, format!("CREATE SEQUENCE {quoted}")),
        Kind::Column => (5, format!("ALTER TABLE {table} ADD {}", column(name, object)?)),
        Kind::Constraint => {
            let definition = definition(object);
            let rank = match object.detail("type")? {
                "p" | "u" => 6,
                "f" => 8,
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
