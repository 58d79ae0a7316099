//! Which PostgreSQL to use.

use std::{path::PathBuf, str::FromStr};

use crate::{Error, Url, guardian::Reentry};

/// How a throw-away server comes about.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The backend.
    pub choice: Choice,
    /// The URL that [`Choice::Auto`] prefers, if there is one.
    pub preferred: Option<Url>,
    /// The major version; without it, the highest that is there.
    pub version: Option<u32>,
    /// The image of a container: a name, and a tag unless the version is to decide on that.
    pub image: Option<String>,
    /// Whether every script is to run, also those that the cache has the outcome of.
    pub fresh: bool,
    /// The folder of the cache; without it, the user's usual one.
    pub cache: Option<PathBuf>,
    /// How this program becomes the server's guardian.
    pub reentry: Reentry,
}

/// A way to a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The first that can be had of: the preferred URL, a local server, a container, a local server that is fetched, an
    /// embedded server.
    #[default]
    Auto,
    /// The server binaries on this machine.
    Local,
    /// A container.
    Container,
    /// A server within a helper program, for which nothing need be installed.
    Embedded,
    /// A running server.
    Url(Url),
}

impl Options {
    /// For tests in a program that has [`guardian_for_tests!`](crate::guardian_for_tests) at its root.
    pub fn for_tests() -> Self {
        Self { choice: Choice::Local, reentry: Reentry::Test("scratch_postgres_guardian"), ..Self::default() }
    }
}

impl FromStr for Choice {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Ok(match text {
            "auto" => Self::Auto,
            "local" => Self::Local,
            "container" => Self::Container,
            "embedded" => Self::Embedded,
            url if url.contains("://") => Self::Url(url.parse()?),
            other => return Err(Error::UnknownChoice(other.to_owned())),
        })
    }
}
