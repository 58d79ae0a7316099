//! Runs migrations statement by statement and measures each.

use std::mem;

use catalog::{Catalog, RelationReader};
use postgres::{Client, error::SqlState};
use scratch_postgres::{Database, Error};
use sql_script::{Script, SplitScript, Statement};

use crate::{
    Basis, ImpactReport, MigrationImpact, StatementImpact,
    activity::{Activity, Locks, Probe},
    compare,
    effects::{Baseline, Effects, Snapshot},
    finding_tracker::FindingTracker,
    non_transactional::{self, documented_locks},
    query_error,
    relations::Relations,
};

/// Runs new migrations over the owner's connection to a database with the released ones, and measures each statement.
///
/// Pods of the previous release use the tables that exist at the start. Hot tables are too large and too busy for
/// locks that are held longer the more rows there are.
///
/// As with Prisma, a script runs as one transaction. A statement that cannot run in a transaction must be the only
/// one.
///
/// # Errors
/// [`Error::Script`] if a statement fails. Its transaction is rolled back.
pub fn measure(
    database: &Database,
    client: &mut Client,
    scripts: &[Script<'_>],
    hot_tables: &[String],
) -> Result<ImpactReport, Error> {
    let mut measurement = Measurement::start(database, client, hot_tables).map_err(query_error)?;
    let migrations = scripts.iter().map(|script| measurement.script(*script)).collect::<Result<_, _>>()?;
    Ok(ImpactReport::new(migrations))
}

struct Measurement<'a> {
    database: &'a Database,
    client: &'a mut Client,
    reader: RelationReader,
    namespace: String,
    probe: Probe,
    baseline: Baseline<'a>,
    current: Snapshot,
    tracker: FindingTracker,
}

impl<'a> Measurement<'a> {
    fn start(
        database: &'a Database,
        client: &'a mut Client,
        hot_tables: &'a [String],
    ) -> Result<Self, postgres::Error> {
        let namespace: String =
            client.query_one("SELECT coalesce(pg_catalog.current_schema()::pg_catalog.text, '')", &[])?.get(0);
        let reader = RelationReader::prepare(client)?;
        let probe = Probe::new(client)?;
        let relations = Relations::from(&reader.read_all(client, &namespace)?);
        let baseline = Baseline { relations: relations.clone(), hot_tables };
        let current = Snapshot { relations, activity: Activity::default() };
        let tracker = FindingTracker::default();
        Ok(Self { database, client, reader, namespace, probe, baseline, current, tracker })
    }

    fn script(&mut self, script: Script<'_>) -> Result<MigrationImpact, Error> {
        let split = SplitScript::new(script);
        let mut statements = Vec::with_capacity(split.statements.len());
        self.begin()?;
        for statement in split.statements() {
            let transaction = self.current.activity.transaction.clone();
            let effects = self.statement(statement, split.statements.len() == 1)?;
            let findings = compare::findings(&self.baseline.relations, &self.current.relations);
            self.tracker.update(statements.len(), findings);
            if self.current.activity.transaction != transaction {
                self.tracker.commit();
            }
            statements.push(StatementImpact::new(statement, effects));
        }
        self.client.batch_execute("COMMIT").map_err(|error| failed(script, None, error))?;
        for (statement, finding) in self.tracker.finish() {
            statements[statement].add(finding);
        }
        Ok(MigrationImpact::new(script.name, statements))
    }

    fn begin(&mut self) -> Result<(), Error> {
        self.client.batch_execute("BEGIN").map_err(query_error)?;
        self.current.activity = self.probe.activity(self.client).map_err(query_error)?;
        Ok(())
    }

    fn statement(&mut self, statement: Statement<'_>, is_only: bool) -> Result<Effects, Error> {
        let failed = |error| failed(statement.script, Some(statement), error);
        match self.client.batch_execute(statement.text()) {
            Ok(()) => self.effects(),
            Err(error) if is_only && needs_no_transaction(&error) => {
                self.client.batch_execute("ROLLBACK").map_err(query_error)?;
                let (outcome, locks) = non_transactional::run(self.database, self.client, statement.text())?;
                outcome.map_err(failed)?;
                self.effects_without_transaction(locks)
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// The effects of a statement whose transaction is open.
    fn effects(&mut self) -> Result<Effects, Error> {
        let activity = self.probe.activity(self.client).map_err(query_error)?;
        if activity.transaction != self.current.activity.transaction {
            // The script has ended its transaction.
            self.current.relations = Relations::from(&self.read_all()?);
            self.begin()?;
            return Ok(Effects::default());
        }
        let mut relations = self.current.relations.clone();
        let locked: Vec<_> = activity.locks.keys().copied().collect();
        let catalog = self.reader.read(self.client, &self.namespace, &locked).map_err(query_error)?;
        relations.update(&locked, &catalog);
        let before = mem::replace(&mut self.current, Snapshot { relations, activity });
        Ok(self.baseline.effects(&before, &self.current, Basis::Measured))
    }

    /// The effects of a statement that ran without a transaction. `locks` is `None` if they could not be observed.
    fn effects_without_transaction(&mut self, locks: Option<Locks>) -> Result<Effects, Error> {
        let before = Snapshot { relations: mem::take(&mut self.current.relations), activity: Activity::default() };
        let relations = Relations::from(&self.read_all()?);
        let (locks, basis) = match locks {
            Some(locks) => (locks, Basis::Measured),
            None => (documented_locks(&before.relations, &relations), Basis::Documented),
        };
        let after = Snapshot { relations, activity: Activity { locks, ..Activity::default() } };
        let effects = self.baseline.effects(&before, &after, basis);
        self.current.relations = after.relations;
        self.begin()?;
        Ok(effects)
    }

    fn read_all(&mut self) -> Result<Catalog, Error> {
        self.reader.read_all(self.client, &self.namespace).map_err(query_error)
    }
}

/// Whether a statement failed because it cannot run in a transaction, or because it cannot end its own.
fn needs_no_transaction(error: &postgres::Error) -> bool {
    matches!(error.code(), Some(&SqlState::ACTIVE_SQL_TRANSACTION | &SqlState::INVALID_TRANSACTION_TERMINATION))
}

fn failed(script: Script<'_>, statement: Option<Statement<'_>>, error: postgres::Error) -> Error {
    let range = statement.map(|statement| statement.range);
    match error.as_db_error() {
        Some(db) => Error::Script(scratch_postgres::statement_error(script, range, db).into()),
        None => Error::Sql { purpose: format!("to run {:?} statement by statement", script.name), source: error },
    }
}
