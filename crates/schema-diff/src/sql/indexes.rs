//! Prints the definition of an index.

use std::fmt::{self, Display, Formatter};

use sql_schema::{Index, IndexAlgorithm, IndexColumn, Predicate, SortOrder, Table};

use super::names::{Name, QualifiedName, Separated};

/// The part of `CREATE INDEX` after `ON`.
pub(crate) struct IndexDefinition<'a> {
    pub(crate) table: &'a Table,
    pub(crate) index: &'a Index,
}

impl Display for IndexDefinition<'_> {
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
