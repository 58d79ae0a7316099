//! Tables, and how they and their columns are found by PostgreSQL's numbers.

use std::collections::HashMap;

use postgres::Client;

use super::{Oid, namespaces::Namespaces};
use crate::{Column, ColumnId, Table, TableId};

/// The tables that are read, in the order of the model.
pub(super) struct Tables {
    found: Vec<FoundTable>,
    places: HashMap<Oid, TableId>,
}

pub(super) struct FoundTable {
    oid: Oid,
    pub(super) table: Table,
    /// `pg_attribute.attnum` of each column. They ascend, with gaps where columns were dropped.
    numbers: Vec<i16>,
}

/// Finds ordinary tables, but for those that are partitions, and partitioned ones. They are still without content.
pub(super) fn read(client: &mut Client, namespaces: &Namespaces) -> Result<Tables, postgres::Error> {
    let rows = client.query(
        "SELECT pg_class.oid, relnamespace, relname
         FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
         WHERE relnamespace = ANY ($1) AND (relkind = 'r' AND NOT relispartition OR relkind = 'p')
         ORDER BY nspname, relname",
        &[&namespaces.oids()],
    )?;
    let table = |row: &postgres::Row| Table {
        namespace: namespaces.in_model(row.get(1)),
        name: row.get(2),
        columns: Vec::new(),
        primary_key: None,
        indexes: Vec::new(),
        foreign_keys: Vec::new(),
    };
    let found: Vec<_> =
        rows.iter().map(|row| FoundTable { oid: row.get(0), table: table(row), numbers: Vec::new() }).collect();
    let places = found.iter().map(|found| found.oid).zip((0..).map(TableId)).collect();
    Ok(Tables { found, places })
}

impl Tables {
    pub(super) fn oids(&self) -> Vec<Oid> {
        self.found.iter().map(|found| found.oid).collect()
    }

    /// The place in the model of a table, if it is read.
    pub(super) fn place(&self, oid: Oid) -> Option<TableId> {
        self.places.get(&oid).copied()
    }

    pub(super) fn at(&self, id: TableId) -> &FoundTable {
        &self.found[id.0 as usize]
    }

    pub(super) fn get_mut(&mut self, oid: Oid) -> Option<&mut FoundTable> {
        self.place(oid).map(|id| &mut self.found[id.0 as usize])
    }

    pub(super) fn into_tables(self) -> Vec<Table> {
        self.found.into_iter().map(|found| found.table).collect()
    }
}

impl FoundTable {
    /// Adds a column. Its number is higher than those before.
    pub(super) fn push_column(&mut self, number: i16, column: Column) {
        self.numbers.push(number);
        self.table.columns.push(column);
    }

    /// The columns of these numbers; `None` if one of them is none of a table, such as an expression.
    pub(super) fn columns(&self, numbers: &[i16]) -> Option<Vec<ColumnId>> {
        numbers.iter().map(|number| self.column(*number)).collect()
    }

    fn column(&self, number: i16) -> Option<ColumnId> {
        let place = self.numbers.binary_search(&number).ok()?;
        u32::try_from(place).ok().map(ColumnId)
    }
}
