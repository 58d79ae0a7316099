//! Proves that the migrations apply to tables with rows, and counts lost and rejected rows.

mod count;
mod insert;
mod order;
mod tables;
mod values;

use std::{collections::BTreeMap, fmt};

use postgres::error::DbError;
use sql_script::{ScriptError, SplitScript, Statement, contains_word};

pub use self::insert::SkippedTable;
use self::{
    count::Counts,
    insert::{Inserted, Shape},
};
use crate::{
    Cause, Error, Proof,
    evidence::count as number_of,
    new_migrations::NewMigrations,
    sandbox::{Sandbox, Session, sql_error},
};

/// The effect of the migrations on generated rows.
///
/// Every table that the scripts touch gets rows, and so do the tables that it refers to: two rows with distinct
/// values, one with NULL in all optional columns, and one that repeats values wherever the schema allows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The number of tables with rows.
    pub tables: usize,
    /// The number of rows before the scripts.
    pub rows: u64,
    /// The lost rows and values.
    pub lost: Vec<Loss>,
    /// The statements that reject some rows. This is no failure of the proof: the schema requires it, and the scripts
    /// apply to tables without such rows.
    pub rejected: Vec<Rejection>,
    /// The tables that got no rows, or none of one kind.
    pub skipped: Vec<SkippedTable>,
}

/// Lost rows, or lost values other than NULL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The table's name before the scripts.
    pub table: String,
    /// The column's name before the scripts. `None` if rows are lost.
    pub column: Option<String>,
    /// The number of lost rows or values.
    pub lost: u64,
    /// The number of rows or values before the scripts.
    pub of: u64,
}

/// A statement that rejects rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// PostgreSQL's error.
    pub error: ScriptError,
    /// The table, if it is known.
    pub table: Option<String>,
    /// The column, if PostgreSQL names it.
    pub column: Option<String>,
    /// The number of rejected rows. For [`RejectedRows::ByValue`], the upper limit.
    pub rows: u64,
    /// The number of the table's rows.
    pub of: u64,
    /// The rejected rows.
    pub rejected: RejectedRows,
}

/// The generated rows that a statement rejects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectedRows {
    /// Even rows with distinct values in all columns, and so probably every row.
    All,
    /// Rows with certain values.
    ByValue,
    /// Rows with NULL in optional columns.
    Nulls,
    /// Rows with repeated values.
    Repeated,
    /// Rows with NULL, and rows with repeated values.
    NullsAndRepeated,
}

pub(crate) fn prove(sandbox: &mut Sandbox<'_>, new: &NewMigrations<'_>) -> Result<Rows, Error> {
    let when = "with rows in the tables";
    let mut outcome = |shapes: &[Shape]| {
        let result = sandbox.undone(|session| apply_to_rows(session, new, shapes));
        let outcome = result.map_err(new.script_failure(Proof::Rows, when))?;
        match outcome.unexpected {
            Some(error) => Err(new.failure(Proof::Rows, when, Cause::Script(error.into()))),
            None => Ok(outcome),
        }
    };
    let all = outcome(&Shape::ALL)?;
    let mut rejected = Vec::new();
    if !all.refusals.is_empty() {
        let filled = outcome(&[Shape::Filled])?;
        let sparse = outcome(&[Shape::Filled, Shape::Sparse])?;
        let repeated = outcome(&[Shape::Filled, Shape::Repeated])?;
        for refusal in &all.refusals {
            let by = |outcome: &Outcome| outcome.refusals.iter().any(|other| other.is_of_the_same_statement(refusal));
            let rejected_rows = match (by(&filled), by(&sparse), by(&repeated)) {
                (true, ..) if refusal.is_about_value() => RejectedRows::ByValue,
                (true, ..) => RejectedRows::All,
                (_, true, true) => RejectedRows::NullsAndRepeated,
                (_, true, _) => RejectedRows::Nulls,
                _ => RejectedRows::Repeated,
            };
            rejected.push(all.rejection(refusal, rejected_rows));
        }
    }
    let Inserted { rows, skipped } = all.inserted;
    Ok(Rows {
        tables: rows.values().filter(|rows| rows.values().sum::<u64>() > 0).count(),
        rows: rows.values().flat_map(BTreeMap::values).sum(),
        lost: all.lost,
        rejected,
        skipped,
    })
}

/// The result of the scripts on one set of rows.
struct Outcome {
    inserted: Inserted,
    lost: Vec<Loss>,
    refusals: Vec<Refusal>,
    /// An error that neither rows nor an earlier error can have caused.
    unexpected: Option<ScriptError>,
}

/// A statement that failed because of rows.
struct Refusal {
    error: ScriptError,
    table: Option<String>,
    column: Option<String>,
}

impl Refusal {
    /// Whether the reason is a value that does not fit its type.
    fn is_about_value(&self) -> bool {
        self.error.database.sqlstate.starts_with("22")
    }

    fn is_of_the_same_statement(&self, other: &Self) -> bool {
        (&self.error.script, self.error.line, &self.error.database.message)
            == (&other.error.script, other.error.line, &other.error.database.message)
    }
}

