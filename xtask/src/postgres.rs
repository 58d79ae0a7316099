//! The PostgreSQL that the command line, the environment and the settings ask for, and the command `postgres`.

use std::env;

use anyhow::Context;
use scratch_postgres::{Options, fetch};

use crate::{
    checkout::settings::Settings,
    cli::{self, Fetch, PostgresCommand},
    postgres_advice::advised,
    session::Session,
    terminal::{exit::Exit, progress::Progress},
};

/// Names the server that `auto` prefers. `DATABASE_URL` is never used: it may name a production database.
pub(crate) const URL_VARIABLE: &str = "XTASK_POSTGRES_URL";

/// Names the container image, for a registry other than Docker Hub.
const IMAGE_VARIABLE: &str = "XTASK_POSTGRES_IMAGE";

/// The options of the command line, the environment and the settings.
pub(crate) fn options(args: &cli::Postgres, settings: &Settings) -> anyhow::Result<Options> {
    let defaults = defaults(settings)?;
    let choice = args.postgres.parse().map_err(advised)?;
    Ok(Options { choice, version: args.postgres_version.or(defaults.version), ..defaults })
}

/// The options of the environment and the settings.
pub(crate) fn defaults(settings: &Settings) -> anyhow::Result<Options> {
    let preferred = match env::var(URL_VARIABLE) {
        Ok(url) if !url.is_empty() => {
            Some(url.parse().map_err(advised).with_context(|| format!("{URL_VARIABLE} is set but invalid."))?)
        }
        _ => None,
    };
    let image = env::var(IMAGE_VARIABLE).ok().filter(|image| !image.is_empty());
    Ok(Options { preferred, image, version: settings.postgres_version, ..Options::default() })
}

/// The command `postgres`.
pub(crate) fn run(command: &PostgresCommand, session: &Session) -> anyhow::Result<Exit> {
    let (settings, output) = (session.settings()?, &session.output);
    match command {
        PostgresCommand::Fetch(Fetch { postgres_version }) => {
            let wanted = postgres_version.or(settings.postgres_version);
            let installation = fetch::fetch(wanted, &mut Progress::new(output)).map_err(advised)?;
            output.result(&format!("{installation}\n"))?;
            Ok(Exit::Done)
        }
    }
}
