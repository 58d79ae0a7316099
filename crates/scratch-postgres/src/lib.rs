//! A throw-away PostgreSQL behind one type, whatever starts it.
//!
//! ```no_run
//! use scratch_postgres::{Options, guardian, replay};
//! use sql_script::Script;
//!
//! # fn main() -> Result<(), scratch_postgres::Error> {
//! guardian::main_if_reentered(); // the first thing in `main`
//! let scripts = [Script { name: "1_init", sql: "CREATE TABLE users (id int)" }];
//! let replayed = replay(&Options::default(), &scripts, &mut ())?;
//! let tables = replayed.client()?.query("SELECT * FROM pg_tables", &[]); // only reads
//! let proof = replayed.into_proof()?; // a database to write to
//! proof.run(Script { name: "2_more", sql: "DROP TABLE users" })?;
//! # Ok(())
//! # }
//! ```
//!
//! A [`Server`] comes from the binaries on this machine, runs in a container or within a helper program, or is one that a URL
//! names; there, only databases are used that were created for the run. [`replay`] runs scripts in a [`Database`] of their own, as a role that owns it and is no superuser, and takes
//! from a cache what it can.
//!
//! Every server is kept by a process of its own over a pair of pipes: the [`guardian`], or a helper program of this
//! workspace, which cargo builds when it is first needed. That process clears away whatever the run made, however the
//! program ends. If the guardian is killed as well, its server ends with it (on Linux), and the
//! next run removes what is left.
//!
//! Where no server is installed, [`fetch`](fetch::fetch) brings the programs of one.
//!
//! A local server starts from a data folder that was initialised once, or in which the longest known beginning of the
//! scripts was replayed before. It is copied to shared memory where there is enough of that, runs without any of what makes
//! data survive a crash, and listens on a Unix socket that only its own user, and root, can reach.

mod account;
mod archive;
mod backend;
mod cache;
mod cluster;
mod container;
mod database;
pub mod doctor;
mod error;
mod failure;
pub mod fetch;
pub mod guardian;
mod helper;
mod installation;
mod key;
mod local;
mod observer;
mod options;
mod place;
mod remote;
mod replay;
mod run;
mod server;
mod url;

pub use crate::{
    backend::Backend,
    cache::Usage,
    container::Docker,
    database::Database,
    error::Error,
    failure::statement_error,
    installation::Installation,
    observer::Observer,
    options::{Choice, Options},
    replay::{Proof, Replayed, replay},
    server::Server,
    url::Url,
};
