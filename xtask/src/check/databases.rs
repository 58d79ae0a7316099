//! The databases that checks read, all on one server.

use std::sync::{Mutex, MutexGuard, PoisonError};

use migrations::{Migration, Problem};
use postgres::Client;
use scratch_postgres::{Database, Options, Replayed, Server};

use super::branch::Branch;
use crate::{replay, terminal::output::Output};

/// A server with a database of the released migrations and a database of all migrations.
#[derive(Debug)]
pub(crate) struct Databases<'a> {
    /// The released migrations; all migrations if the base branch is unknown.
    pub(crate) released: Vec<&'a Migration>,
    /// The new migrations, in the order in which a deployed database gets them.
    pub(crate) new: Vec<&'a Migration>,
    /// The database of the released migrations. Checks do not change it, so that it can be cached.
    replayed: Replayed,
    /// A new database after all migrations in the order of their names, or why one of them failed; none if no migration is new.
    fresh: Option<anyhow::Result<Database>>,
    one_at_a_time: Mutex<()>,
}

impl<'a> Databases<'a> {
    pub(super) fn start(branch: &'a Branch<'_>, options: &Options, output: &Output) -> anyhow::Result<Self> {
        let folder = &branch.folder;
        let is_blocked = folder.problems().iter().any(Problem::prevents_replay);
        anyhow::ensure!(!is_blocked, "The migrations folder cannot be replayed: see the findings of `names`.");
        let is_released = |migration: &&Migration| branch.history.is_err() || branch.is_released(migration);
        let (released, new): (Vec<_>, Vec<_>) = folder.migrations().iter().partition(is_released);
        let replayed = replay::replay_some(&released, options, output)?;
        let mut databases = Self { released, new, replayed, fresh: None, one_at_a_time: Mutex::default() };
        if !databases.new.is_empty() {
            databases.fresh = Some(databases.replay_all(folder.migrations()));
        }
        Ok(databases)
    }

    fn replay_all(&self, migrations: &[Migration]) -> anyhow::Result<Database> {
        let all: Vec<_> = migrations.iter().collect();
        let (database, rest) = match self.is_in_order() {
            true => (self.copy()?, &self.new),
            false => (self.server().create_database()?, &all),
        };
        replay::apply(rest, &database)?;
        Ok(database)
    }

    /// Whether every new migration comes after all released ones, so that all databases run them in the same order.
    pub(crate) fn is_in_order(&self) -> bool {
        let last = self.released.last().map(|migration| &migration.name);
        self.new.first().is_none_or(|first| last < Some(&first.name))
    }

    pub(crate) fn server(&self) -> &Server {
        self.replayed.server()
    }

    /// Waits for the other checks if the server accepts only one connection. Hold the guard while connected.
    pub(crate) fn take_turn(&self) -> Option<MutexGuard<'_, ()>> {
        let is_needed = self.server().takes_one_connection();
        is_needed.then(|| self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A database after the released migrations, for a trial.
    pub(crate) fn copy(&self) -> Result<Database, scratch_postgres::Error> {
        self.replayed.copy()
    }

    /// Why a new database rejects a migration.
    pub(crate) fn failure(&self) -> Option<&anyhow::Error> {
        self.fresh.as_ref()?.as_ref().err()
    }

    /// A connection to a new database after all migrations, to read only.
    pub(crate) fn client(&self) -> anyhow::Result<Client> {
        match &self.fresh {
            None => Ok(self.replayed.client()?),
            Some(Ok(database)) => Ok(database.client()?),
            Some(Err(_)) => Err(not_replayed()),
        }
    }
}

/// The error of a check that needs databases after a failed replay. The check `replay` reports the failure itself.
pub(crate) fn not_replayed() -> anyhow::Error {
    anyhow::anyhow!("The migrations could not be replayed.")
}
