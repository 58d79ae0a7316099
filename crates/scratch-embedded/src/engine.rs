//! The engine: a cluster of databases in memory, with one session at a time.
//!
//! The engine is PostgreSQL's standalone backend as WebAssembly. It has no access to processes, the network or the files of this
//! machine. Each session is an instance of the engine for one database. The cluster outlives its sessions.

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
    error_response::ErrorResponse,
    pg_protocol::{self, messages},
};

/// The major version of the engine.
pub(crate) const MAJOR: u32 = 18;

/// The role with which every session begins.
pub(crate) const SUPERUSER: &str = "postgres";

/// The available extensions. Each one is a feature of the engine's crate.
const EXTENSIONS: [&str; 9] =
    ["btree_gin", "btree_gist", "citext", "hstore", "ltree", "pg_trgm", "pgcrypto", "unaccent", "uuid-ossp"];

/// PostgreSQL's own defaults where the engine's differ, and less memory. Commits are written immediately, because the next session
/// must find them.
const SETTINGS: [(&str, &str); 7] = [
    ("search_path", r#""$user", public"#),
    ("shared_buffers", "16MB"),
    ("full_page_writes", "off"),
    ("wal_level", "minimal"),
    ("checkpoint_timeout", "1d"),
    ("min_wal_size", "32MB"),
    ("max_wal_size", "64MB"),
];

/// A cluster of databases.
pub(crate) struct Cluster {
    runtime: PreparedRuntime,
    extensions: Vec<Extension>,
    /// Whether the extensions' files are installed. The first session installs them.
    has_extensions: Cell<bool>,
}

impl Cluster {
    /// Starts a cluster from a seed, or with `initdb` if there is no seed.
    pub(crate) fn start(seed: Option<ClusterSeed>) -> anyhow::Result<Self> {
        // The database is never released: it is in memory, which the process frees when it ends.
        let database =
            PreparedDatabase::prepare_with_seed(DatabaseStorage::Memory, CatalogProfile::Standard, SUPERUSER, seed)?;
        let extensions = EXTENSIONS.map(|name| Extension::by_sql_name(name).context(name));
        let extensions = extensions.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Self {
            runtime: database.runtime()?,
            extensions: resolve_extension_set(&extensions)?,
            has_extensions: Cell::new(false),
        })
    }

    /// Opens a session as the superuser. No other session may be open.
    pub(crate) fn open(&self, database: &str) -> Result<Session, ErrorResponse> {
        let startup = StartupConfig { username: SUPERUSER.to_owned(), database: database.to_owned() };
        let extensions = if self.has_extensions.get() { &[] } else { self.extensions.as_slice() };
        let mut engine = self.runtime.open_with_extensions(settings(), startup, extensions).map_err(|error| {
            let output = startup_error_response_output(&error).unwrap_or_default();
            messages(output).find_map(ErrorResponse::parse).map_or_else(|| failed(&error), ErrorResponse::into_fatal)
        })?;
        self.has_extensions.set(true);
        let packet = pg_protocol::startup(&[("user", SUPERUSER), ("database", database), ("client_encoding", "UTF8")]);
        let answer = engine.startup_with_packet(&packet).map_err(|error| failed(&error))?;
        let mut session = Session { engine, parameters: BTreeMap::new(), errors: 0 };
        session.record(&answer.output);
        match messages(&answer.output).find_map(ErrorResponse::parse) {
            Some(error) if !answer.accepted => Err(error.into_fatal()),
            _ => Ok(session),
        }
    }

    /// The folder of the engine's own files.
    pub(crate) fn files(&self) -> std::path::PathBuf {
        self.runtime.runtime_root()
    }
}

/// A session, which is an instance of the engine.
pub(crate) struct Session {
    engine: ProtocolSession,
    /// The `ParameterStatus` values that the server has reported.
    parameters: BTreeMap<String, String>,
    errors: usize,
}

/// A row of a result, as text.
pub(crate) type Row = Vec<Option<String>>;

impl Session {
    /// Sends messages and returns the answer. The last message must be one that the server answers. An error means that the
    /// session has ended.
    pub(crate) fn send(&mut self, packet: &[u8]) -> Result<Vec<u8>, ErrorResponse> {
        let output = self.engine.send_buffered(packet).map_err(|error| failed(&error))?;
        self.record(&output);
        Ok(output)
    }

    /// Runs a statement of this program and returns its rows.
    pub(crate) fn run(&mut self, sql: &str) -> Result<Vec<Row>, ErrorResponse> {
        let output = self.send(&pg_protocol::query(sql))?;
        match messages(&output).find_map(ErrorResponse::parse) {
            Some(error) => Err(error),
            None => Ok(messages(&output).filter(|message| message.kind == b'D').map(|message| message.row()).collect()),
        }
    }

    /// The messages with which a server accepts a client.
    pub(crate) fn greeting(&self) -> Vec<u8> {
        let mut greeting = pg_protocol::encode(b'R', &[0; 4]);
        for (name, value) in &self.parameters {
            greeting.extend(pg_protocol::encode(b'S', &[name.as_bytes(), b"\0", value.as_bytes(), b"\0"].concat()));
        }
        // The cancel key. Cancel requests are ignored.
        greeting.extend(pg_protocol::encode(b'K', &[0; 8]));
        greeting.extend(pg_protocol::encode(b'Z', b"I"));
        greeting
    }

    /// The value of a parameter that the server has reported.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// The number of errors in this session.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    fn record(&mut self, output: &[u8]) {
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
        // If the shutdown fails, the engine has already ended, and the next session recovers its data.
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

fn failed(error: &anyhow::Error) -> ErrorResponse {
    // The other lines are code addresses.
    let error = format!("{error:#}");
    ErrorResponse::fatal(
        "XX000",
        &format!("the embedded PostgreSQL failed: {}", error.lines().next().unwrap_or_default()),
    )
}
