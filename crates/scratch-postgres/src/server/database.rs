//! A database on a throw-away server.

use std::{thread, time::Duration};

use postgres::Client;
use sql_script::Script;

use super::{Server, failed_statement::script_error};
use crate::{Error, Url, run_objects::drop_database};

/// A database on a throw-away server. Dropping the handle drops the database.
#[derive(Debug)]
pub struct Database {
    server: Server,
    name: String,
    /// Whether the server started with this database; it is then removed with the server.
    is_initial: bool,
}

impl Database {
    pub(super) fn new(server: Server, name: String) -> Self {
        Self { server, name, is_initial: false }
    }

    pub(super) fn initial(server: Server, name: String) -> Self {
        Self { server, name, is_initial: true }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The URL for the database's owner.
    pub fn url(&self) -> Url {
        self.server.0.owner_url.with_database(&self.name)
    }

    /// The URL for a superuser; on the server at a URL, for the role of that URL.
    pub fn superuser_url(&self) -> Url {
        self.server.0.url.with_database(&self.name)
    }

    /// Connects as the owner. The owner is no superuser, if that is possible.
    pub fn client(&self) -> Result<Client, Error> {
        self.url().connect()
    }

    /// Connects as a superuser; on the server at a URL, as the role of that URL.
    pub fn superuser_client(&self) -> Result<Client, Error> {
        self.superuser_url().connect()
    }

    /// Creates a copy of this database. All connections to it must be closed.
    pub fn copy(&self) -> Result<Self, Error> {
        self.wait_until_unused()?;
        self.server.create(&self.name)
    }

    /// Runs a script as the owner, in one batch without a surrounding transaction.
    ///
    /// # Errors
    /// [`Error::Script`] if the script fails, [`Error::Died`] if the server ends meanwhile.
    pub fn run(&self, script: Script<'_>) -> Result<(), Error> {
        self.run_with(&mut self.client()?, script)
    }

    /// Like [`Database::run`], on an open connection.
    pub fn run_with(&self, client: &mut Client, script: Script<'_>) -> Result<(), Error> {
        let Err(error) = client.batch_execute(script.sql) else { return Ok(()) };
        match error.as_db_error() {
            // SQLSTATE 57P..: the server shuts down or has crashed.
            Some(db) if !db.code().code().starts_with("57P") => {
                Err(Error::Script(script_error(script, db, client).into()))
            }
            _ => Err(self.server.died(format!("the script {:?}", script.name))),
        }
    }

    /// Waits until the backends of closed connections have ended. PostgreSQL would wait too, but in steps of 100 ms.
    fn wait_until_unused(&self) -> Result<(), Error> {
        for _ in 0..100 {
            let sessions = self.server.with_connection(|client| {
                client
                    .query("SELECT FROM pg_stat_activity WHERE datname = $1", &[&self.name])
                    .map_err(Error::sql("to list the connections to a database"))
            })?;
            if sessions.is_empty() {
                break;
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // At the end, the guardian drops all databases at once. It also drops this one later if dropping it fails here.
        if !self.is_initial && !self.server.is_last_handle() {
            _ = self.server.with_connection(|client| drop_database(client, &self.server.0.url, &self.name));
        }
    }
}
