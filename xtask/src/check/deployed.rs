//! A database as customers have it, and the migrations that it will get.

use anyhow::bail;
use migration_proof::{Cause, Error, Proof};
use migrations::Migration;
use scratch_postgres::{Database, Options, Replayed, Script};

use super::Finding;
use crate::{output::Output, replay};

/// A database that has what the base branch has.
#[derive(Debug)]
pub(crate) struct Deployed<'a> {
    /// The migrations that it lacks, in the order in which it gets them.
    pub(crate) new: Vec<&'a Migration>,
    replayed: Replayed,
}

impl<'a> Deployed<'a> {
    /// Replays what the base branch has; `None` if nothing would be new to it.
    pub(crate) fn replay(
        migrations: &'a [Migration],
        is_shipped: impl Fn(&Migration) -> bool,
        options: &Options,
        output: &Output,
    ) -> anyhow::Result<Option<Self>> {
        let (shipped, new): (Vec<_>, Vec<_>) = migrations.iter().partition(|it| is_shipped(it));
        if new.is_empty() {
            return Ok(None);
        }
        let replayed = replay::replay_some(&shipped, options, output)?;
        Ok(Some(Self { new, replayed }))
    }

    /// Such a database, to try something in.
    pub(crate) fn database(&self) -> Result<Database, scratch_postgres::Error> {
        self.replayed.copy()
    }

    pub(crate) fn scripts(&self) -> Vec<Script<'_>> {
        self.new.iter().map(|migration| replay::script(migration)).collect()
    }

    /// Proves this of each new migration, in a database that has all before it.
    pub(crate) fn prove(&self, proof: Proof, otherwise: &str) -> anyhow::Result<Vec<Finding>> {
        let database = self.database()?;
        for (migration, script) in self.new.iter().zip(self.scripts()) {
            let proved = migration_proof::prove(&database, database.client()?, &[script], &[proof], &mut (), &mut ());
            let failure = match proved {
                Ok(_) => continue,
                Err(Error::Failed(failure)) => failure,
                Err(error) => return Err(error.into()),
            };
            if failure.proof != proof {
                bail!("{} does not apply to what the base branch has: see upgrade.", migration.name);
            }
            let message = format!("{otherwise}: {}.", failure.when);
            let (mut line, mut excerpt) = (None, None);
            let message = match &failure.cause {
                Cause::Script(error) => {
                    (line, excerpt) = (error.line, error.statement.clone());
                    format!("{message}\nPostgreSQL says: {} ({})", error.message, error.sqlstate)
                }
                Cause::Differs(changes) | Cause::Elsewhere(changes) => {
                    changes.iter().fold(message, |message, change| format!("{message}\n- {change}"))
                }
                Cause::NotReached(rest) => format!("{message}\n{rest}"),
            };
            if let Some(suspect) = &failure.suspect {
                (line, excerpt) = (Some(suspect.line), Some(suspect.statement.clone()));
            }
            let finding = Finding::error(&migration.path, message, failure.advice()).about(migration);
            return Ok(vec![Finding { line, excerpt, ..finding }]);
        }
        Ok(Vec::new())
    }
}
