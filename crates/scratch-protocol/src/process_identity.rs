//! The identity of a process, which tells whether the owner of a leftover is still running.

use std::{fmt, process::Command, str::FromStr};

use nix::{errno::Errno, sys::signal::kill, unistd::Pid};

/// The label of a container that names its owner, as the text of a [`ProcessIdentity`].
pub const OWNER_LABEL: &str = "scratch-postgres.owner";

/// The identity of a process. A later process with the same process id has a different identity. Its text can label a resource
/// that a later run removes once the process has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessIdentity {
    /// The scope in which the process id is unique: one boot of one machine, and one container on it.
    pid_scope: String,
    pid: i32,
    /// When the process started, in the system's own format.
    start_time: String,
}

impl ProcessIdentity {
    /// The identity of a running process; `None` if there is no such process.
    pub fn of(pid: u32) -> Option<Self> {
        let pid = pid.cast_signed();
        Some(Self { pid_scope: pid_scope(), pid, start_time: start_time(pid)? })
    }

    /// Whether the process has certainly ended. It counts as running if it is not visible from this process.
    pub fn has_ended(&self) -> bool {
        if self.pid_scope != pid_scope() {
            return false;
        }
        let is_missing = kill(Pid::from_raw(self.pid), None) == Err(Errno::ESRCH);
        is_missing || start_time(self.pid).is_some_and(|start_time| start_time != self.start_time)
    }
}

impl fmt::Display for ProcessIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.pid_scope, self.pid, self.start_time)
    }
}

impl FromStr for ProcessIdentity {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '/');
        let mut part = || parts.next().ok_or(());
        let (pid_scope, pid, start_time) = (part()?, part()?, part()?);
        // `kill` takes numbers below one as groups of processes.
        let pid = pid.parse().ok().filter(|&pid| pid > 0).ok_or(())?;
        Ok(Self { pid_scope: pid_scope.to_owned(), pid, start_time: start_time.to_owned() })
    }
}

/// The boot id and the pid namespace. Both are empty outside Linux: only Linux runs containers, and only a Docker daemon on
/// Linux serves users of several machines.
fn pid_scope() -> String {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{}.{}", boot.trim(), namespace.display())
}

/// When a process started; `never` if it has ended and its parent has not collected its exit status yet.
fn start_time(pid: i32) -> Option<String> {
    if cfg!(target_os = "linux") {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The second field is a name in parentheses, which can itself contain parentheses and blanks.
        let mut fields = stat[stat.rfind(')')? + 1..].split_whitespace();
        let is_dead = matches!(fields.next()?, "Z" | "X");
        return Some(if is_dead { "never" } else { fields.nth(18)? }.to_owned());
    }
    let output = Command::new("ps").args(["-o", "lstart=", "-p", &pid.to_string()]).output().ok()?;
    let start_time = String::from_utf8(output.stdout).ok()?.split_whitespace().collect::<Vec<_>>().join("-");
    (!start_time.is_empty()).then_some(start_time)
}

#[cfg(test)]
mod tests {
    use std::process::{self, Stdio};

    use super::*;

    #[test]
    fn a_process_has_ended_even_if_its_pid_is_in_use_again() {
        let me = ProcessIdentity::of(process::id()).unwrap();
        assert!(!me.has_ended());
        assert_eq!(me.to_string().parse(), Ok(me.clone()));
        let earlier = ProcessIdentity { start_time: "0".to_owned(), ..me };
        assert!(earlier.has_ended(), "another process has the pid now");
        let elsewhere = ProcessIdentity { pid_scope: "elsewhere".to_owned(), ..earlier };
        assert!(!elsewhere.has_ended(), "its processes are not visible from here");

        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let identity = ProcessIdentity::of(child.id()).unwrap();
        assert!(!identity.has_ended());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(identity.has_ended());
    }

    #[test]
    fn a_malformed_identity_is_rejected() {
        for text in ["", "a/b/c", "a/1", "a/-1/c"] {
            assert_eq!(text.parse::<ProcessIdentity>(), Err(()), "{text}");
        }
    }
}
