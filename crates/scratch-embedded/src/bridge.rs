//! Between a client's socket and the engine.

use std::{
    io::{self, BufReader, Write as _},
    os::unix::net::UnixStream,
};

use anyhow::{Context as _, anyhow};
use sql_script::{identifier, literal};

use crate::{
    door::Client,
    engine::{Cluster, SUPERUSER, Session},
    report::Report,
    role,
    wire::{self, messages},
};

/// Each error takes some of the engine's stack for good, until nothing works any more after about a thousand.
const MOST_ERRORS: usize = 800;

/// Lets clients use the cluster, one after the other.
pub(crate) struct Bridge {
    cluster: Cluster,
    /// The engine that the last client left. Another one takes a tenth of a second to start.
    idle: Option<Engine>,
}

/// An engine, and for what it can be used.
struct Engine {
    session: Session,
    database: String,
    role: String,
}

impl Bridge {
    pub(crate) fn new(cluster: Cluster) -> Self {
        Self { cluster, idle: None }
    }

    /// Starts an engine for the first client, and returns its version.
    pub(crate) fn prepare(&mut self, database: &str, role: &str) -> anyhow::Result<String> {
        let engine = Engine::start(&self.cluster, database, role);
        let engine = engine.map_err(|report| anyhow!("the engine does not start: {}", report.summary()))?;
        let version = engine.session.parameter("server_version").context("the engine has no version")?.to_owned();
        self.idle = Some(engine);
        Ok(version)
    }

    /// Serves a client until it goes.
    pub(crate) fn serve(&mut self, mut client: Client) {
        let ended = self.engine_for(&client).and_then(|mut engine| {
            engine.serve(&mut client.stream)?;
            engine.reset()?;
            self.idle = Some(engine);
            Ok(())
        });
        if let Err(report) = ended {
            // The client may be gone as well.
            _ = client.stream.write_all(&report.with_other_backends().to_message());
        }
    }

    fn engine_for(&mut self, client: &Client) -> Result<Engine, Report> {
        let role = client.parameter("user").unwrap_or(SUPERUSER);
        let database = client.parameter("database").unwrap_or(role);
        let idle = self.idle.take().filter(|idle| idle.suits(database, role));
        let mut engine = idle.map_or_else(|| Engine::start(&self.cluster, database, role), Ok)?;
        for (name, value) in &client.parameters {
            engine.set(name, value)?;
        }
        Ok(engine)
    }
}

impl Engine {
    fn start(cluster: &Cluster, database: &str, role: &str) -> Result<Self, Report> {
        let mut session = cluster.open(database)?;
        role::assume(&mut session, role)?;
        Ok(Self { session, database: database.to_owned(), role: role.to_owned() })
    }

    /// Whether a client can have it that wants this.
    fn suits(&self, database: &str, role: &str) -> bool {
        self.database == database && self.role == role && self.session.errors() < MOST_ERRORS / 2
    }

    /// Sets what a client wants at its start.
    fn set(&mut self, name: &str, value: &str) -> Result<(), Report> {
        match (name, value) {
            ("user" | "database" | "client_encoding", _) | ("replication", "false") => Ok(()),
            _ => {
                let setting = format!("SET {} = {}", identifier(name), literal(value));
                self.session.run(&setting).map(drop).map_err(Report::into_fatal)
            }
        }
    }

    /// Passes on what the client and the engine say to each other. An error ends the session from this side.
    fn serve(&mut self, stream: &mut UnixStream) -> Result<(), Report> {
        let gone = |_: io::Error| ();
        let Ok(mut input) = stream.try_clone().map(BufReader::new) else { return Ok(()) };
        if stream.write_all(&self.session.greeting()).is_err() {
            return Ok(());
        }
        let mut packet = Vec::new();
        // What cannot be read or written is a client that has gone.
        while let Ok(Some(kind)) = wire::read_message(&mut input, &mut packet).map_err(gone) {
            match kind {
                b'X' => break,
                // Only these want an answer: a query, a function call, and two ways to end a row of other messages.
                b'Q' | b'F' | b'S' | b'H' => {
                    let output = self.session.send(&packet)?;
                    packet.clear();
                    if stream.write_all(&annotated(&output)).is_err() {
                        break;
                    }
                    if self.session.errors() >= MOST_ERRORS {
                        return Err(Report::fatal(
                            "53000",
                            &format!(
                                "the embedded PostgreSQL takes {MOST_ERRORS} errors in a session, and they are used up"
                            ),
                        ));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Leaves nothing of a client's session.
    fn reset(&mut self) -> Result<(), Report> {
        self.session.run("ROLLBACK")?;
        self.session.run("DISCARD ALL")?;
        Ok(())
    }
}

/// The output, with a word on the backends to use instead where it says that something is missing here.
fn annotated(output: &[u8]) -> Vec<u8> {
    let message = |message| match Report::parse(message) {
        Some(report) => report.with_other_backends().to_message(),
        None => wire::message(message.kind, message.body),
    };
    messages(output).flat_map(message).collect()
}
