//! `CREATE INDEX`, `ALTER INDEX` and `DROP INDEX`.

use std::fmt::{self, Display, Formatter};

use sql_schema::{Index, IndexAlgorithm, IndexColumn, Predicate, SortOrder, SqlSchema, Table};

use crate::step::IndexId;

use super::names::{Name, QualifiedName, Separated};

pub(super) fn create(f: &mut Formatter<'_>, schema: &SqlSchema, id: IndexId) -> fmt::Result {
    let (table, index) = find(schema, id);
    let unique = if index.unique { "UNIQUE " } else { "" };
    writeln!(f, "CREATE {unique}INDEX {} ON {};", Name(&index.name), Definition { table, index })
}

pub(super) fn drop(f: &mut Formatter<'_>, schema: &SqlSchema, id: IndexId) -> fmt::Result {
    // PostgreSQL refuses this where a constraint needs the index. Prisma writes it all the same.
    let (table, index) = find(schema, id);
    writeln!(f, "DROP INDEX {};", QualifiedName::new(table.namespace.as_deref(), &index.name))
}

pub(super) fn rename(
    f: &mut Formatter<'_>,
    (from, old): (&SqlSchema, IndexId),
    (to, new): (&SqlSchema, IndexId),
) -> fmt::Result {
    let ((table, old), (_, new)) = (find(from, old), find(to, new));
    let old = QualifiedName::new(table.namespace.as_deref(), &old.name);
    writeln!(f, "ALTER INDEX {old} RENAME TO {};", Name(&new.name))
}

/// What follows the name and `ON` in `CREATE INDEX`.
pub(crate) struct Definition<'a> {
    pub(crate) table: &'a Table,
    pub(crate) index: &'a Index,
}

impl Display for Definition<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { table, index } = self;
        let using = match index.algorithm {
            IndexAlgorithm::BTree => "",
            IndexAlgorithm::Hash => " USING HASH ",
            IndexAlgorithm::Gin => " USING GIN ",
            IndexAlgorithm::Gist => " USING GIST ",
            IndexAlgorithm::SpGist => " USING SPGIST ",
            IndexAlgorithm::Brin => " USING BRIN ",
        };
        let columns = index.columns.iter().map(|column| KeyColumn { table, column });
        write!(f, "{}{using}({})", QualifiedName::from(*table), Separated(columns, ", "))?;
        if let Some(Predicate::Sql(predicate)) = &index.predicate {
            write!(f, " WHERE {predicate}")?;
        }
        Ok(())
    }
}

pub(crate) fn find(schema: &SqlSchema, id: IndexId) -> (&Table, &Index) {
    let table = schema.table(id.table);
    (table, &table.indexes[id.position as usize])
}

/// A column as an index names it.
struct KeyColumn<'a> {
    table: &'a Table,
    column: &'a IndexColumn,
}

impl Display for KeyColumn<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let column = self.column;
        Name(&self.table.column(column.column).name).fmt(f)?;
        if let Some(class) = &column.operator_class {
            write!(f, " {}", class.name)?;
        }
        f.write_str(match column.sort {
            None => "",
            Some(SortOrder::Asc) => " ASC",
            Some(SortOrder::Desc) => " DESC",
        })
    }
}