impl Outcome {
    fn rejection(&self, refusal: &Refusal, rejected: RejectedRows) -> Rejection {
        let Refusal { error, table, column } = refusal;
        let of_table = table.as_ref().and_then(|table| self.inserted.rows.get(table));
        let of_shape = |shape| of_table.and_then(|rows| rows.get(&shape)).copied().unwrap_or_default();
        let of = of_table.map_or(0, |rows| rows.values().sum());
        let rows = match rejected {
            RejectedRows::All | RejectedRows::ByValue => of,
            RejectedRows::Nulls => of_shape(Shape::Sparse),
            RejectedRows::Repeated => of_shape(Shape::Repeated),
            RejectedRows::NullsAndRepeated => of_shape(Shape::Sparse) + of_shape(Shape::Repeated),
        };
        Rejection { error: error.clone(), table: table.clone(), column: column.clone(), rows, of, rejected }
    }
}

/// Inserts rows and runs all statements, even after rejected ones.
fn apply_to_rows(
    session: &mut Session<'_>,
    new: &NewMigrations<'_>,
    shapes: &[Shape],
) -> Result<Outcome, scratch_postgres::Error> {
    let tables = tables::read(session.client(), &new.tables)?;
    let inserted = insert::insert(session, &tables, shapes)?;
    let before = Counts::read(session.client(), &tables.oids())?;
    let mut outcome = Outcome { inserted, lost: Vec::new(), refusals: Vec::new(), unexpected: None };
    for statement in new.scripts.iter().flat_map(SplitScript::statements) {
        let Some((refusal, is_about_rows)) = run(session, statement, new)? else { continue };
        if is_about_rows {
            outcome.refusals.push(refusal);
        } else if outcome.refusals.is_empty() {
            outcome.unexpected = Some(refusal.error);
            break;
        }
    }
    outcome.lost = before.lost(session.client())?;
    Ok(outcome)
}

/// Runs a statement. If it fails, returns the error, and whether rows can be the cause.
fn run(
    session: &mut Session<'_>,
    statement: Statement<'_>,
    new: &NewMigrations<'_>,
) -> Result<Option<(Refusal, bool)>, scratch_postgres::Error> {
    let mut failure = None;
    let done = session.in_savepoint(|session| {
        let text = session.text(statement);
        session.client().batch_execute(&text).map_err(|error| {
            failure = error.as_db_error().cloned();
            sql_error("to run a statement of the migration")(error)
        })
    });
    match (done, failure) {
        (Ok(()), _) => Ok(None),
        (Err(error), None) => Err(error),
        (Err(_), Some(db)) => {
            let error = scratch_postgres::statement_error(statement.script, Some(statement.range), &db);
            let column = db.column().map(str::to_owned);
            let table = db.table().map(str::to_owned).or_else(|| only_table(statement, new));
            Ok(Some((Refusal { error, table, column }, is_about_rows(&db))))
        }
    }
}

/// Whether an error is about a value that does not fit its type, a violated constraint, or raised by a function.
fn is_about_rows(error: &DbError) -> bool {
    ["22", "23", "P0"].iter().any(|class| error.code().code().starts_with(class))
}

/// The table that a statement names, if it names only one.
fn only_table(statement: Statement<'_>, new: &NewMigrations<'_>) -> Option<String> {
    let mut named = new.tables.iter().filter(|table| contains_word(statement.text(), table));
    let first = named.next()?;
    named.next().is_none().then(|| first.clone())
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |number, thing| number_of(usize::try_from(number).unwrap_or(usize::MAX), thing);
        if self.tables == 0 {
            return f.write_str("applies to existing rows: the migration touches no existing table");
        }
        write!(
            f,
            "applies to existing rows: tried with {} in {}",
            count(self.rows, "row"),
            number_of(self.tables, "table")
        )?;
        f.write_str(if self.rejected.is_empty() { "" } else { ", some rejected" })
    }
}

impl Rows {
    /// The lost rows, the rejected rows and the skipped tables, one sentence each.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let lost = self.lost.iter().map(ToString::to_string);
        let rejected = self.rejected.iter().map(ToString::to_string);
        lost.chain(rejected).chain(self.skipped.iter().map(ToString::to_string)).collect()
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, column, lost, of } = self;
        match column {
            Some(column) => write!(f, "{lost} of {of} values in \"{table}\".\"{column}\" are lost"),
            None => write!(f, "{lost} of {of} rows in \"{table}\" are lost"),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { error, table, column, rows, of, rejected } = self;
        if let Some(line) = error.line {
            write!(f, "the statement in line {line} of {} rejects ", error.script)?;
        } else {
            write!(f, "{} rejects ", error.script)?;
        }
        match rejected {
            RejectedRows::ByValue => write!(f, "some of {of} rows")?,
            _ => write!(f, "{rows} of {of} rows")?,
        }
        if let Some(table) = table {
            write!(f, " in \"{table}\"")?;
        }
        f.write_str(match rejected {
            RejectedRows::All => "",
            RejectedRows::ByValue => " because of their values",
            RejectedRows::Nulls => " with NULL",
            RejectedRows::Repeated => " with repeated values",
            RejectedRows::NullsAndRepeated => " with NULL or repeated values",
        })?;
        if let Some(column) = column {
            write!(f, " for \"{column}\"")?;
        }
        write!(f, ": {}", error.database.message)
    }
}
