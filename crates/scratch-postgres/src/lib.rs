//! A throw-away PostgreSQL behind one type, whatever starts it.

mod account;
mod archive;
mod cache;
mod cluster;
mod database;
pub mod doctor;
mod error;
mod failure;
mod folder;
pub mod guardian;
mod installation;
mod key;
mod local;
mod observer;
mod options;
mod remote;
mod replay;
mod run;
mod server;
mod sql;
mod statements;
mod url;

pub use crate::{
    cache::Usage,
    database::Database,
    error::Error,
    failure::ScriptError,
    installation::Installation,
    observer::Observer,
    options::{Choice, Options},
    replay::{Replayed, Script, replay},
    server::Server,
    url::Url,
};
