//! The process that outlives its parent by a moment, to clean up after it.
//!
//! The program starts itself once more as a guardian, which is a helper: see [`scratch_protocol`] for how the two speak. What to
//! do comes on standard input, and so does the wish to keep a data folder in the cache, under a key, when the server ends.

mod job;
mod local;
mod postmaster;
mod remote;

use std::{
    env,
    ffi::OsString,
    io::{self, Write as _},
    path::PathBuf,
    process::{self, Command},
};

use scratch_protocol::{Helper, Message, Requests};

pub(crate) use self::{
    job::{Job, Local, Remote},
    postmaster::server_command,
};
use crate::{Error, Url};

const MARK: &str = "SCRATCH_POSTGRES_GUARDIAN";

/// How the running program is started once more, so that it becomes the guardian.
#[derive(Clone, Debug, Default)]
pub enum Reentry {
    /// Its `main` calls [`main_if_reentered`] before anything else.
    #[default]
    Main,
    /// It is a test program with the test of this name, made by [`guardian_for_tests!`](crate::guardian_for_tests).
    Test(&'static str),
}

/// Call this first in `main`: in a process that was started as a guardian it does that work and never returns.
#[expect(clippy::exit, reason = "the rest of the program is not to run in this process")]
pub fn main_if_reentered() {
    if env::var_os(MARK).is_some() {
        process::exit(match guard() {
            Ok(()) => 0,
            Err(error) => {
                // The parent reads this where it waited for the URL; it may be gone.
                _ = writeln!(io::stderr(), "{error}");
                1
            }
        });
    }
}

/// Makes this test program able to start a server: [`Options::for_tests`](crate::Options::for_tests) re-enters it through
/// the test that this defines. Write it at the root of the test program.
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
    match job.map_err(|error| Error::Start(format!("no order came: {error}.")))? {
        Job::Local(local) => local.guard(),
        Job::Remote(remote) => remote.guard(),
        Job::Postmaster(postmaster) => Err(postmaster.become_it()),
    }
}

/// Tells the parent that the server is ready, and listens from then on.
fn serve(url: &Url) -> Requests {
    let requests = scratch_protocol::listen();
    Message::Ready(scratch_protocol::Server { url: url.expose(), ..scratch_protocol::Server::default() }).print();
    requests
}

/// Starts a guardian and waits for the URL of the server that it keeps.
pub(crate) fn start(reentry: &Reentry, job: &Job) -> Result<(Helper, Url), Error> {
    let failed = |error: io::Error| Error::Start(format!("its guardian process: {error}."));
    let mut command = Command::new(env::current_exe().map_err(failed)?);
    command.args(reentry.arguments()).env(MARK, "1");
    let mut guardian = Helper::start(&mut command, &job.to_bytes()).map_err(failed)?;
    match guardian.wait(|_| {}) {
        Ok(server) => Ok((guardian, server.url.parse()?)),
        Err(words) => {
            let words = words.strip_prefix("PostgreSQL could not be started: ").unwrap_or(&words);
            Err(Error::Start(words.to_owned()))
        }
    }
}

impl Reentry {
    fn arguments(&self) -> Vec<OsString> {
        match self {
            // Nobody reads this one: it is for people who look at the list of processes.
            Self::Main => vec!["--scratch-postgres-guardian".into()],
            Self::Test(name) => [name, "--exact", "--nocapture"].map(OsString::from).into(),
        }
    }
}

/// The guardian's own program and arguments, to become a server's first process.
fn this_program_again() -> Command {
    // After root is given up, the path of the program may be out of reach; this link is not.
    let linux = PathBuf::from("/proc/self/exe");
    let program = if linux.exists() { linux } else { env::current_exe().unwrap_or(linux) };
    let mut command = Command::new(program);
    command.args(env::args_os().skip(1)).env(MARK, "1");
    command
}
