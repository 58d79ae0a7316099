//! Rows for tables, parents first.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use scratch_postgres::Error;

use super::{
    order::in_order,
    tables::{Column, Table, Tables},
};
use crate::bench::{Trial, refused};

/// How a generated row looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    /// Every column has a value, and no value is there twice.
    Filled,
    /// What may be NULL is NULL.
    Sparse,
    /// What need not be unique is as in another row.
    Repeated,
}

/// The rows that were inserted.
#[derive(Default)]
pub(super) struct Inserted {
    /// How many there are of each shape, by the tables' names.
    pub(super) rows: BTreeMap<String, BTreeMap<Shape, u64>>,
    pub(super) left_out: Vec<LeftOut>,
}

/// A table that got no rows, or none of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The table.
    pub table: String,
    /// Why PostgreSQL refused them.
    pub why: String,
}

impl Shape {
    pub(super) const ALL: [Self; 3] = [Self::Filled, Self::Sparse, Self::Repeated];

    /// The numbers of the rows. Those that refer to a row have its number.
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

/// Inserts rows into all tables. What a table refuses is left out, and so is what refers to it.
pub(super) fn insert(trial: &mut Trial<'_>, tables: &Tables, shapes: &[Shape]) -> Result<Inserted, Error> {
    let mut inserted = Inserted::default();
    let mut why = None;
    let done = trial.attempt(|trial| {
        trial.execute("SET CONSTRAINTS ALL DEFERRED")?;
        for (oid, nullified) in in_order(tables) {
            insert_into(trial, &tables.by_oid[&oid], shapes, &nullified, &mut inserted)?;
        }
        trial.client().batch_execute("SET CONSTRAINTS ALL IMMEDIATE").map_err(|error| {
            why = message(&error);
            refused("to look at constraints that were deferred")(error)
        })
    });
    match (done, why) {
        (Ok(()), _) => Ok(inserted),
        (Err(_), Some(why)) => {
            let tables = inserted.rows.into_keys();
            let left_out = tables.map(|table| LeftOut { table, why: why.clone() }).collect();
            Ok(Inserted { rows: BTreeMap::new(), left_out })
        }
        (Err(error), None) => Err(error),
    }
}

fn insert_into(
    trial: &mut Trial<'_>,
    table: &Table,
    shapes: &[Shape],
    nullified: &BTreeSet<i16>,
    inserted: &mut Inserted,
) -> Result<(), Error> {
    for &shape in shapes {
        let mut why = None;
        let rows = trial.attempt(|trial| {
            trial.client().execute(&insertion(table, shape, nullified), &[]).map_err(|error| {
                why = message(&error);
                refused("to insert rows")(error)
            })
        });
        match (rows, why) {
            (Ok(rows), _) => {
                inserted.rows.entry(table.name.clone()).or_default().insert(shape, rows);
            }
            (Err(_), Some(why)) => {
                let left_out = LeftOut { table: table.name.clone(), why };
                if !inserted.left_out.contains(&left_out) {
                    inserted.left_out.push(left_out);
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

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no rows of one kind were made in \"{}\": {}", self.table, self.why)
    }
}
