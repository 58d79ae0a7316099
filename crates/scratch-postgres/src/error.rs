//! What can go wrong, in sentences: what happened, the cause as PostgreSQL or the system gave it, and what mends it.

use std::{error::Error as _, fmt, io, path::PathBuf};

use sql_script::ScriptError;

use crate::Url;

/// Why there is no throw-away PostgreSQL, or why it refused something.
#[derive(Debug)]
pub enum Error {
    /// The URL is none, or asks for what is not supported.
    Url(String),
    /// There is no backend of this name.
    UnknownChoice(String),
    /// No server binaries are on this machine, or none of the version that was asked for.
    NotInstalled {
        /// The major version that was asked for.
        wanted: Option<u32>,
        /// The majors that are there.
        found: Vec<u32>,
        /// Where was looked.
        looked: Vec<String>,
    },
    /// There is no package with server programs for this machine, or none of the version that was asked for.
    NoPackage {
        /// The major version that was asked for.
        wanted: Option<u32>,
        /// What this machine is.
        platform: String,
        /// The majors that there are packages of.
        majors: Vec<u32>,
    },
    /// No program is on this machine that could bring a package.
    NoClient {
        /// The major version that there is a package of.
        major: u32,
        /// The programs that could.
        clients: Vec<&'static str>,
    },
    /// No program could bring a package.
    Fetch {
        /// The major version that was to be fetched.
        major: u32,
        /// Each program, and what became of it.
        failures: Vec<String>,
    },
    /// The version cannot be chosen where the server runs already.
    WrongVersion {
        /// The major version that was asked for.
        wanted: u32,
        /// What the server said it is.
        found: String,
    },
    /// No Docker daemon can be used; the text is a full account of why, and of what mends it.
    NoDocker(String),
    /// The server could not be started; the text is a full account of why.
    Start(String),
    /// The server refused the connection, or there is none.
    Connect {
        /// Where to.
        url: Box<Url>,
        /// Why.
        source: postgres::Error,
    },
    /// The role may not create databases.
    MayNotCreate {
        /// The role's name.
        role: String,
    },
    /// The server refused a statement of this program's own.
    Sql {
        /// What it was for.
        doing: String,
        /// Why.
        source: postgres::Error,
    },
    /// The file system refused something.
    Io {
        /// What it was for.
        doing: String,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A script failed.
    Script(Box<ScriptError>),
    /// The server died.
    Died {
        /// What it was doing.
        doing: String,
        /// The end of its log, where there is one.
        log: String,
    },
}

impl Error {
    pub(crate) fn sql(doing: impl Into<String>) -> impl FnOnce(postgres::Error) -> Self {
        |source| Self::Sql { doing: doing.into(), source }
    }

