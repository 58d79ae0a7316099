//! Inserts generated rows, parents first.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use scratch_postgres::Error;

use super::{
    order::in_order,
    tables::{Column, Table, Tables},
};
use crate::sandbox::{Session, sql_error};

/// The kind of a generated row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    /// All columns have distinct values.
    Filled,
    /// All optional columns are NULL.
    Sparse,
    /// All columns that need not be unique repeat the values of another row.
    Repeated,
}

/// The rows that were inserted.
#[derive(Default)]
pub(super) struct Inserted {
    /// The number of rows of each shape, by table name.
    pub(super) rows: BTreeMap<String, BTreeMap<Shape, u64>>,
    pub(super) skipped: Vec<SkippedTable>,
}

/// A table that got no rows, or none of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedTable {
    /// The table.
    pub table: String,
    /// PostgreSQL's reason for rejecting them.
    pub why: String,
}

impl Shape {
    pub(super) const ALL: [Self; 3] = [Self::Filled, Self::Sparse, Self::Repeated];

    /// The numbers that the values of the rows derive from. A row refers to the row with its number.
    fn numbers(self) -> &'static str {
        match self {
            Self::Filled => "VALUES (1), (2)",
            Self::Sparse => "VALUES (3)",
            Self::Repeated => "VALUES (4)",
        }
    }

    fn value(self, column: &Column, is_nullified: bool) -> String {
        match self {
            _ if is_nullified => "NULL".to_owned(),
            Self::Sparse if !column.is_required => "NULL".to_owned(),
            Self::Repeated if !column.is_unique => column.ty.value("1"),
            _ => column.ty.value("n"),
        }
    }
}

/// Inserts rows into all tables. Rows that a table rejects are skipped, and so are rows that refer to them.
pub(super) fn insert(session: &mut Session<'_>, tables: &Tables, shapes: &[Shape]) -> Result<Inserted, Error> {
    let mut inserted = Inserted::default();
    let mut why = None;
    let done = session.in_savepoint(|session| {
        session.execute("SET CONSTRAINTS ALL DEFERRED")?;
        for (oid, nullified) in in_order(tables) {
            insert_into(session, &tables.by_oid[&oid], shapes, &nullified, &mut inserted)?;
        }
        session.client().batch_execute("SET CONSTRAINTS ALL IMMEDIATE").map_err(|error| {
            why = message(&error);
            sql_error("to check deferred constraints")(error)
        })
    });
    match (done, why) {
        (Ok(()), _) => Ok(inserted),
        (Err(_), Some(why)) => {
            let tables = inserted.rows.into_keys();
            let skipped = tables.map(|table| SkippedTable { table, why: why.clone() }).collect();
            Ok(Inserted { rows: BTreeMap::new(), skipped })
        }
        (Err(error), None) => Err(error),
    }
}

fn insert_into(
    session: &mut Session<'_>,
    table: &Table,
    shapes: &[Shape],
    nullified: &BTreeSet<i16>,
    inserted: &mut Inserted,
) -> Result<(), Error> {
    for &shape in shapes {
        let mut why = None;
        let rows = session.in_savepoint(|session| {
            session.client().execute(&insertion(table, shape, nullified), &[]).map_err(|error| {
                why = message(&error);
                sql_error("to insert rows")(error)
            })
        });
        match (rows, why) {
            (Ok(rows), _) => {
                inserted.rows.entry(table.name.clone()).or_default().insert(shape, rows);
            }
            (Err(_), Some(why)) => {
                let skipped = SkippedTable { table: table.name.clone(), why };
                if !inserted.skipped.contains(&skipped) {
                    inserted.skipped.push(skipped);
                }
            }
            (Err(error), None) => return Err(error),
        }
    }
    Ok(())
}

fn message(error: &postgres::Error) -> Option<String> {
    error.as_db_error().map(|db| db.message().to_owned())
}

fn insertion(table: &Table, shape: Shape, nullified: &BTreeSet<i16>) -> String {
    let columns: Vec<_> = table.columns.iter().map(|column| column.sql.as_str()).collect();
    let columns = if columns.is_empty() { String::new() } else { format!("({})", columns.join(", ")) };
    let values: Vec<_> =
        table.columns.iter().map(|column| shape.value(column, nullified.contains(&column.number))).collect();
    format!(
        "INSERT INTO {} {columns} OVERRIDING SYSTEM VALUE SELECT {} FROM ({}) AS rows (n) ON CONFLICT DO NOTHING",
        table.sql,
        values.join(", "),
        shape.numbers()
    )
}

impl fmt::Display for SkippedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "some generated rows could not be inserted into \"{}\": {}", self.table, self.why)
    }
}
