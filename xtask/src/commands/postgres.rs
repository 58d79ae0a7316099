//! `postgres`: the server programs of PostgreSQL on this machine.

use scratch_postgres::fetch;

use crate::{
    cli::{Fetch, PostgresCommand},
    exit::Exit,
    output::Output,
    progress::Progress,
    settings::Settings,
};

pub(crate) fn run(command: &PostgresCommand, settings: &Settings, output: &Output) -> anyhow::Result<Exit> {
    match command {
        PostgresCommand::Fetch(Fetch { postgres_version }) => {
            let wanted = postgres_version.or(settings.postgres_version);
            let installation = fetch::fetch(wanted, &mut Progress::new(output))?;
            output.result(&format!("{installation}\n"))?;
            Ok(Exit::Done)
        }
    }
}
