//! A database as customers have it, and the migrations that it will get.

use migrations::Migration;
use scratch_postgres::{Database, Options, Replayed, Script};

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
}
