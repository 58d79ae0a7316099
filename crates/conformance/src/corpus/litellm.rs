//! LiteLLM's own migrations, applied one after the other.

use std::path::PathBuf;

use anyhow::{Context as _, anyhow, ensure};
use migrations::Folder;
use prisma_schema::Flavour;
use scratch_postgres::{Database, Server};
use sql_script::Script;

use crate::answers::{Target, target};

/// The paths of a checkout of LiteLLM. They are needed only if a corpus has cases about its migrations.
#[derive(Debug)]
pub struct LiteLlmCheckout {
    /// The path of `schema.prisma`.
    pub schema: Option<PathBuf>,
    /// The path of the migrations folder.
    pub migrations: Option<PathBuf>,
}

/// A database with LiteLLM's first migrations.
pub(super) struct LiteLlmDatabase {
    folder: Folder,
    target: Target,
    database: Database,
    applied: usize,
}

impl LiteLlmDatabase {
    /// Creates an empty database for the migrations of a checkout.
    pub(super) fn create(checkout: &LiteLlmCheckout, server: &Server, flavour: Flavour) -> anyhow::Result<Self> {
        let (Some(schema), Some(migrations)) = (&checkout.schema, &checkout.migrations) else {
            return Err(anyhow!("The corpus is about LiteLLM's migrations, and there is no checkout.\n{ADVICE}"));
        };
        let folder = Folder::read(migrations)?;
        ensure!(folder.exists(), "The migrations folder {} does not exist.\n{ADVICE}", migrations.display());
        if let Some(problem) = folder.problems().iter().find(|problem| problem.prevents_replay()) {
            return Err(anyhow!("{problem}"));
        }
        let target = target(&fs_err::read_to_string(schema)?, flavour).map_err(|errors| anyhow!(errors))?;
        Ok(Self { folder, target, database: server.create_database()?, applied: 0 })
    }

    /// How many migrations the database has.
    pub(super) fn applied(&self) -> usize {
        self.applied
    }

    /// The SQL from the first `k` migrations, of which `last` is the last, to the schema.
    pub(super) fn sql_after(&mut self, k: usize, last: &str) -> anyhow::Result<String> {
        let first = self.folder.migrations().get(..k);
        let migrations = first.filter(|first| first.last().is_some_and(|migration| migration.name == last));
        let migrations = migrations.with_context(|| {
            format!(
                "{} is not from the recorded release: migration {k} is not {last}.\n{ADVICE}",
                self.folder.path().display()
            )
        })?;
        for migration in &migrations[self.applied..] {
            self.database.run(Script { name: &migration.name, sql: &migration.sql })?;
        }
        self.applied = k;
        Ok(self.target.sql_from(&mut self.database.client()?)?)
    }
}

const ADVICE: &str = "Make a checkout of the recorded release, then name it:\n  \
                      crates/conformance/scripts/litellm-checkout 0.4.110 DIR\n  \
                      cargo xtask --root DIR conformance FILE";
