//! Tables, with lookups by PostgreSQL's object IDs and column numbers.

use std::collections::HashMap;

use postgres::Client;

use super::{Oid, namespaces::Namespaces};
use crate::{Column, ColumnId, Table, TableId};

/// The tables to read, in the order of the model.
pub(super) struct Tables {
    found: Vec<FoundTable>,
    ids: HashMap<Oid, TableId>,
}

pub(super) struct FoundTable {
    oid: Oid,
    pub(super) table: Table,
    /// `pg_attribute.attnum` of each column, in ascending order. Dropped columns leave gaps.
    numbers: Vec<i16>,
}

/// Finds ordinary and partitioned tables, but no partitions. Their columns, indexes and keys are read later.
pub(super) fn read(client: &mut Client, namespaces: &Namespaces) -> Result<Tables, postgres::Error> {
    let rows = client.query(
        "SELECT c.oid, relnamespace, relname
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
         WHERE relnamespace = ANY ($1) AND (relkind = 'r' AND NOT relispartition OR relkind = 'p')
         ORDER BY nspname, relname",
        &[&namespaces.oids()],
    )?;
    let table = |row: &postgres::Row| Table {
        namespace: namespaces.name_in_model(row.get(1)),
        name: row.get(2),
        columns: Vec::new(),
        primary_key: None,
        indexes: Vec::new(),
        foreign_keys: Vec::new(),
    };
    let found: Vec<_> =
        rows.iter().map(|row| FoundTable { oid: row.get(0), table: table(row), numbers: Vec::new() }).collect();
    let ids = found.iter().map(|found| found.oid).zip((0..).map(TableId)).collect();
    Ok(Tables { found, ids })
}

impl Tables {
    pub(super) fn oids(&self) -> Vec<Oid> {
        self.found.iter().map(|found| found.oid).collect()
    }

    /// The position of a table in the model, if it is read.
    pub(super) fn id(&self, oid: Oid) -> Option<TableId> {
        self.ids.get(&oid).copied()
    }

    pub(super) fn get(&self, id: TableId) -> &FoundTable {
        &self.found[id.0 as usize]
    }

    pub(super) fn get_mut(&mut self, oid: Oid) -> Option<&mut FoundTable> {
        self.id(oid).map(|id| &mut self.found[id.0 as usize])
    }

    pub(super) fn into_tables(self) -> Vec<Table> {
        self.found.into_iter().map(|found| found.table).collect()
    }
}

impl FoundTable {
    /// Adds a column. Its number must be higher than the numbers of the existing columns.
    pub(super) fn push_column(&mut self, number: i16, column: Column) {
        self.numbers.push(number);
        self.table.columns.push(column);
    }

    /// The columns with these numbers; `None` if a number is not a column, such as an expression in an index.
    pub(super) fn columns(&self, numbers: &[i16]) -> Option<Vec<ColumnId>> {
        numbers.iter().map(|number| self.column(*number)).collect()
    }

    fn column(&self, number: i16) -> Option<ColumnId> {
        let position = self.numbers.binary_search(&number).ok()?;
        u32::try_from(position).ok().map(ColumnId)
    }
}
