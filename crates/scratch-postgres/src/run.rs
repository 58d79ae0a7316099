//! A run's own folder: where it is, what is in it, and the end of one that was left over.

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

use crate::account::Account;

/// What the names of all runs' folders begin with.
pub(crate) const PREFIX: &str = "scratch-postgres-";

/// The data folder within it.
pub(crate) const DATA: &str = "data";

/// Where, in the data folder, a running server says what it uses.
pub(crate) const STATE: &str = "postmaster.pid";

const SHARED_MEMORY: &str = "/dev/shm";

/// What a run with large migrations needs. Containers often have 64 MB of shared memory, which is too little.
const ENOUGH_SHARED_MEMORY: u64 = 256 << 20;

/// The path of a Unix socket is at most this long (104 bytes on macOS, 108 on Linux, a NUL included).
const SOCKET_PATH_LIMIT: usize = 103;

/// A random name and the name of the socket, behind the place.
const BELOW_PLACE: usize = "/".len() + PREFIX.len() + "XXXXXX".len() + "/.s.PGSQL.5432".len();

/// The folders that can hold a run's own now, best first.
pub(crate) fn places() -> Vec<PathBuf> {
    let mut places = every_place();
    places.retain(|place| {
        let is_roomy = place != Path::new(SHARED_MEMORY) || free_space(place) >= ENOUGH_SHARED_MEMORY;
        is_roomy && place.as_os_str().len() + BELOW_PLACE <= SOCKET_PATH_LIMIT
    });
    places
}

/// The folders that can have held a run's own.
pub(crate) fn every_place() -> Vec<PathBuf> {
    let mut places = vec![PathBuf::from(SHARED_MEMORY), env::temp_dir(), PathBuf::from("/tmp")];
    places.dedup();
    places
}

fn free_space(folder: &Path) -> u64 {
    #[allow(clippy::unnecessary_cast, reason = "the types differ between systems")]
    statvfs(folder).map_or(0, |of| of.blocks_available() as u64 * of.fragment_size() as u64)
}

/// Where a run's server writes what it has to say.
pub(crate) fn log_file(folder: &Path) -> PathBuf {
    folder.join("log")
}

/// The last lines of a run's log.
pub(crate) fn log_tail(folder: &Path) -> String {
    let log = fs_err::read(log_file(folder)).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}

/// Ends what killed runs of this user left over, and returns the folders it removed.
pub(crate) fn sweep(account: Account) -> Vec<PathBuf> {
    let removed = left_over(account).filter_map(|folder| {
        let path = folder.path().to_owned();
        end_server(&path.join(DATA));
        remove_shared_memory(&path.join(DATA), account);
        folder.remove().is_ok().then_some(path)
    });
    removed.collect()
}

/// The folders of killed runs of this user.
pub(crate) fn left_over(account: Account) -> impl Iterator<Item = OwnedFolder> {
    every_place().into_iter().flat_map(move |place| OwnedFolder::take_abandoned(&place, PREFIX, account.uid))
}

/// Removes the shared memory of a server that was killed. A server that ends in any other way removes both that and its file.
pub(crate) fn remove_shared_memory(data: &Path, account: Account) {
    let file = fs_err::read_to_string(data.join(STATE)).unwrap_or_default();
    // The seventh line has its key and its number.
    if let Some(number) = file.lines().nth(6).and_then(|line| line.split_whitespace().last()) {
        let mut command = Command::new("ipcrm");
        command.args(["-m", number]).stderr(Stdio::null());
        if Uid::effective() != account.uid {
            // The file is that user's, and so must the memory be.
            command.uid(account.uid.as_raw()).gid(account.gid.as_raw());
        }
        _ = command.status();
    }
}

/// Ends the server of a data folder, if it is still there.
fn end_server(data: &Path) {
    let patience = Instant::now() + Duration::from_secs(6);
    for (signal, until) in [(Signal::SIGQUIT, patience), (Signal::SIGKILL, patience + Duration::from_secs(1))] {
        let Some(pid) = server_of(data) else { return };
        _ = kill(pid, signal);
        while Instant::now() < until && server_of(data).is_some() {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// The first process of the data folder's server. The number in its file may have gone to another process by now, so the
/// process itself is asked what it serves.
fn server_of(data: &Path) -> Option<Pid> {
    let file = fs_err::read_to_string(data.join(STATE)).ok()?;
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
