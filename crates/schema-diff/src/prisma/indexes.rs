//! `CREATE INDEX`, `ALTER INDEX` and `DROP INDEX`.

use std::fmt::{self, Formatter};

use sql_schema::SqlSchema;

use crate::{
    sql::{IndexDefinition, Name, QualifiedName},
    step::IndexId,
};

pub(super) fn create(f: &mut Formatter<'_>, schema: &SqlSchema, id: IndexId) -> fmt::Result {
    let (table, index) = id.resolve(schema);
    let unique = if index.unique { "UNIQUE " } else { "" };
    writeln!(f, "CREATE {unique}INDEX {} ON {};", Name(&index.name), IndexDefinition { table, index })
}

pub(super) fn drop(f: &mut Formatter<'_>, schema: &SqlSchema, id: IndexId) -> fmt::Result {
    // PostgreSQL rejects this if a constraint needs the index. Prisma writes it anyway.
    let (table, index) = id.resolve(schema);
    writeln!(f, "DROP INDEX {};", QualifiedName::in_namespace_of(table, &index.name))
}

pub(super) fn rename(
    f: &mut Formatter<'_>,
    (from, old): (&SqlSchema, IndexId),
    (to, new): (&SqlSchema, IndexId),
) -> fmt::Result {
    let ((table, old), (_, new)) = (old.resolve(from), new.resolve(to));
    writeln!(f, "ALTER INDEX {} RENAME TO {};", QualifiedName::in_namespace_of(table, &old.name), Name(&new.name))
}
