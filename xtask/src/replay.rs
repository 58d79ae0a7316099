//! Running the migrations on a throw-away server.

use std::{fmt, path::Path};

use anyhow::{bail, ensure};
use migrations::{Folder, Migration};
use scratch_postgres::{Error, Options, Replayed, Script, ScriptError};

use crate::{output::Output, progress::Progress};

/// Reads a migrations folder that can be replayed. What is wrong with it otherwise is noted.
pub(crate) fn read_folder(path: &Path, output: &Output) -> anyhow::Result<Folder> {
    let folder = Folder::read(path)?;
    ensure!(folder.exists(), "There is no migrations folder {}.", path.display());
    let (fatal, harmless): (Vec<_>, Vec<_>) = folder.problems().iter().partition(|problem| problem.hinders_replay());
    for problem in harmless {
        output.note(&problem.to_string());
    }
    match fatal.as_slice() {
        [] => Ok(folder),
        problems => bail!("{}", list(problems)),
    }
}

/// Refuses a folder with which anything is wrong.
pub(crate) fn require_sound(folder: &Folder) -> anyhow::Result<()> {
    let problems: Vec<_> = folder.problems().iter().collect();
    ensure!(problems.is_empty(), "{}", list(&problems));
    Ok(())
}

/// Runs the migrations on an empty database.
pub(crate) fn replay(folder: &Folder, options: &Options, output: &Output) -> anyhow::Result<Replayed> {
    let scripts: Vec<_> = folder.migrations().iter().map(script).collect();
    scratch_postgres::replay(options, &scripts, &mut Progress::new(output)).map_err(|error| match error {
        Error::Script(failure) => failed_migration(folder, *failure),
        other => other.into(),
    })
}

/// What PostgreSQL said about a script.
#[derive(Debug)]
pub(crate) struct FailedScript {
    /// The file, or what else the script is.
    pub(crate) place: String,
    pub(crate) failure: ScriptError,
    /// What to do.
    pub(crate) advice: String,
}

impl fmt::Display for FailedScript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ScriptError { line, statement, message, sqlstate, detail, hint, context, .. } = &self.failure;
        write!(f, "PostgreSQL refuses {}", self.place)?;
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

fn script(migration: &Migration) -> Script<'_> {
    Script { name: &migration.name, sql: &migration.sql }
}

fn failed_migration(folder: &Folder, failure: ScriptError) -> anyhow::Error {
    let migration = folder.migrations().iter().find(|migration| migration.name == failure.script);
    let place = migration.map_or_else(|| failure.script.clone(), |migration| migration.path.display().to_string());
    let advice =
        format!("If the migration is new, correct it. If a release has it, undo what was changed: git restore {place}");
    FailedScript { place, failure, advice }.into()
}

fn list(problems: &[&migrations::Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
