//! The ways to a server, and which of them [`Choice::Auto`](crate::Choice::Auto) takes.

use std::{fmt, iter};

use sql_script::Script;

use crate::{
    Choice, Docker, Error, Installation, Observer, Options, Url, container, fetch, helper, local, remote,
    server::Started,
};

/// A way to a server, with what was found for it.
#[derive(Clone, Debug)]
pub enum Backend {
    /// A running server.
    Url(Url),
    /// Server binaries on this machine.
    Local(Installation),
    /// A container.
    Container(Docker),
    /// Server binaries that are not on this machine yet.
    Fetched,
    /// A server within a helper program, for which nothing need be there.
    Embedded,
}

impl Backend {
    /// What [`Choice::Auto`] takes on this machine, if anything.
    pub fn automatic(options: &Options) -> Option<Self> {
        at_hand(options).next()
    }

    fn start(&self, options: &Options, scripts: &[Script<'_>], observer: &mut dyn Observer) -> Result<Started, Error> {
        match self {
            Self::Url(url) => remote::start(options, url),
            Self::Local(installation) => local::start(options, installation, scripts, observer),
            Self::Container(docker) => container::start(options, docker, observer),
            Self::Fetched => local::start(options, &fetch::fetch(options.version, observer)?, scripts, observer),
            Self::Embedded => helper::EMBEDDED.start(options, observer, |_| {}),
        }
    }

    /// Whether it needs something that can be out of reach, such as an image.
    fn needs_a_network(&self) -> bool {
        matches!(self, Self::Container(_) | Self::Fetched)
    }
}

/// The backend, and why `auto` takes it.
impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => write!(f, "PostgreSQL at {url}, which the environment names"),
            Self::Local(installation) => write!(f, "{installation}, found on this machine"),
            Self::Container(docker) => write!(f, "PostgreSQL in a container of {docker}, as none is installed here"),
            Self::Fetched => {
                f.write_str("PostgreSQL is fetched, as none is installed here and no container can be had")
            }
            Self::Embedded => f.write_str(
                "embedded PostgreSQL, as none is installed here, and no container and no package can be had",
            ),
        }
    }
}

/// Starts a server in the way that was chosen.
pub(crate) fn start(options: &Options, scripts: &[Script<'_>], observer: &mut dyn Observer) -> Result<Started, Error> {
    let chosen = match &options.choice {
        Choice::Auto => return start_first(options, scripts, observer),
        Choice::Url(url) => Backend::Url(url.clone()),
        Choice::Local => Backend::Local(Installation::find(options.version)?),
        Choice::Container => Backend::Container(Docker::find()?),
        Choice::Embedded => Backend::Embedded,
    };
    chosen.start(options, scripts, observer)
}

/// Starts the first server that can be had.
fn start_first(options: &Options, scripts: &[Script<'_>], observer: &mut dyn Observer) -> Result<Started, Error> {
    for backend in at_hand(options) {
        observer.note(&backend.to_string());
        match backend.start(options, scripts, observer) {
            Err(error) if backend.needs_a_network() => observer.note(&error.to_string()),
            started => return started,
        }
    }
    // The embedded server has one version only. This says what is missing for another.
    local::start(options, &Installation::find(options.version)?, scripts, observer)
}

/// What can be tried, from what is fastest and least trouble to the last resort. Each is only looked for when it is asked for.
fn at_hand(options: &Options) -> impl Iterator<Item = Backend> {
    let url = options.preferred.clone().map(Backend::Url);
    let version = options.version;
    url.into_iter()
        .chain(iter::once_with(move || Installation::find(version).ok().map(Backend::Local)).flatten())
        .chain(iter::once_with(|| Docker::find().ok().map(Backend::Container)).flatten())
        .chain(iter::once_with(move || fetch::offer(version).ok().map(|_| Backend::Fetched)).flatten())
        .chain(helper::EMBEDDED.has(version).then_some(Backend::Embedded))
}
