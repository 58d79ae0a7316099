//! Running the migrations on a throw-away server.

use std::{fmt, path::Path};

use anyhow::{Context, ensure};
use migrations::{Folder, Migration, Problem};
use scratch_postgres::{Database, Error, Options, Replayed};
use sql_script::{DatabaseError, Script, ScriptError};

use crate::terminal::{output::Output, progress::Progress};

/// Reads the migrations folder at `path`.
pub(crate) fn read_folder(path: &Path) -> anyhow::Result<Folder> {
    Folder::read(path).with_context(|| {
        format!(
            "{} is not a folder of migrations that can be read. Move it out of the way, or say in Cargo.toml where the \
             migrations are: `folder` in [workspace.metadata.migrations].",
            path.display()
        )
    })
}

/// Refuses a folder with which anything is wrong.
pub(crate) fn require_sound(folder: &Folder) -> anyhow::Result<()> {
    let problems: Vec<_> = folder.problems().iter().collect();
    ensure!(problems.is_empty(), "{}", list(&problems));
    Ok(())
}

/// Refuses a folder that cannot be replayed. What is wrong with it otherwise is noted.
pub(crate) fn require_replayable(folder: &Folder, output: &Output) -> anyhow::Result<()> {
    ensure!(folder.exists(), "There is no migrations folder {}.", folder.path().display());
    let (hindering, harmless): (Vec<_>, Vec<_>) = folder.problems().iter().partition(|it| it.hinders_replay());
    for problem in harmless {
        output.note(&problem.to_string());
    }
    ensure!(hindering.is_empty(), "{}", list(&hindering));
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
        other => other.into(),
    })
}

/// Runs some of the migrations on a database that has those before them.
pub(crate) fn apply(migrations: &[&Migration], database: &Database) -> anyhow::Result<()> {
    let mut client = database.client()?;
    let mut scripts = migrations.iter().map(|migration| script(migration));
    scripts.try_for_each(|script| database.run_with(&mut client, script)).map_err(|error| match error {
        Error::Script(failure) => failed_migration(migrations, *failure),
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
        let ScriptError { line, statement, database, .. } = &self.failure;
        let DatabaseError { message, sqlstate, detail, hint, context } = database;
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

/// A migration as what is run.
pub(crate) fn script(migration: &Migration) -> Script<'_> {
    Script { name: &migration.name, sql: &migration.sql }
}

fn failed_migration(migrations: &[&Migration], failure: ScriptError) -> anyhow::Error {
    let migration = migrations.iter().find(|migration| migration.name == failure.script);
    let place = migration.map_or_else(|| failure.script.clone(), |migration| migration.path.display().to_string());
    let advice =
        format!("If the migration is new, correct it. If a release has it, undo what was changed: git restore {place}");
    FailedScript { place, failure, advice }.into()
}

fn list(problems: &[&Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
