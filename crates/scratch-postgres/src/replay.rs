//! Running scripts one after the other, or taking their outcome from the cache.

use std::{
    ops::Deref,
    time::{Duration, Instant},
};

use postgres::Client;
use sql_script::Script;

use crate::{
    Database, Error, Observer, Options, Server, backend,
    server::{Started, lock},
};

/// A database in which all scripts have run. It is only read from here on, and so can be cached as it is.
#[derive(Debug)]
pub struct Replayed {
    /// How many scripts, from the first, were found in the cache.
    pub cached: usize,
    /// How long each of the other ones took.
    pub took: Vec<Duration>,
    cacheable: Cacheable,
    database: Database,
}

/// A database that was replayed and may be changed.
#[derive(Debug)]
pub struct Proof {
    database: Database,
    /// What is still to be cached.
    _original: Option<Replayed>,
}

impl Deref for Proof {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

/// Runs the scripts in a new database, in order, as its owner: each is one batch, and no transaction is put around it.
pub fn replay(options: &Options, scripts: &[Script<'_>], observer: &mut dyn Observer) -> Result<Replayed, Error> {
    let cacheable = if options.fresh { &[] } else { scripts };
    let Started { server, replayed: cached, key } = backend::start(options, cacheable, observer)?;
    let key = key.filter(|_| !options.fresh);
    let database = server.create_database()?;
    let mut replayed = Replayed { cached, took: Vec::new(), cacheable: Cacheable { server, key: None }, database };
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
        replayed.cacheable.key = key.filter(|_| is_all_in_the_database(&mut client));
    }
    Ok(replayed)
}

impl Replayed {
    /// The server that the database is in.
    pub fn server(&self) -> &Server {
        self.database.server()
    }

    /// A connection for looking at the database: it is the owner's, and can only read.
    pub fn client(&self) -> Result<Client, Error> {
        let mut client = self.database.client()?;
        client
            .batch_execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
            .map_err(Error::sql("to make a connection read-only"))?;
        Ok(client)
    }

    /// The database, to try something in: itself if the cache has it already, or else a copy. No connection may be open.
    pub fn into_proof(self) -> Result<Proof, Error> {
        if self.cacheable.key.is_none() {
            return Ok(Proof { database: self.database, _original: None });
        }
        Ok(Proof { database: self.database.copy()?, _original: Some(self) })
    }

    /// A copy of the database, to try something in. No connection may be open.
    pub fn copy(&self) -> Result<Database, Error> {
        self.database.copy()
    }

    /// The database itself, to do with as one likes; the cache does without it then.
    pub fn into_database(mut self) -> Database {
        self.cacheable.key = None;
        self.database
    }
}

impl Database {
    /// Runs a script as the owner, in the way that [`replay`] does.
    pub fn run(&self, script: Script<'_>) -> Result<(), Error> {
        self.run_with(&mut self.client()?, script)
    }

    /// As [`Database::run`], over a connection that is there.
    pub fn run_with(&self, client: &mut Client, script: Script<'_>) -> Result<(), Error> {
        let Err(error) = client.batch_execute(script.sql) else { return Ok(()) };
        match error.as_db_error() {
            // Class 57P is a server that shuts down or has crashed.
            Some(db) if !db.code().code().starts_with("57P") => {
                Err(Error::Script(crate::failure::locate(script, db, client).into()))
            }
            _ => Err(self.server().died(format!("the script {:?}", script.name))),
        }
    }
}

/// Whether the next script would find all as it is now if it ran in another session. Some scripts change settings for the
/// rest of their session, as the ones that `pg_dump` writes do; these sessions cannot be cut in two.
fn is_all_in_the_database(client: &mut Client) -> bool {
    client
        .query_one(
            "SELECT EXISTS (SELECT FROM pg_settings WHERE source = 'session')
                 OR EXISTS (SELECT FROM pg_class WHERE relpersistence = 't')",
            &[],
        )
        .is_ok_and(|row| !row.get::<_, bool>(0))
}

/// The wish to keep the data folder, which only holds once nobody can change it any more.
#[derive(Debug)]
struct Cacheable {
    server: Server,
    key: Option<String>,
}

impl Drop for Cacheable {
    fn drop(&mut self) {
        if let Some(key) = &self.key {
            lock(&self.server.0.keeper).request(key.as_ref());
        }
    }
}
