//! That the scripts apply to tables that have rows, and what becomes of those.

mod count;
mod insert;
mod order;
mod tables;
mod values;

use std::{collections::BTreeMap, fmt};

use postgres::error::DbError;
use sql_script::{ScriptError, SplitScript, Statement, contains_word};

pub use self::insert::LeftOut;
use self::{
    count::Counts,
    insert::{Inserted, Shape},
};
use crate::{
    Cause, Error, Proof,
    bench::{Bench, Trial, refused},
    evidence::count as number_of,
    migration::Migration,
};

/// What becomes of generated rows.
///
/// Every table that the scripts have to do with gets a few, and so do the tables that it refers to: two that are filled in with
/// values that differ, one in which all is NULL that may be, and one that repeats values wherever that is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The tables that have rows.
    pub tables: usize,
    /// The rows that were there before the scripts.
    pub rows: u64,
    /// What is lost.
    pub lost: Vec<Loss>,
    /// The statements that refuse some of the rows. That is no failure: the schema asks for it, and only who knows the data
    /// knows whether there are such rows. The scripts apply only to tables without them.
    pub rejected: Vec<Rejection>,
    /// The tables for which no row could be made.
    pub left_out: Vec<LeftOut>,
}

/// Rows, or values that are not NULL, that are gone afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The table, by the name that it had.
    pub table: String,
    /// The column, by the name that it had. Without it, rows are lost.
    pub column: Option<String>,
    /// How many are lost.
    pub lost: u64,
    /// Of how many.
    pub of: u64,
}

/// A statement that refuses rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// What PostgreSQL says to it.
    pub error: ScriptError,
    /// The table, where it is known.
    pub table: Option<String>,
    /// The column, where PostgreSQL names it.
    pub column: Option<String>,
    /// How many of the table's rows are refused; at most, if it depends on what they hold.
    pub rows: u64,
    /// Of how many.
    pub of: u64,
    /// Which rows are refused: all, or what those have in common.
    pub refused: Refused,
}

/// Which of the generated rows a statement refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Those in which every column has a value, and none is there twice, and thus probably every row there is.
    All,
    /// Some of those as well, by what they hold.
    ByValue,
    /// Those that have NULL where they may.
    Nulls,
    /// Those that repeat values where they may.
    Repeated,
    /// Those that have NULL, and those that repeat values.
    NullsAndRepeated,
}

pub(crate) fn prove(bench: &mut Bench<'_>, migration: &Migration<'_>) -> Result<Rows, Error> {
    let when = "with rows in the tables";
    let mut outcome = |shapes: &[Shape]| {
        let tried = bench.trial(|trial| apply_to_rows(trial, migration, shapes));
        let outcome = tried.map_err(migration.stopped(Proof::Rows, when))?;
        match outcome.unexpected {
            Some(error) => Err(migration.failed(Proof::Rows, when, Cause::Script(error.into()))),
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
            let refused = match (by(&filled), by(&sparse), by(&repeated)) {
                (true, ..) if refusal.is_about_values() => Refused::ByValue,
                (true, ..) => Refused::All,
                (_, true, true) => Refused::NullsAndRepeated,
                (_, true, _) => Refused::Nulls,
                _ => Refused::Repeated,
            };
            rejected.push(all.rejection(refusal, refused));
        }
    }
    let Inserted { rows, left_out } = all.inserted;
    Ok(Rows {
        tables: rows.values().filter(|rows| rows.values().sum::<u64>() > 0).count(),
        rows: rows.values().flat_map(BTreeMap::values).sum(),
        lost: all.lost,
        rejected,
        left_out,
    })
}

/// What became of the rows in one trial.
struct Outcome {
    inserted: Inserted,
    lost: Vec<Loss>,
    refusals: Vec<Refusal>,
    /// An error that has nothing to do with rows, or that none before can have caused.
    unexpected: Option<ScriptError>,
}

/// A statement that failed.
struct Refusal {
    error: ScriptError,
    table: Option<String>,
    column: Option<String>,
}

impl Refusal {
    /// Whether a value does not fit its type.
    fn is_about_values(&self) -> bool {
        self.error.database.sqlstate.starts_with("22")
    }

    fn is_of_the_same_statement(&self, other: &Self) -> bool {
        (&self.error.script, self.error.line, &self.error.database.message)
            == (&other.error.script, other.error.line, &other.error.database.message)
    }
}

