//! Which PostgreSQL the command line, the environment and the settings ask for.

use std::env;

use anyhow::Context;
use scratch_postgres::Options;

use crate::{cli, settings::Settings};

/// The server that `auto` prefers. Never `DATABASE_URL`: that is somebody's data.
const URL_VARIABLE: &str = "XTASK_POSTGRES_URL";

/// The options for a throw-away server.
pub(crate) fn options(args: &cli::Postgres, settings: &Settings) -> anyhow::Result<Options> {
    let preferred = match env::var(URL_VARIABLE) {
        Ok(url) if !url.is_empty() => {
            Some(url.parse().with_context(|| format!("{URL_VARIABLE} is set but cannot be used."))?)
        }
        _ => None,
    };
    Ok(Options {
        choice: args.postgres.parse()?,
        preferred,
        version: args.postgres_version.or(settings.postgres_version),
        ..Options::default()
    })
}
