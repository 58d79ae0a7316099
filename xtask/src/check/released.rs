//! Whether migrations that customers have can be applied twice. They stay as they are, so the answer is kept.

use std::{collections::BTreeMap, env, time::UNIX_EPOCH};

use fs_err as fs;
use migrations::sha256;
use serde::{Deserialize, Serialize};

use super::{Finding, Stage, Subject, rerun, trial};
use crate::replay;

/// The file in git's own directory that keeps the answer.
const FILE: &str = "xtask-released-reruns.json";

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Released {
    /// Stands for all that it depends on.
    key: String,
    /// The findings, by the names of the migrations.
    findings: BTreeMap<String, Finding>,
}

impl Released {
    /// What an earlier run has kept.
    pub(crate) fn kept(subject: &Subject<'_>) -> Option<Self> {
        let file = subject.history.as_ref().ok()?.git.private_file(FILE).ok()?;
        serde_json::from_slice(&fs::read(file).ok()?).ok()
    }

    /// Keeps it for later runs, which can do without.
    pub(crate) fn keep(&self, subject: &Subject<'_>) {
        if let Some(file) = subject.history.as_ref().ok().and_then(|history| history.git.private_file(FILE).ok())
            && let Ok(text) = serde_json::to_vec(self)
        {
            _ = atomic_write::replace_files(&[(file, &text)]);
        }
    }

    /// Applies each to a new database, twice, unless the answer is known.
    pub(crate) fn find(stage: &Stage<'_>, kept: Option<Self>) -> anyhow::Result<Self> {
        let key = key(stage);
        if let Some(kept) = kept.filter(|kept| kept.key == key) {
            return Ok(kept);
        }
        let scripts: Vec<_> = stage.base.iter().map(|migration| replay::script(migration)).collect();
        let failed = migration_proof::rerun_each(&stage.server().create_database()?, &scripts)?;
        let finding = |(script, failure): (sql_script::Script<'_>, _)| {
            let migration = stage.base.iter().find(|migration| migration.name == script.name)?;
            Some((migration.name.clone(), trial::finding(migration, &failure, rerun::OTHERWISE)))
        };
        Ok(Self { key, findings: failed.into_iter().filter_map(finding).collect() })
    }

    /// The findings, as those of this checkout.
    pub(crate) fn findings(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let finding = |migration: &migrations::Migration| {
            let finding = self.findings.get(&migration.name)?;
            Some(subject.about(migration, Finding { path: migration.path.clone(), ..finding.clone() }))
        };
        subject.folder.migrations().iter().filter_map(finding).collect()
    }
}

fn key(stage: &Stage<'_>) -> String {
    let program = env::current_exe().and_then(|program| fs::metadata(program)?.modified()).ok();
    let program = program.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let mut all = format!("{program:?} {}", stage.server().version());
    for migration in &stage.base {
        all += &format!("\n{} {}", migration.name, migration.checksum());
    }
    sha256(all.as_bytes())
}
