//! Starts a throw-away PostgreSQL: from local binaries, in a container, embedded, or on the server at a URL.
//!
//! ```no_run
//! use scratch_postgres::{Options, guardian, replay};
//! use sql_script::Script;
//!
//! # fn main() -> Result<(), scratch_postgres::Error> {
//! guardian::main_if_reentered(); // must come first in `main`
//! let scripts = [Script { name: "1_init", sql: "CREATE TABLE users (id int)" }];
//! let replayed = replay(&Options::default(), &scripts, &mut ())?;
//! let tables = replayed.client()?.query("SELECT * FROM pg_tables", &[]); // read-only
//! let database = replayed.into_writable()?;
//! database.run(Script { name: "2_more", sql: "DROP TABLE users" })?;
//! # Ok(())
//! # }
//! ```
//!
//! [`replay`] runs scripts in a new [`Database`], as a role that owns the database and is no superuser. It reuses cached
//! results. On the server at a URL, the run only uses databases that it created itself.
//!
//! A separate process watches over each server: the [`guardian`], or a helper program of this workspace, which cargo builds
//! on first use. When this program ends, in whatever way, that process removes everything that the run created. If the
//! guardian is killed too, its server ends with it (on Linux), and the next run removes the rest.
//!
//! [`fetch`](fetch::fetch) downloads PostgreSQL's programs for machines without an installed server.
//!
//! A local server starts from a copy of a cached data folder, which may already contain the result of the first scripts. The
//! copy is in shared memory if enough is free. The server runs without crash safety and listens on a Unix socket that only
//! its own user and root can open.

mod backends;
mod cache;
mod cache_folder;
mod cluster;
pub mod doctor;
mod error;
pub mod fetch;
pub mod guardian;
mod installation;
mod observer;
mod options;
mod replay;
mod run_folder;
mod run_objects;
mod server;
mod server_user;
mod sha256;
mod url;
mod version;

pub use crate::{
    backends::{Backend, Docker},
    cache::CacheUsage,
    cluster::remove_variables,
    error::{DockerError, Error},
    installation::Installation,
    observer::Observer,
    options::{Choice, Options},
    replay::{Replayed, WritableDatabase, replay},
    server::{Database, Server, statement_error},
    url::Url,
};
