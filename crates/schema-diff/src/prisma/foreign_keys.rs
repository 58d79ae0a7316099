//! Statements that add, rename and drop foreign keys.

use std::fmt::{self, Formatter};

use sql_schema::SqlSchema;

use crate::{
    sql::{ForeignKeyDefinition, Name, QualifiedName},
    step::ForeignKeyId,
};

pub(super) fn add(f: &mut Formatter<'_>, schema: &SqlSchema, id: ForeignKeyId) -> fmt::Result {
    let (table, key) = id.resolve(schema);
    let definition = ForeignKeyDefinition { schema, table, key, separator: " " };
    writeln!(f, "ALTER TABLE {} ADD CONSTRAINT {} {definition};", QualifiedName::from(table), Name(&key.name))
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
