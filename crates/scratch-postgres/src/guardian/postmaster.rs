//! The postmaster, which is a local server's first process.

use std::{
    env,
    ffi::OsString,
    fs::File,
    io::{self, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, getppid},
};

use super::{
    VARIABLE,
    job::{Job, Postmaster},
};
use crate::{Error, cluster, run_folder};

/// Polling costs a few microseconds; waiting longer would delay the user.
const POLL_INTERVAL: Duration = Duration::from_millis(1);
const TIMEOUT: Duration = Duration::from_secs(60);

/// A running server. Dropping it stops the server.
pub(super) struct ServerProcess(Child);

/// Starts the server of the data folder, with its socket in `folder`, and waits until it accepts connections.
pub(super) fn start(program: &Path, data: &Path, folder: &Path) -> Result<ServerProcess, Error> {
    let log = run_folder::log_file(folder);
    let command: Vec<OsString> = vec![program.into(), "-D".into(), data.into(), "-k".into(), folder.into()];
    let mut server = ServerProcess(spawn(&command, &log).map_err(Error::io("Starting PostgreSQL", program))?);
    let started = Instant::now();
    while !is_ready(data) {
        let status = server.0.try_wait().ok().flatten();
        if status.is_some() || started.elapsed() > TIMEOUT {
            server.stop(Signal::SIGQUIT);
            let why = status.map_or_else(|| "it was not ready after a minute".to_owned(), |status| status.to_string());
            return Err(Error::Start(format!("{why}. The end of its log:\n{}", run_folder::log_tail(folder))));
        }
        thread::sleep(POLL_INTERVAL);
    }
    Ok(server)
}

impl ServerProcess {
    /// Stops the server and waits for its end. SIGINT shuts down cleanly, SIGQUIT loses unwritten data.
    pub(super) fn stop(&mut self, signal: Signal) -> Option<ExitStatus> {
        if let Ok(None) = self.0.try_wait() {
            _ = kill(Pid::from_raw(self.0.id().cast_signed()), signal);
        }
        self.0.wait().ok()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.stop(Signal::SIGQUIT);
    }
}

impl Postmaster {
    /// Turns this process into the server, which then ends with the guardian, even if the guardian is killed. Returns only an
    /// error.
    pub(super) fn exec(&self) -> Error {
        #[cfg(target_os = "linux")]
        let _ = nix::sys::prctl::set_pdeathsig(Signal::SIGQUIT);
        if getppid().as_raw() != self.guardian {
            return Error::Start("its guardian process has ended.".to_owned());
        }
        let [program, ..] = self.command.as_slice() else {
            return Error::Start("its guardian named no program.".to_owned());
        };
        Error::io("Starting PostgreSQL", program)(server_command(&self.command).exec())
    }
}

/// Starts the server. Only Linux can end a process with its parent, and only the process itself can request that: there, this
/// program starts again and becomes the server. Elsewhere the next run stops a server whose guardian was killed.
fn spawn(command: &[OsString], log: &Path) -> io::Result<Child> {
    let output = || Ok::<_, io::Error>(Stdio::from(File::options().create(true).append(true).open(log)?));
    if cfg!(target_os = "linux")
        && let Ok(mut process) = this_program().stdin(Stdio::piped()).stdout(output()?).stderr(output()?).spawn()
    {
        let job =
            Job::Postmaster(Postmaster { guardian: std::process::id().cast_signed(), command: command.to_owned() });
        if let Some(mut pipe) = process.stdin.take() {
            pipe.write_all(&job.to_bytes()?)?;
        }
        return Ok(process);
    }
    server_command(command).stdout(output()?).stderr(output()?).spawn()
}

/// The command of the server, without the variable that would make a guardian of this program.
fn server_command(command: &[OsString]) -> Command {
    let mut server = cluster::command(Path::new(&command[0]));
    server.args(&command[1..]).env_remove(VARIABLE).stdin(Stdio::null());
    server
}

/// This program with the same arguments, as another guardian process.
fn this_program() -> Command {
    // The guardian of root's run has changed its user and may be unable to open the program's path, but can open this link.
    let link = PathBuf::from("/proc/self/exe");
    let program = if link.exists() { link } else { env::current_exe().unwrap_or(link) };
    let mut command = Command::new(program);
    command.args(env::args_os().skip(1)).env(VARIABLE, "1");
    command
}

/// Whether the server accepts connections, according to the eighth line of its file. Reading it starts no backend process.
fn is_ready(data: &Path) -> bool {
    fs_err::read_to_string(data.join(run_folder::PID_FILE))
        .is_ok_and(|text| text.lines().nth(7).is_some_and(|state| state.trim_end() == "ready"))
}
