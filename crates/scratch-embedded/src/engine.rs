//! The engine: a cluster of databases in memory, and sessions in it, one at a time.
//!
//! It is PostgreSQL's standalone backend as WebAssembly, which has no processes, no network and no files of this machine. Each
//! session is an instance of it, for one database; the cluster outlives them all.

use std::{cell::Cell, collections::BTreeMap};

use anyhow::Context as _;
use oliphaunt_wasix::{
    DatabaseStorage, Extension,
    session::{
        CatalogProfile, ClusterSeed, PostgresConfig, PreparedDatabase, PreparedRuntime, ProtocolSession, StartupConfig,
        resolve_extension_set, startup_error_response_output,
    },
};

use crate::{
    report::Report,
    wire::{self, messages},
};

/// What it is a version of.
pub(crate) const MAJOR: u32 = 18;

/// Whom every session begins as.
pub(crate) const SUPERUSER: &str = "postgres";

/// What a database can be extended with. Each of them is a feature of the engine's crate.
const EXTENSIONS: [&str; 9] =
    ["btree_gin", "btree_gist", "citext", "hstore", "ltree", "pg_trgm", "pgcrypto", "unaccent", "uuid-ossp"];

/// PostgreSQL's own defaults where the engine has others, and less memory. What a session commits is written at once: the next
/// one has to find it.
const SETTINGS: [(&str, &str); 7] = [
    ("search_path", "\"$user\", public"),
    ("shared_buffers", "16MB"),
    ("full_page_writes", "off"),
    ("wal_level", "minimal"),
    ("checkpoint_timeout", "1d"),
    ("min_wal_size", "32MB"),
    ("max_wal_size", "64MB"),
];

/// Databases, and who may use them.
pub(crate) struct Cluster {
    runtime: PreparedRuntime,
    extensions: Vec<Extension>,
    /// Whether the files of the extensions are there, which the first session brings along.
    is_extended: Cell<bool>,
}

impl Cluster {
    /// A cluster as it was when the seed was taken, or else as `initdb` makes it.
    pub(crate) fn start(seed: Option<ClusterSeed>) -> anyhow::Result<Self> {
        // Never released: all of it is in memory, which goes with the process.
        let database =
            PreparedDatabase::prepare_with_seed(DatabaseStorage::Memory, CatalogProfile::Standard, SUPERUSER, seed)?;
        let extensions = EXTENSIONS.map(|name| Extension::by_sql_name(name).context(name));
        let extensions = extensions.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Self {
            runtime: database.runtime()?,
            extensions: resolve_extension_set(&extensions)?,
            is_extended: Cell::new(false),
        })
    }

    /// Opens a session as the superuser. There must not be another one.
    pub(crate) fn open(&self, database: &str) -> Result<Session, Report> {
        let startup = StartupConfig { username: SUPERUSER.to_owned(), database: database.to_owned() };
        let new = if self.is_extended.get() { &[] } else { self.extensions.as_slice() };
        let mut engine = self.runtime.open_with_extensions(settings(), startup, new).map_err(|error| {
            let output = startup_error_response_output(&error).unwrap_or_default();
            messages(output).find_map(Report::parse).map_or_else(|| failed(&error), Report::into_fatal)
        })?;
        self.is_extended.set(true);
        let opening = wire::opening(&[("user", SUPERUSER), ("database", database), ("client_encoding", "UTF8")]);
        let answer = engine.startup_with_packet(&opening).map_err(|error| failed(&error))?;
        let mut session = Session { engine, parameters: BTreeMap::new(), errors: 0 };
        session.note(&answer.output);
        match messages(&answer.output).find_map(Report::parse) {
            Some(report) if !answer.accepted => Err(report.into_fatal()),
            _ => Ok(session),
        }
    }

    /// Where the engine's own files are.
    pub(crate) fn files(&self) -> std::path::PathBuf {
        self.runtime.runtime_root()
    }
}

/// A session: an instance of the engine.
pub(crate) struct Session {
    engine: ProtocolSession,
    /// What the server says of itself without being asked.
    parameters: BTreeMap<String, String>,
    errors: usize,
}

/// A row of text.
pub(crate) type Row = Vec<Option<String>>;

impl Session {
    /// Sends messages of which the last one wants an answer, and returns it. An error says that the session has ended.
    pub(crate) fn send(&mut self, packet: &[u8]) -> Result<Vec<u8>, Report> {
        let output = self.engine.send_buffered(packet).map_err(|error| failed(&error))?;
        self.note(&output);
        Ok(output)
    }

    /// Runs a statement of this program's own.
    pub(crate) fn run(&mut self, sql: &str) -> Result<Vec<Row>, Report> {
        let output = self.send(&wire::query(sql))?;
        match messages(&output).find_map(Report::parse) {
            Some(report) => Err(report),
            None => Ok(messages(&output).filter(|message| message.kind == b'D').map(|message| message.row()).collect()),
        }
    }

    /// What a server says when it accepts a client.
    pub(crate) fn greeting(&self) -> Vec<u8> {
        let mut greeting = wire::message(b'R', &[0; 4]);
        for (name, value) in &self.parameters {
            greeting.extend(wire::message(b'S', &[name.as_bytes(), b"\0", value.as_bytes(), b"\0"].concat()));
        }
        // The key to a cancellation, of which there is none.
        greeting.extend(wire::message(b'K', &[0; 8]));
        greeting.extend(wire::message(b'Z', b"I"));
        greeting
    }

    /// What the server says of itself.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// How many errors there were so far.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    fn note(&mut self, output: &[u8]) {
        for message in messages(output) {
            match message.kind {
                b'E' => self.errors += 1,
                b'S' => {
                    let mut texts =
                        message.body.split(|&byte| byte == 0).map(|text| String::from_utf8_lossy(text).into());
                    if let (Some(name), Some(value)) = (texts.next(), texts.next()) {
                        self.parameters.insert(name, value);
                    }
                }
                _ => {}
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // An engine that cannot end in good order has ended; the next one recovers what it left.
        _ = self.engine.shutdown();
    }
}

fn settings() -> PostgresConfig {
    let mut settings = PostgresConfig::default();
    for (name, value) in SETTINGS {
        settings.insert(name, value);
    }
    settings
}

fn failed(error: &anyhow::Error) -> Report {
    // What follows are addresses in its code.
    let error = format!("{error:#}");
    Report::fatal("XX000", &format!("the embedded PostgreSQL failed: {}", error.lines().next().unwrap_or_default()))
}
