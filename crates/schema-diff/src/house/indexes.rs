//! Indexes.

use sql_schema::{Index, Table};
use sql_script::literal;

use super::{keys, sql::only_if};
use crate::render::{
    indexes::Definition,
    names::{Name, QualifiedName},
};

/// Creates an index: on a table that is in use, without keeping writers from it.
pub(super) fn create(table: &Table, index: &Index, concurrently: bool) -> String {
    format!(
        "CREATE {}INDEX {}IF NOT EXISTS {} ON {};",
        if index.unique { "UNIQUE " } else { "" },
        if concurrently { "CONCURRENTLY " } else { "" },
        Name(&index.name),
        Definition { table, index }
    )
}

/// Drops an index, and the constraint that needs it. If its name goes on to another one, that is still called `heir`.
pub(super) fn drop(table: &Table, index: &Index, heir: Option<&str>) -> String {
    let drop = if index.backs_constraint {
        keys::drop_constraint(table, &index.name)
    } else {
        format!("DROP INDEX IF EXISTS {}", qualified(table, &index.name))
    };
    match heir {
        Some(heir) => only_if(&format!("to_regclass({}) IS NOT NULL", literal(&qualified(table, heir))), &[drop]),
        None => drop + ";",
    }
}

/// Renames an index. Where it is missing, there is nothing to rename.
pub(super) fn rename(table: &Table, old: &str, new: &str) -> String {
    let is_free = format!("to_regclass({}) IS NULL", literal(&qualified(table, new)));
    only_if(&is_free, &[format!("ALTER INDEX IF EXISTS {} RENAME TO {}", qualified(table, old), Name(new))])
}

/// An index is in the namespace of its table.
fn qualified(table: &Table, name: &str) -> String {
    QualifiedName::new(table.namespace.as_deref(), name).to_string()
}
