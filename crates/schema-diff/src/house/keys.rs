//! Primary keys and foreign keys.

use sql_schema::{ForeignKey, PrimaryKey, SqlSchema, Table};

use super::sql::{alter_table, exists, has_constraint, literals, only_if, regclass};
use crate::render::{
    foreign_keys::{Columns, References},
    names::{Name, QualifiedName, Separated},
    tables::key_columns,
};

/// Adds a primary key, unless there is one.
pub(super) fn add_primary_key(table: &Table, key: &PrimaryKey) -> String {
    let is_missing = format!("NOT {}", exists("pg_constraint", &is_primary_key(table)));
    let columns = Separated(key_columns(table, key), ", ");
    let name = Name(&key.name);
    only_if(&is_missing, &[alter_table(table, &[format!("ADD CONSTRAINT {name} PRIMARY KEY ({columns})")])])
}

/// Drops a primary key whose name goes on to another one.
pub(super) fn drop_primary_key(table: &Table, key: &PrimaryKey) -> String {
    let columns = key.columns.iter().map(|&column| table.column(column).name.as_str());
    let definition =
        format!("format('PRIMARY KEY ({})', {})", vec!["%I"; key.columns.len()].join(", "), literals(columns));
    let is_there = format!("{} AND pg_get_constraintdef(oid) = {definition}", is_primary_key(table));
    let drop = format!("DROP CONSTRAINT {}", Name(&key.name));
    only_if(&exists("pg_constraint", &is_there), &[alter_table(table, &[drop])])
}

/// Adds a foreign key. One that is `validated` apart holds for new rows only until then.
pub(super) fn add_foreign_key(schema: &SqlSchema, table: &Table, key: &ForeignKey, validated_apart: bool) -> String {
    let add = format!(
        "ADD CONSTRAINT {} {}\n            {}{}",
        Name(&key.name),
        Columns { table, key },
        References { schema, key },
        if validated_apart { " NOT VALID" } else { "" }
    );
    only_if(&format!("NOT {}", has_constraint(table, &key.name)), &[alter_table(table, &[add])])
}

pub(super) fn validate(table: &Table, key: &ForeignKey) -> String {
    format!("ALTER TABLE {} VALIDATE CONSTRAINT {};", QualifiedName::from(table), Name(&key.name))
}

/// Drops a foreign key. If its name goes on to another one, that is still called `heir`.
pub(super) fn drop_foreign_key(table: &Table, key: &ForeignKey, heir: Option<&str>) -> String {
    let drop = drop_constraint(table, &key.name);
    match heir {
        Some(heir) => only_if(&has_constraint(table, heir), &[drop]),
        None => drop + ";",
    }
}

/// Drops a constraint, if need be of a table that is gone. There is no semicolon yet.
pub(super) fn drop_constraint(table: &Table, name: &str) -> String {
    format!("ALTER TABLE IF EXISTS {} DROP CONSTRAINT IF EXISTS {}", QualifiedName::from(table), Name(name))
}

/// Renames a constraint. Where it is missing, as it is in some databases, there is nothing to rename.
pub(super) fn rename(table: &Table, old: &str, new: &str) -> String {
    let condition = format!("{} AND NOT {}", has_constraint(table, old), has_constraint(table, new));
    let rename = format!("RENAME CONSTRAINT {} TO {}", Name(old), Name(new));
    only_if(&condition, &[alter_table(table, &[rename])])
}

fn is_primary_key(table: &Table) -> String {
    format!("conrelid = {} AND contype = 'p'", regclass(table))
}
