//! Running migrations statement by statement, and looking at what each did.

use std::{mem, ops::Range};

use postgres::{Client, error::SqlState};
use scratch_postgres::{Database, Error};
use sql_script::{Script, statement_ranges};

use crate::{
    Basis, Migration, Report, Statement,
    activity::{Activity, Locks, Probe},
    alone::{self, Alone},
    catalog::Reader,
    compare,
    effects::{Effects, Moment, Watch},
    ledger::Ledger,
};

/// What the server cannot tell.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The names of tables that are too large and too busy for what blocks them longer on more rows.
    pub hot_tables: &'a [String],
}

/// Runs migrations, over the owner's connection to a database in which the earlier ones were replayed, and tells what each statement does.
/// The tables that are there at the start are those in use: whatever the migrations make themselves, no pod of the
/// previous version knows.
///
/// As Prisma does, a script runs as one transaction, and a statement that cannot run in one must be the only one.
///
/// # Errors
/// When a statement fails: [`Error::Script`] says which. Nothing of its transaction is left then.
pub fn measure(
    database: &Database,
    client: &mut Client,
    scripts: &[Script<'_>],
    options: &Options<'_>,
) -> Result<Report, Error> {
    let mut measurement = Measurement::start(database, client, options)?;
    let migrations = scripts.iter().map(|script| measurement.script(*script)).collect::<Result<_, _>>()?;
    Ok(Report::new(migrations))
}

struct Measurement<'a> {
    database: &'a Database,
    client: &'a mut Client,
    reader: Reader,
    probe: Probe,
    /// What old pods know, and how it is looked at.
    watch: Watch<'a>,
    /// What there is now, and what the transaction has done so far.
    now: Moment,
    ledger: Ledger,
}

impl<'a> Measurement<'a> {
    fn start(database: &'a Database, client: &'a mut Client, options: &Options<'a>) -> Result<Self, Error> {
        let reader = Reader::new(client).map_err(looking)?;
        let probe = Probe::new(client).map_err(looking)?;
        let catalog = reader.read(client).map_err(looking)?;
        let watch = Watch { baseline: catalog.clone(), hot_tables: options.hot_tables };
        let now = Moment { catalog, activity: Activity::default() };
        Ok(Self { database, client, reader, probe, watch, now, ledger: Ledger::default() })
    }

    fn script(&mut self, script: Script<'_>) -> Result<Migration, Error> {
        let ranges = statement_ranges(script.sql);
        let mut found = Vec::with_capacity(ranges.len());
        self.begin()?;
        for range in &ranges {
            let transaction = self.now.activity.transaction.clone();
            let effects = self.statement(script, range, ranges.len() == 1)?;
            self.ledger.see(found.len(), compare::findings(&self.watch.baseline, &self.now.catalog));
            if self.now.activity.transaction != transaction {
                self.ledger.commit();
            }
            found.push(Statement::new(script.sql, range, effects));
        }
        self.client.batch_execute("COMMIT").map_err(|error| failed(script, None, error))?;
        for (statement, finding) in self.ledger.close() {
            found[statement].add(finding);
        }
        Ok(Migration::new(script.name, found))
    }

    fn begin(&mut self) -> Result<(), Error> {
        self.client.batch_execute("BEGIN").map_err(looking)?;
        self.now.activity = self.probe.activity(self.client).map_err(looking)?;
        Ok(())
    }

    fn statement(&mut self, script: Script<'_>, range: &Range<usize>, is_only: bool) -> Result<Effects, Error> {
        let sql = &script.sql[range.clone()];
        match self.client.batch_execute(sql) {
            Ok(()) => self.look(),
            Err(error) if is_only && wants_no_transaction(&error) => {
                self.client.batch_execute("ROLLBACK").map_err(looking)?;
                let Alone { outcome, locks } = alone::run(self.database, self.client, sql)?;
                outcome.map_err(|error| failed(script, Some(range), error))?;
                self.look_back(locks)
            }
            Err(error) => Err(failed(script, Some(range), error)),
        }
    }

    /// Sees what a statement did whose transaction is open.
    fn look(&mut self) -> Result<Effects, Error> {
        let activity = self.probe.activity(self.client).map_err(looking)?;
        if activity.transaction != self.now.activity.transaction {
            // The script has ended its transaction.
            self.now.catalog = self.reader.read(self.client).map_err(looking)?;
            self.begin()?;
            return Ok(Effects::default());
        }
        let mut catalog = self.now.catalog.clone();
        let locked: Vec<_> = activity.locks.keys().copied().collect();
        self.reader.refresh(self.client, &mut catalog, &locked).map_err(looking)?;
        let before = mem::replace(&mut self.now, Moment { catalog, activity });
        Ok(self.watch.effects(&before, &self.now, Basis::Measured))
    }

    /// Sees what a statement did that ran without a transaction, under these locks if they were seen.
    fn look_back(&mut self, locks: Option<Locks>) -> Result<Effects, Error> {
        let before = Moment { catalog: mem::take(&mut self.now.catalog), activity: Activity::default() };
        let catalog = self.reader.read(self.client).map_err(looking)?;
        let (locks, basis) = match locks {
            Some(locks) => (locks, Basis::Measured),
            None => (alone::documented_locks(&before.catalog, &catalog), Basis::Documented),
        };
        let after = Moment { catalog, activity: Activity { locks, ..Activity::default() } };
        let effects = self.watch.effects(&before, &after, basis);
        self.now.catalog = after.catalog;
        self.begin()?;
        Ok(effects)
    }
}

/// Whether PostgreSQL refused a statement because it ran in a transaction, or could not end one of its own.
fn wants_no_transaction(error: &postgres::Error) -> bool {
    matches!(error.code(), Some(&SqlState::ACTIVE_SQL_TRANSACTION | &SqlState::INVALID_TRANSACTION_TERMINATION))
}

fn failed(script: Script<'_>, range: Option<&Range<usize>>, error: postgres::Error) -> Error {
    match error.as_db_error() {
        Some(db) => Error::Script(scratch_postgres::statement_error(script, range, db).into()),
        None => Error::Sql { purpose: format!("to run {:?} statement by statement", script.name), source: error },
    }
}

pub(crate) fn looking(source: postgres::Error) -> Error {
    Error::Sql { purpose: "to tell what a statement does".to_owned(), source }
}
