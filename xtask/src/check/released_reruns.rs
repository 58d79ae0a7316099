//! Whether released migrations can be applied twice. They do not change, so the result is cached.

use std::{collections::BTreeMap, env, path::PathBuf, time::UNIX_EPOCH};

use fs_err as fs;
use migrations::{Migration, sha256};
use serde::{Deserialize, Serialize};

use super::{branch::Branch, databases::Databases, finding::Finding, proofs};
use crate::replay;

/// The cache file in git's directory.
pub(crate) const CACHE_FILE: &str = "xtask-released-reruns.json";

/// The first sentence of a finding about a second run.
pub(crate) const SUMMARY: &str = "The migration cannot be applied twice.";

/// The findings about a second run of the released migrations.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct ReleasedReruns {
    /// The hash of everything that the findings depend on.
    key: String,
    /// The findings by the names of the migrations.
    findings: BTreeMap<String, Finding>,
}

impl ReleasedReruns {
    /// Reads the findings of an earlier run, or applies each released migration twice to a new database.
    pub(crate) fn find(cache: Option<PathBuf>, databases: &Databases<'_>) -> anyhow::Result<Self> {
        let key = key(databases);
        let text = cache.as_ref().and_then(|cache| fs::read(cache).ok());
        let cached = text.and_then(|text| serde_json::from_slice(&text).ok());
        if let Some(cached) = cached.filter(|cached: &Self| cached.key == key) {
            return Ok(cached);
        }
        let found = Self { key, findings: rerun_each(databases)? };
        if let (Some(cache), Ok(text)) = (cache, serde_json::to_vec(&found)) {
            // A failure is harmless: the next run finds the same again.
            _ = atomic_write::replace_files(&[(cache, &text)]);
        }
        Ok(found)
    }

    /// The findings about the migrations of this branch.
    pub(crate) fn findings(&self, branch: &Branch<'_>) -> Vec<Finding> {
        let finding = |migration: &Migration| {
            let finding = self.findings.get(&migration.name)?;
            Some(branch.about(migration, Finding { path: migration.path.clone(), ..finding.clone() }))
        };
        branch.folder.migrations().iter().filter_map(finding).collect()
    }
}

fn rerun_each(databases: &Databases<'_>) -> anyhow::Result<BTreeMap<String, Finding>> {
    let _turn = databases.take_turn();
    let scripts: Vec<_> = databases.released.iter().map(|migration| replay::script(migration)).collect();
    let failed = migration_proof::rerun_each(&databases.server().create_database()?, &scripts)?;
    let finding = |(script, failure): (sql_script::Script<'_>, _)| {
        let migration = databases.released.iter().find(|migration| migration.name == script.name)?;
        Some((migration.name.clone(), proofs::finding(migration, &failure, SUMMARY)))
    };
    Ok(failed.into_iter().filter_map(finding).collect())
}

fn key(databases: &Databases<'_>) -> String {
    let program = env::current_exe().and_then(|program| fs::metadata(program)?.modified()).ok();
    let program = program.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let mut all = format!("{program:?} {}", databases.server().version());
    for migration in &databases.released {
        all += &format!("\n{} {}", migration.name, migration.checksum());
    }
    sha256(all.as_bytes())
}
