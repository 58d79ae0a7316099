//! The proofs of new migrations on a deployed database.

use std::time::Duration;

use catalog::{Catalog, Change};
use migration_proof::{Cause, Error, Failure, Proof, Proved};
use migrations::Migration;
use scratch_postgres::Database;

use super::{databases::Databases, finding::Finding};
use crate::replay;

/// The results of the proofs.
#[derive(Debug, Default)]
pub(crate) struct Proofs<'a> {
    /// The failed proofs, each with its migration.
    pub(crate) failures: Vec<(&'a Migration, Failure)>,
    /// The differences between an upgraded database and a new one.
    pub(crate) differences: Vec<Change>,
    proved: Vec<Proved>,
}

const PROOFS: [Proof; 2] = [Proof::Rerun, Proof::SecondSchema];

impl<'a> Proofs<'a> {
    /// Proves all new migrations at once, and one by one only if that fails, to find the migration at fault.
    pub(super) fn run(databases: &Databases<'a>) -> anyhow::Result<Self> {
        if databases.new.is_empty() {
            return Ok(Self::default());
        }
        let _turn = databases.take_turn();
        let database = databases.copy()?;
        let scripts: Vec<_> = databases.new.iter().map(|migration| replay::script(migration)).collect();
        let mut proofs =
            match migration_proof::prove(&database, database.client()?, &scripts, &PROOFS, &mut (), &mut ()) {
                Ok(proved) => Self { proved, ..Self::default() },
                Err(Error::Failed(_)) => return Self::one_by_one(databases),
                Err(error) => return Err(error.into()),
            };
        proofs.differences = differences(databases, &database)?;
        Ok(proofs)
    }

    fn one_by_one(databases: &Databases<'a>) -> anyhow::Result<Self> {
        let database = databases.copy()?;
        let mut proofs = Self::default();
        for &migration in &databases.new {
            let script = replay::script(migration);
            match migration_proof::prove(&database, database.client()?, &[script], &PROOFS, &mut (), &mut ()) {
                Ok(proved) => proofs.proved.extend(proved),
                Err(Error::Failed(failure)) => {
                    proofs.proved.extend(failure.proved.iter().cloned());
                    let is_over = failure.proof == Proof::Applies || database.run(script).is_err();
                    proofs.failures.push((migration, *failure));
                    if is_over {
                        return Ok(proofs);
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        proofs.differences = differences(databases, &database)?;
        Ok(proofs)
    }

    /// The time that a proof took, for all migrations.
    pub(crate) fn time(&self, proof: Proof) -> Duration {
        self.proved.iter().filter(|proved| proved.evidence.proof() == proof).map(|proved| proved.took).sum()
    }

    /// The migrations for which `proof` failed.
    pub(crate) fn failures(&self, proof: Proof) -> impl Iterator<Item = (&'a Migration, &Failure)> {
        self.failures.iter().filter(move |(_, failure)| failure.proof == proof).map(|(migration, it)| (*migration, it))
    }
}

fn differences(databases: &Databases<'_>, upgraded: &Database) -> anyhow::Result<Vec<Change>> {
    if databases.is_in_order() {
        return Ok(Vec::new());
    }
    let new = Catalog::read(&mut databases.client()?, "public")?;
    Ok(new.changes_to(&Catalog::read(&mut upgraded.client()?, "public")?))
}

/// A finding about a failed proof. `summary` is the first sentence of the message.
pub(crate) fn finding(migration: &Migration, failure: &Failure, summary: &str) -> Finding {
    let (mut line, mut excerpt) = (None, None);
    let message = match &failure.cause {
        Cause::Script(error) => {
            (line, excerpt) = (error.line, error.statement.clone());
            format!("{summary}\nPostgreSQL says: {} ({})", error.database.message, error.database.sqlstate)
        }
        Cause::Differs(changes) | Cause::Elsewhere(changes) => {
            changes.iter().fold(summary.to_owned(), |message, change| format!("{message}\n- {change}"))
        }
        Cause::NotReached(rest) => format!("{summary}\n{rest}"),
    };
    if let Some(suspect) = &failure.suspect {
        (line, excerpt) = (Some(suspect.line), Some(suspect.statement.clone()));
    }
    Finding { line, excerpt, ..Finding::error(&migration.path, message, failure.advice()) }
}
