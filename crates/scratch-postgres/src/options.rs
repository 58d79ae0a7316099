//! The options of a throw-away server.

use std::{path::PathBuf, str::FromStr};

use crate::{Error, Url, guardian::Reentry};

/// How to obtain a throw-away server.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The backend.
    pub choice: Choice,
    /// The URL that [`Choice::Auto`] prefers.
    pub preferred: Option<Url>,
    /// The major version; by default, the highest available.
    pub version: Option<u32>,
    /// The container's image: a name, and a tag unless `version` decides it.
    pub image: Option<String>,
    /// Whether to run every script, even if the cache has its result.
    pub fresh: bool,
    /// The folder of the cache; by default, the user's cache folder.
    pub cache: Option<PathBuf>,
    /// How this program starts itself as the server's guardian.
    pub reentry: Reentry,
}

/// The backend to use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The first available of: the preferred URL, an installed server, a container, a fetched server, the embedded server.
    #[default]
    Auto,
    /// The server binaries on this machine.
    Local,
    /// A container.
    Container,
    /// The server inside a helper program. It needs no installation.
    Embedded,
    /// The running server at a URL.
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