    pub(crate) fn io(doing: impl Into<String>, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Io { doing: doing.into(), path: path.into(), source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(why) => write!(f, "The PostgreSQL URL cannot be used: {why}."),
            Self::UnknownChoice(name) => write!(
                f,
                "There is no PostgreSQL backend {name:?}: choose `auto`, `local`, `container`, `embedded` or a \
                 postgresql:// URL."
            ),
            Self::NotInstalled { wanted, found, looked } => not_installed(f, *wanted, found, looked),
            Self::NoPackage { wanted, platform, majors } => no_package(f, *wanted, platform, majors),
            Self::NoClient { major, clients } => {
                let (clients, is_not) = match clients.as_slice() {
                    [client] => ((*client).to_owned(), "which is not"),
                    several => (several.join(" or "), "none of which is"),
                };
                write!(
                    f,
                    "PostgreSQL {major} can be fetched with {clients}, {is_not} on PATH. Install one, or PostgreSQL itself: {}.",
                    packages_of_systems(Some(*major)),
                )
            }
            Self::Fetch { major, failures } => {
                writeln!(f, "PostgreSQL {major} could not be fetched.")?;
                failures.iter().try_for_each(|failure| writeln!(f, "{failure}"))?;
                write!(
                    f,
                    "Mend that and run `cargo xtask postgres fetch --postgres-version {major}` again, or install PostgreSQL: {}.",
                    packages_of_systems(Some(*major)),
                )
            }
            Self::WrongVersion { wanted, found } => {
                write!(
                    f,
                    "PostgreSQL {wanted} was asked for, but the server is version {found}. Ask for that one \
                     (--postgres-version, or `postgres-version` in the settings), or fetch the other and start it here: \
                     cargo xtask postgres fetch --postgres-version {wanted}, and --postgres local."
                )
            }
            Self::NoDocker(why) => f.write_str(why),
            Self::Start(why) => write!(f, "PostgreSQL could not be started: {why}"),
            Self::Connect { url, source } => {
                write!(f, "No connection to {url}: {}.", chain(source))?;
                f.write_str(connect_advice(source))
            }
            Self::MayNotCreate { role } => write!(
                f,
                "The role {role:?} may not create databases, and scripts only ever run in a database of their own. \
                 As a superuser, run: ALTER ROLE {} CREATEDB;",
                sql_script::identifier(role)
            ),
            Self::Sql { doing, source } => write!(f, "PostgreSQL refused {doing}: {}.", chain(source)),
            Self::Io { doing, path, source } => write!(f, "{doing} failed: {}: {source}.", path.display()),
            Self::Script(error) => error.fmt(f),
            Self::Died { doing, log } => {
                write!(f, "PostgreSQL ended unexpectedly during {doing}.")?;
                if log.is_empty() { Ok(()) } else { write!(f, " The end of its log:\n{log}") }
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // The causes are part of the sentences above: whoever prints a chain would print them twice.
        None
    }
}

/// An error and its causes in one line. PostgreSQL's own errors come as `message (SQLSTATE)`.
pub(crate) fn chain(error: &postgres::Error) -> String {
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

fn connect_advice(error: &postgres::Error) -> &'static str {
    match error.code().map(postgres::error::SqlState::code) {
        Some("28P01" | "28000") => " Correct the user and password in the URL.",
        Some("3D000") => " Name a database that exists; nothing is changed in it.",
        Some(_) => "",
        None => " Start that server, or name another one.",
    }
}

fn not_installed(f: &mut fmt::Formatter<'_>, wanted: Option<u32>, found: &[u32], looked: &[String]) -> fmt::Result {
    match wanted {
        Some(major) => write!(f, "PostgreSQL {major} is not installed on this machine")?,
        None => f.write_str("PostgreSQL is not installed on this machine")?,
    }
    if found.is_empty() {
        f.write_str(" (`initdb` and `postgres` are both needed).")?;
    } else {
        write!(f, "; found: {}.", list(found))?;
    }
    writeln!(f, " Looked in {}.", looked.join(", "))?;
    if crate::fetch::is_there_a_package(wanted) {
        let version = wanted.map_or_else(String::new, |major| format!(" --postgres-version {major}"));
        write!(f, "Fetch it with `cargo xtask postgres fetch{version}`, install it with ")?;
    } else {
        f.write_str("Install it with ")?;
    }
    write!(f, "{}, or name a running server with a postgresql:// URL.", packages_of_systems(wanted))
}

fn no_package(f: &mut fmt::Formatter<'_>, wanted: Option<u32>, platform: &str, majors: &[u32]) -> fmt::Result {
    match wanted {
        Some(major) => write!(f, "No package with PostgreSQL {major} for {platform} is known")?,
        None => write!(f, "No package with PostgreSQL for {platform} is known")?,
    }
    if majors.is_empty() {
        let why = if platform.ends_with("-musl") { ", as those that there are need glibc" } else { "" };
        write!(f, "{why}. Install it with {}.", packages_of_systems(wanted))
    } else {
        write!(f, ": --postgres-version takes {}.", list(majors))
    }
}

fn packages_of_systems(wanted: Option<u32>) -> String {
    let debian = wanted.map_or_else(String::new, |major| format!("-{major}"));
    let brew = wanted.unwrap_or(17);
    format!("`apt-get install postgresql{debian}` (Debian, Ubuntu) or `brew install postgresql@{brew}` (macOS)")
}

fn list(majors: &[u32]) -> String {
    majors.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}
