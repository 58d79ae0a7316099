//! The PostgreSQL that the command line, the environment and the settings ask for, and the command `postgres`.

use std::env;

use anyhow::Context;
use scratch_postgres::{Options, fetch};

use crate::{
    checkout::settings::Settings,
    cli::{self, Fetch, PostgresCommand},
    terminal::{exit::Exit, output::Output, progress::Progress},
};

/// Names the server that `auto` prefers. Never `DATABASE_URL`: that is somebody's data.
pub(crate) const URL_VARIABLE: &str = "XTASK_POSTGRES_URL";

/// Names the image of a container, where another registry than Docker's own has it.
const IMAGE_VARIABLE: &str = "XTASK_POSTGRES_IMAGE";

/// What the command line asks for.
pub(crate) fn options(args: &cli::Postgres, settings: &Settings) -> anyhow::Result<Options> {
    let defaults = defaults(settings)?;
    Ok(Options { choice: args.postgres.parse()?, version: args.postgres_version.or(defaults.version), ..defaults })
}

/// What the environment and the settings ask for.
pub(crate) fn defaults(settings: &Settings) -> anyhow::Result<Options> {
    let preferred = match env::var(URL_VARIABLE) {
        Ok(url) if !url.is_empty() => {
            Some(url.parse().with_context(|| format!("{URL_VARIABLE} is set but cannot be used."))?)
        }
        _ => None,
    };
    let image = env::var(IMAGE_VARIABLE).ok().filter(|image| !image.is_empty());
    Ok(Options { preferred, image, version: settings.postgres_version, ..Options::default() })
}

/// The command `postgres`.
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
