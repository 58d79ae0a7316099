//! The proxy between a client's socket and the engine.

use std::{
    io::{BufReader, Write as _},
    os::unix::net::UnixStream,
};

use anyhow::{Context as _, anyhow};
use sql_script::{identifier, literal};

use crate::{
    engine::{Cluster, SUPERUSER, Session},
    error_response::ErrorResponse,
    listener::Client,
    pg_protocol::{self, messages},
    session_role,
};

/// The maximum number of errors in a session. Each error permanently takes some of the engine's stack, and after about a thousand
/// errors every statement fails.
const MAX_ERRORS: usize = 800;

/// Serves clients one after the other.
pub(crate) struct Proxy {
    cluster: Cluster,
    /// The session of the last client, for reuse. Starting a session takes a tenth of a second.
    idle: Option<ClientSession>,
}

/// A session for the clients of one database and one role.
struct ClientSession {
    session: Session,
    database: String,
    role: String,
}

impl Proxy {
    pub(crate) fn new(cluster: Cluster) -> Self {
        Self { cluster, idle: None }
    }

    /// Starts a session for the first client, and returns the version of the server.
    pub(crate) fn prepare(&mut self, database: &str, role: &str) -> anyhow::Result<String> {
        let idle = ClientSession::start(&self.cluster, database, role);
        let idle = idle.map_err(|error| anyhow!("the engine does not start: {}", error.summary()))?;
        let version = idle.session.parameter("server_version").context("the engine reports no version")?.to_owned();
        self.idle = Some(idle);
        Ok(version)
    }

    /// Serves a client until it disconnects.
    pub(crate) fn serve(&mut self, mut client: Client) {
        let served = self.session_for(&client).and_then(|mut session| {
            session.serve(&mut client.stream)?;
            session.reset()?;
            self.idle = Some(session);
            Ok(())
        });
        if let Err(error) = served {
            // Writing fails if the client has disconnected.
            _ = client.stream.write_all(&error.with_other_backends().to_message());
        }
    }

    fn session_for(&mut self, client: &Client) -> Result<ClientSession, ErrorResponse> {
        let role = client.parameter("user").unwrap_or(SUPERUSER);
        let database = client.parameter("database").unwrap_or(role);
        let idle = self.idle.take().filter(|idle| idle.suits(database, role));
        let mut session = idle.map_or_else(|| ClientSession::start(&self.cluster, database, role), Ok)?;
        for (name, value) in &client.parameters {
            session.set(name, value)?;
        }
        Ok(session)
    }
}

impl ClientSession {
    fn start(cluster: &Cluster, database: &str, role: &str) -> Result<Self, ErrorResponse> {
        let mut session = cluster.open(database)?;
        session_role::assume(&mut session, role)?;
        Ok(Self { session, database: database.to_owned(), role: role.to_owned() })
    }

    /// Whether a client with these parameters can use the session.
    fn suits(&self, database: &str, role: &str) -> bool {
        self.database == database && self.role == role && self.session.errors() < MAX_ERRORS / 2
    }

    /// Applies a parameter of the startup packet.
    fn set(&mut self, name: &str, value: &str) -> Result<(), ErrorResponse> {
        match (name, value) {
            ("user" | "database" | "client_encoding", _) | ("replication", "false") => Ok(()),
            _ => {
                let setting = format!("SET {} = {}", identifier(name), literal(value));
                self.session.run(&setting).map(drop).map_err(ErrorResponse::into_fatal)
            }
        }
    }

    /// Passes messages between the client and the engine. An error means that this side must end the session.
    fn serve(&mut self, stream: &mut UnixStream) -> Result<(), ErrorResponse> {
        let Ok(mut input) = stream.try_clone().map(BufReader::new) else { return Ok(()) };
        if stream.write_all(&self.session.greeting()).is_err() {
            return Ok(());
        }
        let mut packet = Vec::new();
        // If reading or writing fails, the client has disconnected.
        while let Ok(Some(kind)) = pg_protocol::read_message(&mut input, &mut packet) {
            match kind {
                b'X' => break,
                // The engine answers only these: Query, FunctionCall, Sync and Flush.
                b'Q' | b'F' | b'S' | b'H' => {
                    let output = self.session.send(&packet)?;
                    packet.clear();
                    if stream.write_all(&with_hints(&output)).is_err() {
                        break;
                    }
                    if self.session.errors() >= MAX_ERRORS {
                        let text = format!(
                            "the embedded PostgreSQL allows {MAX_ERRORS} errors in a session, and this session reached the limit"
                        );
                        return Err(ErrorResponse::fatal("53000", &text));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Resets the session for the next client.
    fn reset(&mut self) -> Result<(), ErrorResponse> {
        self.session.run("ROLLBACK")?;
        self.session.run("DISCARD ALL")?;
        Ok(())
    }
}

/// The output with a hint at the other backends in each error that a limit of the engine can have caused.
fn with_hints(output: &[u8]) -> Vec<u8> {
    let message = |message| match ErrorResponse::parse(message) {
        Some(error) => error.with_other_backends().to_message(),
        None => pg_protocol::encode(message.kind, message.body),
    };
    messages(output).flat_map(message).collect()
}
