//! Statements that add, rename and drop foreign keys.

use std::fmt::{self, Formatter};

use sql_schema::SqlSchema;

use crate::{
    sql::{ForeignKeyColumns, Name, QualifiedName, References},
    step::ForeignKeyId,
};

pub(super) fn add(f: &mut Formatter<'_>, schema: &SqlSchema, id: ForeignKeyId) -> fmt::Result {
    let (table, key) = id.resolve(schema);
    let (columns, references) = (ForeignKeyColumns { table, key }, References { schema, key });
    let (table, name) = (QualifiedName::from(table), Name(&key.name));
    writeln!(f, "ALTER TABLE {table} ADD CONSTRAINT {name} {columns} {references};")
}

pub(super) fn drop(f: &mut Formatter<'_>, schema: &SqlSchema, id: ForeignKeyId) -> fmt::Result {
    let (table, key) = id.resolve(schema);
    writeln!(f, "ALTER TABLE {} DROP CONSTRAINT {};", QualifiedName::from(table), Name(&key.name))
}

pub(super) fn rename(
    f: &mut Formatter<'_>,
    (from, old): (&SqlSchema, ForeignKeyId),
    (to, new): (&SqlSchema, ForeignKeyId),
) -> fmt::Result {
    let ((table, old), (_, new)) = (old.resolve(from), new.resolve(to));
    let table = QualifiedName::from(table);
    writeln!(f, "ALTER TABLE {table} RENAME CONSTRAINT {} TO {};", Name(&old.name), Name(&new.name))
}
