//! The temporary folder of a run with a local server, and the removal of folders that killed runs left over.

use std::{
    env,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::{
        signal::{Signal, kill},
        statvfs::statvfs,
    },
    unistd::{Pid, Uid},
};
use scratch_protocol::OwnedFolder;

use crate::server_user::ServerUser;

/// The prefix of the names of run folders.
pub(crate) const PREFIX: &str = "scratch-postgres-";

/// The name of the data folder in a run folder.
pub(crate) const DATA: &str = "data";

/// The file in the data folder in which a running server describes itself.
pub(crate) const PID_FILE: &str = "postmaster.pid";

const SHARED_MEMORY: &str = "/dev/shm";

/// The bytes that a run with large migrations needs. Containers often have only 64 MB of shared memory.
const MIN_SHARED_MEMORY: u64 = 256 << 20;

/// The maximum length of a Unix socket's path (104 bytes on macOS, 108 on Linux, including a NUL).
const SOCKET_PATH_LIMIT: usize = 103;

/// The length of the rest of the socket's path: the name of the run folder, and of the socket in it.
const SOCKET_NAME_LENGTH: usize = "/".len() + PREFIX.len() + "XXXXXX".len() + "/.s.PGSQL.5432".len();

/// The folders that can hold a new run folder, best first.
pub(crate) fn usable_parents() -> Vec<PathBuf> {
    let mut parents = all_parents();
    parents.retain(|parent| {
        let has_space = parent != Path::new(SHARED_MEMORY) || free_space(parent) >= MIN_SHARED_MEMORY;
        has_space && parent.as_os_str().len() + SOCKET_NAME_LENGTH <= SOCKET_PATH_LIMIT
    });
    parents
}

/// The folders that may contain run folders.
fn all_parents() -> Vec<PathBuf> {
    let mut parents = vec![PathBuf::from(SHARED_MEMORY), env::temp_dir(), PathBuf::from("/tmp")];
    parents.dedup();
    parents
}

fn free_space(folder: &Path) -> u64 {
    #[allow(clippy::unnecessary_cast, reason = "the types differ between systems")]
    statvfs(folder).map_or(0, |of| of.blocks_available() as u64 * of.fragment_size() as u64)
}

/// The log file of a run's server.
pub(crate) fn log_file(folder: &Path) -> PathBuf {
    folder.join("log")
}

/// The last lines of the server's log.
pub(crate) fn log_tail(folder: &Path) -> String {
    let log = fs_err::read(log_file(folder)).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}

/// Stops the servers and removes the folders that killed runs of this user left over.
pub(crate) fn sweep(user: ServerUser) {
    for folder in left_over(user) {
        let data = folder.path().join(DATA);
        stop_server(&data);
        remove_shared_memory(&data, user);
        _ = folder.remove();
    }
}

/// The folders that killed runs of this user left over.
pub(crate) fn left_over(user: ServerUser) -> impl Iterator<Item = OwnedFolder> {
    all_parents().into_iter().flat_map(move |parent| OwnedFolder::take_abandoned(&parent, PREFIX, user.uid))
}

/// Removes the shared memory of a killed server. Any other server removes its memory and its [`PID_FILE`] itself.
pub(crate) fn remove_shared_memory(data: &Path, user: ServerUser) {
    let file = fs_err::read_to_string(data.join(PID_FILE)).unwrap_or_default();
    // The seventh line contains the key and the number.
    if let Some(number) = file.lines().nth(6).and_then(|line| line.split_whitespace().last()) {
        let mut command = Command::new("ipcrm");
        command.args(["-m", number]).stderr(Stdio::null());
        if Uid::effective() != user.uid {
            // That user has written the number, so only that user's rights may apply.
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        _ = command.status();
    }
}

/// Stops the server of a data folder if it still runs.
fn stop_server(data: &Path) {
    let deadline = Instant::now() + Duration::from_secs(6);
    for (signal, until) in [(Signal::SIGQUIT, deadline), (Signal::SIGKILL, deadline + Duration::from_secs(1))] {
        let Some(pid) = server_of(data) else { return };
        _ = kill(pid, signal);
        while Instant::now() < until && server_of(data).is_some() {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// The postmaster of a data folder. Another process may have its number by now, so the data folder must appear in the
/// process's command line.
fn server_of(data: &Path) -> Option<Pid> {
    let file = fs_err::read_to_string(data.join(PID_FILE)).ok()?;
    let pid = file.lines().next()?.parse().ok().filter(|&pid| pid > 1)?;
    command_line(pid)?.contains(data.to_str()?).then(|| Pid::from_raw(pid))
}

fn command_line(pid: i32) -> Option<String> {
    if cfg!(target_os = "linux") {
        return fs_err::read_to_string(format!("/proc/{pid}/cmdline")).ok();
    }
    let output = Command::new("ps").args(["-ww", "-o", "command=", "-p", &pid.to_string()]).output().ok()?;
    String::from_utf8(output.stdout).ok()
}
