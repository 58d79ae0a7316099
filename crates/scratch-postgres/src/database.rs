//! A database of one's own.

use std::{thread, time::Duration};

use postgres::Client;

use crate::{Error, Server, Url, remote::drop_database};

/// A database in a throw-away server, dropped together with its handle.
#[derive(Debug)]
pub struct Database {
    server: Server,
    name: String,
    /// Whether it came with the server, and goes with it.
    is_premade: bool,
}

impl Database {
    pub(crate) fn new(server: Server, name: String) -> Self {
        Self { server, name, is_premade: false }
    }

    pub(crate) fn premade(server: Server, name: String) -> Self {
        Self { server, name, is_premade: true }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server it is in.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Where its owner connects to.
    pub fn url(&self) -> Url {
        self.server.0.owner_url.with_database(&self.name)
    }

    /// Where a superuser connects to; on a server that was named by a URL, the role of that URL.
    pub fn superuser_url(&self) -> Url {
        self.server.0.url.with_database(&self.name)
    }

    /// A connection as the owner, who is no superuser wherever that can be.
    pub fn client(&self) -> Result<Client, Error> {
        self.url().connect()
    }

    /// A connection as a superuser; on a server that was named by a URL, as the role of that URL.
    pub fn superuser_client(&self) -> Result<Client, Error> {
        self.superuser_url().connect()
    }

    /// A database that starts as a copy of this one, to which nobody may be connected.
    pub fn copy(&self) -> Result<Self, Error> {
        self.wait_until_unused()?;
        self.server.create(&self.name)
    }

    /// A closed connection's backend takes a moment to leave. PostgreSQL waits for it, but in steps of 100 ms.
    pub(crate) fn wait_until_unused(&self) -> Result<(), Error> {
        for _ in 0..100 {
            let users = self.server.with_connection(|client| {
                client
                    .query("SELECT FROM pg_stat_activity WHERE datname = $1", &[&self.name])
                    .map_err(Error::sql("to look for connections"))
            })?;
            if users.is_empty() {
                break;
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The guardian clears what is there at the end, all at once.
        if !self.is_premade && !self.server.is_last() {
            // Should this fail, the guardian drops it later.
            _ = self.server.with_connection(|client| drop_database(client, &self.name));
        }
    }
}
