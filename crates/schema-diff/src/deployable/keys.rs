//! SQL that adds, drops, renames and validates primary keys and foreign keys.

use sql_schema::{ForeignKey, PrimaryKey, SqlSchema, Table};

use super::guard::{alter_table, exists, has_constraint, literals, only_if, regclass};
use crate::sql::{ForeignKeyDefinition, Name, QualifiedName, Separated, primary_key_columns};

/// Adds a primary key, unless the table has one.
pub(super) fn add_primary_key(table: &Table, key: &PrimaryKey) -> String {
    let is_missing = format!("NOT {}", exists("pg_constraint", &is_primary_key(table)));
    let columns = Separated(primary_key_columns(table, key), ", ");
    let name = Name(&key.name);
    only_if(&is_missing, &[alter_table(table, &[format!("ADD CONSTRAINT {name} PRIMARY KEY ({columns})")])])
}

/// Drops a primary key whose name the new key gets. The columns tell the two keys apart.
pub(super) fn drop_primary_key(table: &Table, key: &PrimaryKey) -> String {
    let columns = key.columns.iter().map(|&column| table.column(column).name.as_str());
    let definition =
        format!("format('PRIMARY KEY ({})', {})", vec!["%I"; key.columns.len()].join(", "), literals(columns));
    let is_old_key = format!("{} AND pg_get_constraintdef(oid) = {definition}", is_primary_key(table));
    let drop = format!("DROP CONSTRAINT {}", Name(&key.name));
    only_if(&exists("pg_constraint", &is_old_key), &[alter_table(table, &[drop])])
}

/// Adds a foreign key. If it is `validated_later`, it applies only to new rows until [`validate`] runs.
pub(super) fn add_foreign_key(schema: &SqlSchema, table: &Table, key: &ForeignKey, validated_later: bool) -> String {
    let definition = ForeignKeyDefinition { schema, table, key, separator: "\n            " };
    let not_valid = if validated_later { " NOT VALID" } else { "" };
    let add = format!("ADD CONSTRAINT {} {definition}{not_valid}", Name(&key.name));
    only_if(&format!("NOT {}", has_constraint(table, &key.name)), &[alter_table(table, &[add])])
}

pub(super) fn validate(table: &Table, key: &ForeignKey) -> String {
    format!("ALTER TABLE {} VALIDATE CONSTRAINT {};", QualifiedName::from(table), Name(&key.name))
}

/// Drops a foreign key.
///
/// `successor` is the current name of another key that will get the name of this one. If the successor does not exist, it
/// already has the name, so the statement drops nothing.
pub(super) fn drop_foreign_key(table: &Table, key: &ForeignKey, successor: Option<&str>) -> String {
    let drop = drop_constraint(table, &key.name);
    match successor {
        Some(successor) => only_if(&has_constraint(table, successor), &[drop]),
        None => drop + ";",
    }
}

/// Drops a constraint. The table may already be dropped. The result has no semicolon.
pub(super) fn drop_constraint(table: &Table, name: &str) -> String {
    format!("ALTER TABLE IF EXISTS {} DROP CONSTRAINT IF EXISTS {}", QualifiedName::from(table), Name(name))
}

/// Renames a constraint if it exists. Some databases lack it.
pub(super) fn rename(table: &Table, old: &str, new: &str) -> String {
    let condition = format!("{} AND NOT {}", has_constraint(table, old), has_constraint(table, new));
    let rename = format!("RENAME CONSTRAINT {} TO {}", Name(old), Name(new));
    only_if(&condition, &[alter_table(table, &[rename])])
}

fn is_primary_key(table: &Table) -> String {
    format!("conrelid = {} AND contype = 'p'", regclass(table))
}
