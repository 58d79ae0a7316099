//! A local server's first process: started, ready, stopped.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, Write as _},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, getppid},
};

use super::{
    job::{Job, Postmaster},
    this_program_again,
};
use crate::{Error, run};

/// A poll costs a few microseconds, a later answer costs its user.
const POLL: Duration = Duration::from_millis(1);
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
pub(crate) struct Running {
    process: Child,
}

/// Starts the server of the data folder, with its socket in `folder`, and waits until it takes connections.
pub(crate) fn start(program: &Path, data: &Path, folder: &Path) -> Result<Running, Error> {
    let log = run::log_file(folder);
    let command: Vec<OsString> = vec![program.into(), "-D".into(), data.into(), "-k".into(), folder.into()];
    let mut running = Running { process: spawn(&command, &log).map_err(Error::io("Starting PostgreSQL", program))? };
    let started = Instant::now();
    while !is_ready(data) {
        let ended = running.process.try_wait().ok().flatten();
        if ended.is_some() || started.elapsed() > PATIENCE {
            running.stop(Signal::SIGQUIT);
            let what = ended.map_or_else(|| "it was not ready after a minute".to_owned(), |status| status.to_string());
            return Err(Error::Start(format!("{what}. The end of its log:\n{}", run::log_tail(folder))));
        }
        thread::sleep(POLL);
    }
    Ok(running)
}

impl Running {
    /// Stops the server and waits until it is gone: SIGINT writes all to disk, SIGQUIT throws it away.
    pub(crate) fn stop(&mut self, signal: Signal) -> Option<ExitStatus> {
        if let Ok(None) = self.process.try_wait() {
            _ = kill(Pid::from_raw(self.process.id().cast_signed()), signal);
        }
        self.process.wait().ok()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop(Signal::SIGQUIT);
    }
}

impl Postmaster {
    /// Turns this process into the server, which then ends when the guardian does, even if the guardian is killed.
    pub(crate) fn become_it(&self) -> Error {
        #[cfg(target_os = "linux")]
        let _ = nix::sys::prctl::set_pdeathsig(Signal::SIGQUIT);
        if getppid().as_raw() != self.guardian {
            return Error::Start("its guardian process is gone.".to_owned());
        }
        let [program, arguments @ ..] = self.command.as_slice() else {
            return Error::Start("no program was named.".to_owned());
        };
        let error = server_command(Path::new(program)).args(arguments).stdin(Stdio::null()).exec();
        Error::io("Starting PostgreSQL", program)(error)
    }
}

/// A command of PostgreSQL's, in an environment that does not change what it does from machine to machine.
pub(crate) fn server_command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_remove(super::MARK).env("LC_ALL", "C").env("TZ", "UTC");
    command
}

/// Only Linux can bind a process to its parent's life, and only the process can do that to itself: there, this program
/// becomes the server. Elsewhere the next run ends a server whose guardian was killed.
fn spawn(command: &[OsString], log: &Path) -> io::Result<Child> {
    let output = || Ok::<_, io::Error>(Stdio::from(File::options().create(true).append(true).open(log)?));
    if cfg!(target_os = "linux")
        && let Ok(mut process) = this_program_again().stdin(Stdio::piped()).stdout(output()?).stderr(output()?).spawn()
    {
        let job =
            Job::Postmaster(Postmaster { guardian: std::process::id().cast_signed(), command: command.to_owned() });
        if let Some(mut pipe) = process.stdin.take() {
            pipe.write_all(&job.to_bytes())?;
        }
        return Ok(process);
    }
    server_command(Path::new(&command[0]))
        .args(&command[1..])
        .stdin(Stdio::null())
        .stdout(output()?)
        .stderr(output()?)
        .spawn()
}

/// The server writes its state into the eighth line of this file. Asking so costs it no backend process.
fn is_ready(data: &Path) -> bool {
    fs_err::read_to_string(data.join(run::STATE))
        .is_ok_and(|text| text.lines().nth(7).is_some_and(|state| state.trim_end() == "ready"))
}
