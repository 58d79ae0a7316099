//! New migrations, tried one after the other on a database as customers have it.

use std::time::Duration;

use catalog::{Catalog, Change};
use migration_proof::{Cause, Error, Failure, Proof, Proved};
use migrations::Migration;
use scratch_postgres::Database;

use super::{Finding, Stage};
use crate::replay;

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Trial<'a> {
    /// What could not be proved, each of a migration.
    pub(crate) failures: Vec<(&'a Migration, Failure)>,
    /// How an upgraded database differs from a new one.
    pub(crate) differences: Vec<Change>,
    proved: Vec<Proved>,
}

const PROOFS: [Proof; 2] = [Proof::Rerun, Proof::SecondSchema];

impl<'a> Trial<'a> {
    /// Tries all of them at once. Only if something is wrong are they tried one by one, to know with which.
    pub(crate) fn run(stage: &Stage<'a>) -> anyhow::Result<Self> {
        let database = stage.copy()?;
        let scripts: Vec<_> = stage.new.iter().map(|migration| replay::script(migration)).collect();
        let mut trial = match migration_proof::prove(&database, database.client()?, &scripts, &PROOFS, &mut (), &mut ())
        {
            Ok(report) => Self { proved: report.proved, ..Self::default() },
            Err(Error::Failed(_)) => return Self::one_by_one(stage),
            Err(error) => return Err(error.into()),
        };
        trial.differences = differences(stage, &database)?;
        Ok(trial)
    }

    fn one_by_one(stage: &Stage<'a>) -> anyhow::Result<Self> {
        let database = stage.copy()?;
        let mut trial = Self::default();
        for &migration in &stage.new {
            let script = replay::script(migration);
            match migration_proof::prove(&database, database.client()?, &[script], &PROOFS, &mut (), &mut ()) {
                Ok(report) => trial.proved.extend(report.proved),
                Err(Error::Failed(failure)) => {
                    trial.proved.extend(failure.proved.iter().cloned());
                    let is_over = failure.proof == Proof::Applies || database.run(script).is_err();
                    trial.failures.push((migration, *failure));
                    if is_over {
                        return Ok(trial);
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        trial.differences = differences(stage, &database)?;
        Ok(trial)
    }

    /// How long a proof took, of all migrations.
    pub(crate) fn took(&self, proof: Proof) -> Duration {
        self.proved.iter().filter(|proved| proved.evidence.proof() == proof).map(|proved| proved.took).sum()
    }

    /// What could not be proved in this way.
    pub(crate) fn failures(&self, proof: Proof) -> impl Iterator<Item = (&'a Migration, &Failure)> {
        self.failures.iter().filter(move |(_, failure)| failure.proof == proof).map(|(migration, it)| (*migration, it))
    }
}

/// How a database with all migrations, in the order in which customers get them, differs from a new one.
fn differences(stage: &Stage<'_>, upgraded: &Database) -> anyhow::Result<Vec<Change>> {
    if stage.is_in_order() {
        return Ok(Vec::new());
    }
    let new = Catalog::read(&mut stage.client()?, "public")?;
    Ok(new.changes_to(&Catalog::read(&mut upgraded.client()?, "public")?))
}

/// A finding about a migration of which something was not proved.
pub(crate) fn finding(migration: &Migration, failure: &Failure, otherwise: &str) -> Finding {
    let message = format!("{otherwise}: {}.", failure.when);
    let (mut line, mut excerpt) = (None, None);
    let message = match &failure.cause {
        Cause::Script(error) => {
            (line, excerpt) = (error.line, error.statement.clone());
            format!("{message}\nPostgreSQL says: {} ({})", error.database.message, error.database.sqlstate)
        }
        Cause::Differs(changes) | Cause::Elsewhere(changes) => {
            changes.iter().fold(message, |message, change| format!("{message}\n- {change}"))
        }
        Cause::NotReached(rest) => format!("{message}\n{rest}"),
    };
    if let Some(suspect) = &failure.suspect {
        (line, excerpt) = (Some(suspect.line), Some(suspect.statement.clone()));
    }
    Finding { line, excerpt, ..Finding::error(&migration.path, message, failure.advice()) }
}
