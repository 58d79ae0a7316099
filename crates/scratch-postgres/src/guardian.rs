//! The guardian: a process that cleans up after the program, however that ends.
//!
//! The program starts itself again as the guardian, which is a helper in the sense of [`scratch_protocol`]. The guardian reads
//! its job from standard input, and later requests to cache the data folder under a key when the server stops.

mod external;
mod job;
mod local;
mod postmaster;

use std::{
    env,
    ffi::OsString,
    io::{self, Write as _},
    process::{self, Command},
};

use scratch_protocol::{Helper, Message, Requests};

pub(crate) use self::job::{ExternalRun, Job, LocalServer};
use crate::{Error, Url};

/// Set in the environment of a guardian.
const VARIABLE: &str = "SCRATCH_POSTGRES_GUARDIAN";

/// How to start the running program again as a guardian.
#[derive(Clone, Debug, Default)]
pub enum Reentry {
    /// The program's `main` first calls [`main_if_reentered`].
    #[default]
    Main,
    /// The program is a test program with the test of this name, which [`guardian_for_tests!`](crate::guardian_for_tests)
    /// defines.
    Test(&'static str),
}

/// Works as a guardian, and never returns, if this process was started as one. Call it first in `main`.
#[expect(clippy::exit, reason = "the rest of the program must not run in this process")]
pub fn main_if_reentered() {
    if env::var_os(VARIABLE).is_some() {
        process::exit(match guard() {
            Ok(()) => 0,
            Err(error) => {
                // The parent reads the error while it waits for the URL. Afterwards the pipe may be closed.
                _ = writeln!(io::stderr(), "{error}");
                1
            }
        });
    }
}

/// Defines the test that starts a test program as a guardian, for
/// [`Options::for_tests`](crate::Options::for_tests). Write it at the root of the test program.
#[macro_export]
macro_rules! guardian_for_tests {
    () => {
        #[test]
        fn scratch_postgres_guardian() {
            $crate::guardian::main_if_reentered();
        }
    };
}

fn guard() -> Result<(), Error> {
    let job = Job::read(&mut io::stdin().lock());
    match job.map_err(|error| Error::Start(format!("its guardian received no job: {error}.")))? {
        Job::LocalServer(server) => server.guard(),
        Job::ExternalRun(run) => run.guard(),
        Job::Postmaster(postmaster) => Err(postmaster.exec()),
    }
}

/// Tells the parent that the server is ready, and starts to listen for requests.
fn announce(url: &Url) -> Requests {
    let requests = scratch_protocol::listen();
    Message::Ready(scratch_protocol::Server { url: url.expose(), ..scratch_protocol::Server::default() }).print();
    requests
}

/// Starts a guardian and waits for the URL of its server.
pub(crate) fn start(reentry: &Reentry, job: &Job) -> Result<(Helper, Url), Error> {
    let failed = |error: io::Error| Error::Start(format!("its guardian process failed: {error}."));
    let mut command = Command::new(env::current_exe().map_err(failed)?);
    command.args(reentry.arguments()).env(VARIABLE, "1");
    let mut guardian = job.to_bytes().and_then(|job| Helper::start(&mut command, &job)).map_err(failed)?;
    match guardian.wait(|_| {}) {
        Ok(server) => Ok((guardian, server.url.parse()?)),
        Err(text) => {
            Err(Error::Start(text.strip_prefix("PostgreSQL could not be started: ").unwrap_or(&text).to_owned()))
        }
    }
}

impl Reentry {
    fn arguments(&self) -> Vec<OsString> {
        match self {
            // The program ignores this argument. It labels the guardian in lists of processes.
            Self::Main => vec!["--scratch-postgres-guardian".into()],
            Self::Test(name) => [name, "--exact", "--nocapture"].map(OsString::from).into(),
        }
    }
}
