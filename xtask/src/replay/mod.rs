//! `replay`: run every migration on an empty database.

pub(crate) mod problem;
mod run;

pub(crate) use self::run::{
    FailedScript, apply, read_folder, replay, replay_some, require_replayable, require_sound, script,
};

use std::{process::Command, thread, time::Duration};

use anyhow::Context;
use postgres::config::{Config, Host};
use scratch_postgres::{Database, Options, Url, remove_variables};
use signal_hook::{consts::SIGINT, flag};

use crate::{
    cli, postgres as backend, replay,
    session::Session,
    terminal::{exit::Exit, output::Output},
};

pub(crate) fn run(args: &cli::Replay, session: &Session) -> anyhow::Result<Exit> {
    let (checkout, output) = (session.checkout()?, &session.output);
    let folder = replay::read_folder(&checkout.migrations())?;
    replay::require_replayable(&folder, output)?;
    let options = Options { fresh: true, ..backend::options(&args.postgres, &checkout.settings)? };
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

/// Prints the URL of the database and keeps the database until the program is stopped.
fn keep(database: &Database, output: &Output) -> anyhow::Result<Exit> {
    output.result(&format!("{}\n", database.url().expose()))?;
    output.note("The database exists until this program ends. Press Ctrl-C to stop it.");
    loop {
        thread::park();
    }
}

fn shell(database: &Database) -> anyhow::Result<Exit> {
    // Ctrl-C is for psql, which cancels the query and goes on.
    flag::register(SIGINT, std::sync::Arc::default())?;
    let status = psql(&database.url())?.status().context(
        "psql could not be started. Install PostgreSQL's client programs: apt-get install postgresql-client",
    )?;
    Ok(if status.success() { Exit::Done } else { Exit::Failed })
}

/// The psql command for the database at `url`. The password goes into the environment: any user can read arguments.
fn psql(url: &Url) -> anyhow::Result<Command> {
    let config: Config = url.expose().parse()?;
    let mut psql = Command::new("psql");
    remove_variables(&mut psql);
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
