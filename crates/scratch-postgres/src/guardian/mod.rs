//! The process that outlives its parent by a moment, to clean up after it.
//!
//! The program starts itself once more as a guardian, and the two speak the protocol of every helper: the guardian starts
//! a server, prints its connection URL on standard output, keeps it until standard input closes, then removes all of it
//! and exits. A pipe closes however the parent ends, SIGKILL included. The guardian is in a process group of its own, so
//! that Ctrl-C at the terminal does not end it before its work is done.
//!
//! What to do comes on standard input as well, where no other user can read a password from.

mod job;
mod local;
mod postmaster;
mod remote;

use std::{
    env,
    ffi::OsString,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{self, Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::mpsc,
    thread,
};

use nix::sys::signal::{SigSet, Signal};

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

/// What the parent wants once it has the URL.
enum Wish {
    /// Keep the data folder in the cache, under this key.
    Store(String),
    /// Clean up.
    End,
}

/// Prints the URL and waits for the parent's wishes; its end, however it comes, is the last of them. So is a signal to
/// this process.
fn serve(url: &Url) -> mpsc::Receiver<Wish> {
    let (sender, wishes) = mpsc::channel();
    let mut signals = SigSet::empty();
    for signal in [Signal::SIGHUP, Signal::SIGINT, Signal::SIGTERM] {
        signals.add(signal);
    }
    // Blocked in every thread that starts from here on: the one that waits gets them.
    if signals.thread_block().is_ok() {
        let sender = sender.clone();
        thread::spawn(move || {
            if signals.wait().is_ok() {
                _ = sender.send(Wish::End);
            }
        });
    }
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Ok(Some(key)) = job::read_field(&mut input) {
            _ = sender.send(Wish::Store(key.to_string_lossy().into_owned()));
        }
        _ = sender.send(Wish::End);
    });
    let mut output = io::stdout();
    // The parent may be gone already; then its pipe has ended, too.
    _ = writeln!(output, "{}", url.expose()).and_then(|()| output.flush());
    wishes
}

/// The parent's hold on its guardian. Dropped, it waits until all is cleaned up.
#[derive(Debug)]
pub(crate) struct Guardian {
    process: Child,
    wishes: Option<ChildStdin>,
    /// Kept open for what a guardian within a test program goes on to print.
    output: Option<BufReader<ChildStdout>>,
}

impl Guardian {
    /// Starts a guardian and waits for the URL of the server that it keeps.
    pub(crate) fn start(reentry: &Reentry, job: &Job) -> Result<(Self, Url), Error> {
        let failed = |error: io::Error| Error::Start(format!("its guardian process: {error}."));
        let program = env::current_exe().map_err(failed)?;
        let mut process = Command::new(program)
            .args(reentry.arguments())
            .env(MARK, "1")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        let output = process.stdout.take().map(BufReader::new);
        let mut guardian = Self { wishes: process.stdin.take(), process, output };
        guardian.send(|pipe| job.write(pipe));
        match guardian.url() {
            Some(url) => Ok((guardian, url)),
            None => Err(Error::Start(guardian.last_words())),
        }
    }

    fn url(&mut self) -> Option<Url> {
        // A test program, or cargo building a helper, may print lines of its own before the URL.
        self.output.as_mut()?.lines().map_while(Result::ok).find_map(|line| line.parse().ok())
    }

    /// Asks for the data folder to be kept in the cache when the server ends.
    pub(crate) fn store(&mut self, key: &str) {
        self.send(|pipe| job::write_field(pipe, key.as_ref()));
    }

    fn send(&mut self, write: impl FnOnce(&mut ChildStdin) -> io::Result<()>) {
        if let Some(pipe) = &mut self.wishes {
            // A guardian that cannot be written to has ended, and whoever waits for its URL finds out why.
            _ = write(pipe);
        }
    }

    fn last_words(&mut self) -> String {
        let mut words = String::new();
        if let Some(mut errors) = self.process.stderr.take() {
            _ = errors.read_to_string(&mut words);
        }
        let words = words.trim();
        let words = words.strip_prefix("PostgreSQL could not be started: ").unwrap_or(words);
        if words.is_empty() { "its guardian process ended without a word.".to_owned() } else { words.to_owned() }
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        drop(self.wishes.take());
        _ = self.process.wait();
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
