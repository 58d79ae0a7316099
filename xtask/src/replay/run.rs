//! Replays migrations on a throw-away server.

use std::{fmt, path::Path};

use anyhow::{Context, ensure};
use migrations::{Folder, Migration, Problem};
use scratch_postgres::{Database, Error, Options, Replayed};
use sql_script::{DatabaseError, Script, ScriptError};

use super::problem::explain;
use crate::{
    postgres_advice::advised,
    terminal::{output::Output, progress::Progress},
};

/// Reads the migrations folder at `path`.
pub(crate) fn read_folder(path: &Path) -> anyhow::Result<Folder> {
    Folder::read(path).with_context(|| {
        format!(
            "The migrations folder {} is not readable. Restore it, or set `folder` in [workspace.metadata.migrations] of \
             Cargo.toml.",
            path.display()
        )
    })
}

/// Refuses a folder with any problem.
pub(crate) fn require_sound(folder: &Folder) -> anyhow::Result<()> {
    let problems: Vec<_> = folder.problems().iter().collect();
    ensure!(problems.is_empty(), "{}", list(&problems));
    Ok(())
}

/// Refuses a folder that cannot be replayed. Prints a note for each other problem.
pub(crate) fn require_replayable(folder: &Folder, output: &Output) -> anyhow::Result<()> {
    ensure!(folder.exists(), "The migrations folder {} does not exist.", folder.path().display());
    let (blocking, harmless): (Vec<_>, Vec<_>) = folder.problems().iter().partition(|it| it.prevents_replay());
    for problem in harmless {
        output.note(&explain(problem));
    }
    ensure!(blocking.is_empty(), "{}", list(&blocking));
    Ok(())
}

/// Runs the migrations on an empty database.
pub(crate) fn replay(folder: &Folder, options: &Options, output: &Output) -> anyhow::Result<Replayed> {
    replay_some(&folder.migrations().iter().collect::<Vec<_>>(), options, output)
}

/// Runs some of the migrations on an empty database.
pub(crate) fn replay_some(migrations: &[&Migration], options: &Options, output: &Output) -> anyhow::Result<Replayed> {
    let scripts: Vec<_> = migrations.iter().map(|migration| script(migration)).collect();
    scratch_postgres::replay(options, &scripts, &mut Progress::new(output)).map_err(|error| match error {
        Error::Script(failure) => failed_migration(migrations, *failure),
        other => advised(other),
    })
}

/// Runs some of the migrations on a database that already has the earlier ones.
pub(crate) fn apply(migrations: &[&Migration], database: &Database) -> anyhow::Result<()> {
    let mut client = database.client()?;
    let mut scripts = migrations.iter().map(|migration| script(migration));
    scripts.try_for_each(|script| database.run_with(&mut client, script)).map_err(|error| match error {
        Error::Script(failure) => failed_migration(migrations, *failure),
        other => advised(other),
    })
}

/// The error of a script that PostgreSQL rejected.
#[derive(Debug)]
pub(crate) struct FailedScript {
    /// The file, or a description of the script.
    pub(crate) origin: String,
    pub(crate) failure: ScriptError,
    /// How to fix it.
    pub(crate) advice: String,
}

impl fmt::Display for FailedScript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ScriptError { line, statement, database, .. } = &self.failure;
        let DatabaseError { message, sqlstate, detail, hint, context } = database;
        write!(f, "PostgreSQL rejected {}", self.origin)?;
        if let Some(line) = line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {message} ({sqlstate})")?;
        for (title, text) in [("detail", detail), ("hint", hint), ("context", context), ("statement", statement)] {
            if let Some(text) = text {
                write!(f, "\n  {title}: {}", text.replace('\n', "\n    "))?;
            }
        }
        write!(f, "\n{}", self.advice)
    }
}

impl std::error::Error for FailedScript {}

/// The migration as a script.
pub(crate) fn script(migration: &Migration) -> Script<'_> {
    Script { name: &migration.name, sql: &migration.sql }
}

fn failed_migration(migrations: &[&Migration], failure: ScriptError) -> anyhow::Error {
    let migration = migrations.iter().find(|migration| migration.name == failure.script);
    let origin = migration.map_or_else(|| failure.script.clone(), |migration| migration.path.display().to_string());
    let advice = format!("If the migration is new, correct it. If it is released, undo the edit: git restore {origin}");
    FailedScript { origin, failure, advice }.into()
}

fn list(problems: &[&Problem]) -> String {
    problems.iter().map(|problem| explain(problem)).collect::<Vec<_>>().join("\n")
}
