//! The ways to obtain a server, and the order in which [`Choice::Auto`] tries them.

mod container;
mod external;
mod helper;
mod installations;
mod local;

use std::{fmt, iter};

use sql_script::Script;

pub use self::container::Docker;
use crate::{
    Choice, Error, Installation, Observer, Options, Server, Url, fetch, server::StartedServer, server_user::ServerUser,
};

/// A way to obtain a server.
#[derive(Clone, Debug)]
pub enum Backend {
    /// A running server.
    Url(Url),
    /// Server binaries on this machine.
    Local(Installation),
    /// A container.
    Container(Docker),
    /// Server binaries that must be downloaded first.
    Fetched,
    /// A server inside a helper program. It needs no installation.
    Embedded,
}

impl Server {
    /// Starts a server, or uses the one at a URL.
    pub fn start(options: &Options, observer: &mut dyn Observer) -> Result<Self, Error> {
        Ok(start(options, &[], observer)?.server)
    }
}

impl Backend {
    /// The first backend that [`Choice::Auto`] tries on this machine.
    pub(crate) fn automatic(options: &Options) -> Option<Self> {
        available(options).next()
    }

    fn start(
        &self,
        options: &Options,
        scripts: &[Script<'_>],
        observer: &mut dyn Observer,
    ) -> Result<StartedServer, Error> {
        match self {
            Self::Url(url) => external::start(options, url),
            Self::Local(installation) => local::start(options, installation, scripts, observer),
            Self::Container(docker) => container::start(options, docker, observer),
            Self::Fetched => local::start(options, &fetch::fetch(options.version, observer)?, scripts, observer),
            Self::Embedded => helper::EMBEDDED.start(options, observer, |_| {}),
        }
    }

    /// Whether `auto` goes on to the next backend after this error: the backend may have needed a download, such as an image,
    /// or this user cannot run PostgreSQL's programs.
    fn may_fail_with(&self, error: &Error) -> bool {
        matches!(self, Self::Container(_) | Self::Fetched)
            || matches!(error, Error::UnnamedUser { .. } | Error::NoServerUser)
    }
}

/// The backend, and why `auto` uses it. The note of a run starts with this text.
impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => write!(f, "PostgreSQL at {url}, which the environment names"),
            Self::Local(installation) => write!(f, "{installation}, found on this machine"),
            Self::Container(docker) => {
                write!(f, "PostgreSQL in a container of {docker}: no PostgreSQL is installed here")
            }
            Self::Fetched => {
                f.write_str("PostgreSQL will be fetched: it is not installed here, and containers are unavailable")
            }
            Self::Embedded => f.write_str(
                "embedded PostgreSQL: no PostgreSQL is installed here, and neither containers nor packages are available",
            ),
        }
    }
}

/// Starts a server with the backend that the options name.
pub(crate) fn start(
    options: &Options,
    scripts: &[Script<'_>],
    observer: &mut dyn Observer,
) -> Result<StartedServer, Error> {
    let backend = match &options.choice {
        Choice::Auto => return start_first(options, scripts, observer),
        Choice::Url(url) => Backend::Url(url.clone()),
        Choice::Local => Backend::Local(Installation::find(options.version)?),
        Choice::Container => Backend::Container(Docker::find()?),
        Choice::Embedded => Backend::Embedded,
    };
    backend.start(options, scripts, observer)
}

/// Starts a server with the first backend that works.
fn start_first(options: &Options, scripts: &[Script<'_>], observer: &mut dyn Observer) -> Result<StartedServer, Error> {
    for backend in available(options) {
        observer.note(&backend.to_string());
        match backend.start(options, scripts, observer) {
            Err(error) if backend.may_fail_with(&error) => observer.backend_failed(&error),
            started => return started,
        }
    }
    // The embedded server has only one version. For another version, this error names the missing installation.
    local::start(options, &Installation::find(options.version)?, scripts, observer)
}

/// The backends for [`Choice::Auto`], from the fastest and simplest to the last resort. The iterator looks for each backend
/// only when it is reached.
fn available(options: &Options) -> impl Iterator<Item = Backend> {
    let url = options.preferred.clone().map(Backend::Url);
    let version = options.version;
    url.into_iter()
        .chain(iter::once_with(move || Installation::find(version).ok().map(Backend::Local)).flatten())
        .chain(iter::once_with(|| Docker::find().ok().map(Backend::Container)).flatten())
        .chain(
            iter::once_with(move || {
                ServerUser::find().and_then(|_| fetch::offer(version)).ok().map(|_| Backend::Fetched)
            })
            .flatten(),
        )
        .chain(helper::EMBEDDED.supports(version).then_some(Backend::Embedded))
}
