//! The databases that are looked at, all on one server.

use std::collections::BTreeMap;

use migrations::{Folder, Migration};
use postgres::Client;
use scratch_postgres::{Database, Options, Replayed, Server};

use crate::{replay, terminal::output::Output};

/// A server with what the base branch has, and with what a new database gets.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    /// What the base branch has, or all migrations if nobody knows what that is.
    pub(crate) base: Vec<&'a Migration>,
    /// What customers get after that, in their order.
    pub(crate) new: Vec<&'a Migration>,
    /// A database after `base`. Nothing is changed in it, so that it can be cached.
    replayed: Replayed,
    /// A new database after all migrations, in the order of their names, or why it refuses one; none if `replayed` is one.
    fresh: Option<anyhow::Result<Database>>,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(
        folder: &'a Folder,
        shipped: Option<&BTreeMap<String, Vec<u8>>>,
        options: &Options,
        output: &Output,
    ) -> anyhow::Result<Self> {
        let hindering = folder.problems().iter().find(|problem| problem.prevents_replay());
        anyhow::ensure!(hindering.is_none(), "Something is in the way of the migrations: see names.");
        let is_shipped = |migration: &&Migration| shipped.is_none_or(|shipped| shipped.contains_key(&migration.name));
        let (base, new): (Vec<_>, Vec<_>) = folder.migrations().iter().partition(is_shipped);
        let replayed = replay::replay_some(&base, options, output)?;
        let mut stage = Self { base, new, replayed, fresh: None };
        if !stage.new.is_empty() {
            stage.fresh = Some(stage.replay_all(folder));
        }
        Ok(stage)
    }

    fn replay_all(&self, folder: &Folder) -> anyhow::Result<Database> {
        let all: Vec<_> = folder.migrations().iter().collect();
        let (database, rest) = match self.is_in_order() {
            true => (self.copy()?, &self.new),
            false => (self.server().create_database()?, &all),
        };
        replay::apply(rest, &database)?;
        Ok(database)
    }

    /// Whether customers get all migrations in the order of their names.
    pub(crate) fn is_in_order(&self) -> bool {
        let last = self.base.last().map(|migration| &migration.name);
        self.new.first().is_none_or(|first| last < Some(&first.name))
    }

    pub(crate) fn server(&self) -> &Server {
        self.replayed.server()
    }

    /// A database as customers have it, to try something in.
    pub(crate) fn copy(&self) -> Result<Database, scratch_postgres::Error> {
        self.replayed.copy()
    }

    /// Why a new database refuses a migration.
    pub(crate) fn refusal(&self) -> Option<&anyhow::Error> {
        self.fresh.as_ref()?.as_ref().err()
    }

    /// A connection to a new database in which all migrations have run, for looking at it.
    pub(crate) fn client(&self) -> anyhow::Result<Client> {
        match &self.fresh {
            None => Ok(self.replayed.client()?),
            Some(Ok(database)) => Ok(database.client()?),
            Some(Err(_)) => anyhow::bail!("The migrations could not be replayed."),
        }
    }
}
