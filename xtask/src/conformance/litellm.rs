//! LiteLLM's own migrations, one after the other.

use std::path::Path;

use anyhow::Context;
use migrations::Folder;
use prisma_schema::Flavour;
use scratch_postgres::{Database, Server};
use sql_script::Script;

use crate::{
    checkout::{Checkout, schema},
    replay,
    target::Target,
    terminal::output::Output,
};

/// A checkout of LiteLLM, and a database with its first migrations.
pub(crate) struct LiteLlm {
    folder: Folder,
    target: Target,
    database: Database,
    applied: usize,
}

impl LiteLlm {
    /// Opens the checkout in `root`, or else the one that holds the current directory.
    pub(crate) fn open(
        root: Option<&Path>,
        server: &Server,
        flavour: Flavour,
        output: &Output,
    ) -> anyhow::Result<Self> {
        let workspace = Checkout::open(root)?;
        let folder = replay::read_folder(&workspace.migrations())?;
        replay::require_replayable(&folder, output)?;
        let sources = schema::read(&workspace.root.join(&workspace.settings.schema))?;
        let data_model = schema::data_model(&sources, flavour, output)?;
        Ok(Self { folder, target: Target::new(&data_model, flavour), database: server.create_database()?, applied: 0 })
    }

    /// How many migrations the database has.
    pub(crate) fn applied(&self) -> usize {
        self.applied
    }

    /// The SQL that leads from the first `k` migrations, of which `last` is the last, to the schema.
    pub(crate) fn diff_after(&mut self, k: usize, last: &str) -> anyhow::Result<String> {
        let first = self.folder.migrations().get(..k);
        let migrations = first.filter(|first| first.last().is_some_and(|migration| migration.name == last));
        let migrations = migrations.with_context(|| {
            format!(
                "{} is not of the release that was recorded: its migration {k} is not {last}. Make a checkout of that \
                 release, and name it: crates/conformance/scripts/litellm-checkout 0.4.110 DIR, cargo xtask --root DIR conformance ...",
                self.folder.path().display()
            )
        })?;
        for migration in &migrations[self.applied..] {
            self.database.run(Script { name: &migration.name, sql: &migration.sql })?;
        }
        self.applied = k;
        let from = self.target.read(&mut self.database.client()?)?;
        Ok(self.target.diff(&from).to_sql())
    }
}
