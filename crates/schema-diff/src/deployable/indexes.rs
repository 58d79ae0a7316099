//! SQL that creates, drops and renames indexes.

use sql_schema::{Index, Table};
use sql_script::literal;

use super::{guard::only_if, keys};
use crate::sql::{IndexDefinition, Name, QualifiedName};

/// Creates an index. With `concurrently`, other sessions can write to the table in the meantime.
pub(super) fn create(table: &Table, index: &Index, concurrently: bool) -> String {
    format!(
        "CREATE {}INDEX {}IF NOT EXISTS {} ON {};",
        if index.unique { "UNIQUE " } else { "" },
        if concurrently { "CONCURRENTLY " } else { "" },
        Name(&index.name),
        IndexDefinition { table, index }
    )
}

/// Drops an index with the constraint that needs it.
///
/// `successor` is the current name of another index that will get the name of this one. If the successor does not exist,
/// it already has the name, so the statement drops nothing.
pub(super) fn drop(table: &Table, index: &Index, successor: Option<&str>) -> String {
    let drop = if index.backs_constraint {
        keys::drop_constraint(table, &index.name)
    } else {
        format!("DROP INDEX IF EXISTS {}", qualified(table, &index.name))
    };
    match successor {
        Some(successor) => {
            only_if(&format!("to_regclass({}) IS NOT NULL", literal(&qualified(table, successor))), &[drop])
        }
        None => drop + ";",
    }
}

/// Renames an index if it exists.
pub(super) fn rename(table: &Table, old: &str, new: &str) -> String {
    let is_free = format!("to_regclass({}) IS NULL", literal(&qualified(table, new)));
    only_if(&is_free, &[format!("ALTER INDEX IF EXISTS {} RENAME TO {}", qualified(table, old), Name(new))])
}

fn qualified(table: &Table, name: &str) -> String {
    QualifiedName::in_namespace_of(table, name).to_string()
}
