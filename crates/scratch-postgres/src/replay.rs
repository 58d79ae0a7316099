//! Runs scripts one after the other, or takes their result from the cache.

use std::{
    ops::Deref,
    time::{Duration, Instant},
};

use postgres::Client;
use sql_script::Script;

use crate::{Database, Error, Observer, Options, Server, backends, server::StartedServer};

/// A database in which all scripts have run. It stays read-only, so that its data folder can be cached.
#[derive(Debug)]
pub struct Replayed {
    /// The number of scripts, from the first, whose result came from the cache.
    pub cached: usize,
    /// The time that each of the other scripts took.
    pub took: Vec<Duration>,
    caching: CacheAtEnd,
    database: Database,
}

/// A writable database in which all scripts have run.
#[derive(Debug)]
pub struct WritableDatabase {
    database: Database,
    /// The original of a copy, which is still to be cached.
    _original: Option<Replayed>,
}

impl Deref for WritableDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

/// Runs the scripts in order in a new database, as the database's owner. Each script is one batch without a surrounding
/// transaction.
///
/// # Errors
/// [`Error::Script`] for the first script that fails, and the errors of starting a server.
pub fn replay(options: &Options, scripts: &[Script<'_>], observer: &mut dyn Observer) -> Result<Replayed, Error> {
    let cacheable = if options.fresh { &[] } else { scripts };
    let StartedServer { server, replayed: cached, key } = backends::start(options, cacheable, observer)?;
    let key = key.filter(|_| !options.fresh);
    let database = server.create_database()?;
    let mut replayed = Replayed { cached, took: Vec::new(), caching: CacheAtEnd { server, key: None }, database };
    observer.replay_starts(cached, scripts.len());
    if cached < scripts.len() {
        let mut client = replayed.database.client()?;
        for &script in &scripts[cached..] {
            let started = Instant::now();
            observer.script_starts(script.name);
            replayed.database.run_with(&mut client, script)?;
            replayed.took.push(started.elapsed());
            observer.script_ends(script.name, started.elapsed());
        }
        replayed.caching.key = key.filter(|_| !has_session_state(&mut client));
    }
    Ok(replayed)
}

impl Replayed {
    /// The server of the database.
    pub fn server(&self) -> &Server {
        self.database.server()
    }

    /// Connects as the owner; all transactions are read-only.
    pub fn client(&self) -> Result<Client, Error> {
        let mut client = self.database.client()?;
        client
            .batch_execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
            .map_err(Error::sql("to make a connection read-only"))?;
        Ok(client)
    }

    /// Turns this into a writable database: the database itself if it need not be cached, or else a copy. All connections
    /// must be closed.
    pub fn into_writable(self) -> Result<WritableDatabase, Error> {
        if self.caching.key.is_none() {
            return Ok(WritableDatabase { database: self.database, _original: None });
        }
        Ok(WritableDatabase { database: self.database.copy()?, _original: Some(self) })
    }

    /// Creates a writable copy of the database. All connections must be closed.
    pub fn copy(&self) -> Result<Database, Error> {
        self.database.copy()
    }

    /// Turns this into the writable database itself, which is then not cached.
    pub fn into_database(mut self) -> Database {
        self.caching.key = None;
        self.database
    }
}

/// Whether the session has state that a new session would lack, or the state cannot be determined. A script may change
/// settings for the rest of its session, as the scripts of `pg_dump` do; the next script must then run in the same session.
fn has_session_state(client: &mut Client) -> bool {
    client
        .query_one(
            "SELECT EXISTS (SELECT FROM pg_settings WHERE source = 'session')
                 OR EXISTS (SELECT FROM pg_class WHERE relpersistence = 't')",
            &[],
        )
        .map_or(true, |row| row.get(0))
}

/// Requests the caching of the data folder when it is dropped: only then can no caller change the database any more.
#[derive(Debug)]
struct CacheAtEnd {
    server: Server,
    key: Option<String>,
}

impl Drop for CacheAtEnd {
    fn drop(&mut self) {
        if let Some(key) = &self.key {
            self.server.request_caching(key);
        }
    }
}
