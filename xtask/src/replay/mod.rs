//! `replay`: every migration on an empty database.

mod run;

pub(crate) use self::run::{
    FailedScript, apply, read_folder, replay, replay_some, require_replayable, require_sound, script,
};

use std::{process::Command, thread, time::Duration};

use anyhow::Context;
use postgres::config::{Config, Host};
use scratch_postgres::{Database, Options, Url};
use signal_hook::{consts::SIGINT, flag};

use crate::{
    checkout::Checkout,
    cli, postgres as backend, replay,
    terminal::{exit::Exit, output::Output},
};

pub(crate) fn run(args: &cli::Replay, workspace: &Checkout, output: &Output) -> anyhow::Result<Exit> {
    let folder = replay::read_folder(&workspace.migrations())?;
    replay::require_replayable(&folder, output)?;
    let options = Options { fresh: true, ..backend::options(&args.postgres, &workspace.settings)? };
    let replayed = replay::replay(&folder, &options, output)?;
    let mut report = String::new();
    for (migration, took) in folder.migrations().iter().zip(&replayed.took) {
        report += &line(*took, &migration.name);
    }
    let what = format!("{} migrations on {}", replayed.took.len(), replayed.server().describe());
    report += &line(replayed.took.iter().sum(), &what);
    output.result(&report)?;

    if args.keep {
        keep(&replayed.into_database(), output)
    } else if args.shell {
        shell(&replayed.into_database())
    } else {
        Ok(Exit::Done)
    }
}

fn line(took: Duration, what: &str) -> String {
    format!("{:8.1} ms  {what}\n", took.as_secs_f64() * 1e3)
}

/// Prints where the database is and waits for the end of this program, with which it ends.
fn keep(database: &Database, output: &Output) -> anyhow::Result<Exit> {
    output.result(&format!("{}\n", database.url().expose()))?;
    output.note("The database is there until this program ends: press Ctrl-C.");
    loop {
        thread::park();
    }
}

fn shell(database: &Database) -> anyhow::Result<Exit> {
    // Ctrl-C is meant for psql, which survives it.
    flag::register(SIGINT, std::sync::Arc::default())?;
    let status = psql(&database.url())?.status().context(
        "psql could not be started. It comes with PostgreSQL's client programs: apt-get install postgresql-client",
    )?;
    Ok(if status.success() { Exit::Done } else { Exit::Failed })
}

/// psql on the database at `url`. Anybody may read a command line, so a password is not put there.
fn psql(url: &Url) -> anyhow::Result<Command> {
    let config: Config = url.expose().parse()?;
    let mut psql = Command::new("psql");
    match config.get_hosts().first() {
        Some(Host::Tcp(host)) => psql.env("PGHOST", host),
        Some(Host::Unix(folder)) => psql.env("PGHOST", folder),
        None => &mut psql,
    };
    if let Some(port) = config.get_ports().first() {
        psql.env("PGPORT", port.to_string());
    }
    if let Some(password) = config.get_password() {
        psql.env("PGPASSWORD", String::from_utf8_lossy(password).into_owned());
    }
    for (variable, value) in [("PGUSER", config.get_user()), ("PGDATABASE", config.get_dbname())] {
        if let Some(value) = value {
            psql.env(variable, value);
        }
    }
    Ok(psql)
}