impl Outcome {
    fn rejection(&self, refusal: &Refusal, refused: Refused) -> Rejection {
        let Refusal { error, table, column } = refusal;
        let of_table = table.as_ref().and_then(|table| self.inserted.rows.get(table));
        let of_shape = |shape| of_table.and_then(|rows| rows.get(&shape)).copied().unwrap_or_default();
        let of = of_table.map_or(0, |rows| rows.values().sum());
        let rows = match refused {
            Refused::All | Refused::ByValue => of,
            Refused::Nulls => of_shape(Shape::Sparse),
            Refused::Repeated => of_shape(Shape::Repeated),
            Refused::NullsAndRepeated => of_shape(Shape::Sparse) + of_shape(Shape::Repeated),
        };
        Rejection { error: error.clone(), table: table.clone(), column: column.clone(), rows, of, refused }
    }
}

/// Fills the tables and runs all statements, whatever becomes of those before.
fn apply_to_rows(
    trial: &mut Trial<'_>,
    migration: &Migration<'_>,
    shapes: &[Shape],
) -> Result<Outcome, scratch_postgres::Error> {
    let tables = tables::read(trial.client(), &migration.tables)?;
    let inserted = insert::insert(trial, &tables, shapes)?;
    let before = Counts::read(trial.client(), &tables.oids())?;
    let mut outcome = Outcome { inserted, lost: Vec::new(), refusals: Vec::new(), unexpected: None };
    for statement in migration.scripts.iter().flat_map(SplitScript::statements) {
        let Some((refusal, is_about_rows)) = run(trial, statement, migration)? else { continue };
        if is_about_rows {
            outcome.refusals.push(refusal);
        } else if outcome.refusals.is_empty() {
            outcome.unexpected = Some(refusal.error);
            break;
        }
    }
    outcome.lost = before.lost(trial.client())?;
    Ok(outcome)
}

/// Runs a statement. If it fails, says why, and whether that is because of what is in the rows.
fn run(
    trial: &mut Trial<'_>,
    statement: Statement<'_>,
    migration: &Migration<'_>,
) -> Result<Option<(Refusal, bool)>, scratch_postgres::Error> {
    let mut failure = None;
    let done = trial.attempt(|trial| {
        let text = trial.text(statement);
        trial.client().batch_execute(&text).map_err(|error| {
            failure = error.as_db_error().cloned();
            refused("a statement of the scripts")(error)
        })
    });
    match (done, failure) {
        (Ok(()), _) => Ok(None),
        (Err(error), None) => Err(error),
        (Err(_), Some(db)) => {
            let error = scratch_postgres::statement_error(statement.script, Some(statement.range), &db);
            let column = db.column().map(str::to_owned);
            let table = db.table().map(str::to_owned).or_else(|| only_table(statement, migration));
            Ok(Some((Refusal { error, table, column }, is_about_rows(&db))))
        }
    }
}

/// Values that do not fit a type, constraints that are not kept, and what functions raise.
fn is_about_rows(error: &DbError) -> bool {
    ["22", "23", "P0"].iter().any(|class| error.code().code().starts_with(class))
}

/// The table that a statement names, if it is one.
fn only_table(statement: Statement<'_>, migration: &Migration<'_>) -> Option<String> {
    let mut named = migration.tables.iter().filter(|table| contains_word(statement.text(), table));
    let first = named.next()?;
    named.next().is_none().then(|| first.clone())
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |number, thing| number_of(usize::try_from(number).unwrap_or(usize::MAX), thing);
        if self.tables == 0 {
            return f.write_str("no table that was there is touched, so that no rows were tried");
        }
        write!(f, "applied with {} in {}", count(self.rows, "row"), number_of(self.tables, "table"))?;
        f.write_str(if self.rejected.is_empty() { "" } else { ", but for those that it refuses" })
    }
}

impl Rows {
    /// What is lost, refused or was not tried, a sentence each.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let lost = self.lost.iter().map(ToString::to_string);
        let rejected = self.rejected.iter().map(ToString::to_string);
        lost.chain(rejected).chain(self.left_out.iter().map(ToString::to_string)).collect()
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
        let Self { error, table, column, rows, of, refused } = self;
        match refused {
            Refused::ByValue => write!(f, "some of {of} rows")?,
            _ => write!(f, "{rows} of {of} rows")?,
        }
        if let Some(table) = table {
            write!(f, " in \"{table}\"")?;
        }
        f.write_str(match refused {
            Refused::All => "",
            Refused::ByValue => ", by what they hold,",
            Refused::Nulls => ", with NULL where it is allowed,",
            Refused::Repeated => ", with values that are there twice,",
            Refused::NullsAndRepeated => ", with NULL or with values that are there twice,",
        })?;
        write!(f, " are refused")?;
        if let Some(column) = column {
            write!(f, " for \"{column}\"")?;
        }
        if let Some(line) = error.line {
            write!(f, " by the statement in line {line} of {}", error.script)?;
        }
        write!(f, ": {}", error.database.message)
    }
}
