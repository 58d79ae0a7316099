//! The PostgreSQL of the tests, and a server with password authentication.

use postgres::Client;
use scratch_postgres::{Database, Installation, Options, Server};

/// Whether this machine can start a PostgreSQL. If not, prints that the test is skipped.
pub(crate) fn is_there() -> bool {
    match Installation::find(None) {
        Ok(_) => true,
        Err(error) => {
            eprintln!("skipped: {error}");
            false
        }
    }
}

/// A server that requires the password `s3cret` of the role `app`.
pub(crate) struct StrictServer {
    /// Keep the server.
    _databases: [Database; 2],
    pub(crate) client: Client,
}

impl StrictServer {
    pub(crate) fn start() -> Self {
        let server = Server::start(&Options::for_tests(), &mut ()).unwrap();
        let databases = [server.create_database().unwrap(), server.create_database().unwrap()];
        let mut client = databases[0].superuser_client().unwrap();
        let (superuser, rules) = (setting(&mut client, "session_authorization"), setting(&mut client, "hba_file"));
        client
            .batch_execute(&format!(
                "ALTER DATABASE \"{}\" RENAME TO template0;
                 ALTER DATABASE template0 IS_TEMPLATE true;
                 SET LOCAL password_encryption = 'scram-sha-256';
                 CREATE ROLE app LOGIN PASSWORD 's3cret';
                 COPY (VALUES ('local all {superuser} trust'), ('local all all scram-sha-256')) TO '{rules}';
                 SELECT pg_reload_conf();",
                databases[1].name()
            ))
            .unwrap();
        Self { _databases: databases, client }
    }

    /// A URL of the role `app` with this password.
    pub(crate) fn url(&mut self, password: &str) -> String {
        let folder = setting(&mut self.client, "unix_socket_directories");
        let port = setting(&mut self.client, "port");
        let database: String = self.client.query_one("SELECT current_database()", &[]).unwrap().get(0);
        format!("postgresql://app:{password}@/{database}?host={folder}&port={port}")
    }
}

fn setting(client: &mut Client, name: &str) -> String {
    client.query_one("SELECT current_setting($1)", &[&name]).unwrap().get(0)
}
