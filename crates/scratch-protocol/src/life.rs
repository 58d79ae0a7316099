//! Whether the process that something was made for is still there.

use std::{fmt, process::Command, str::FromStr};

use nix::{errno::Errno, sys::signal::kill, unistd::Pid};

/// The label that a container has whose owner's [`Life`] is its value.
pub const OWNER_LABEL: &str = "scratch-postgres.owner";

/// One life of a process, told from that of any other process that gets the same number later. As text, it can be left with
/// what was made for the process, for a later run to clear away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// Among which processes the number counts: those of one start of one machine, and of one container on it.
    among: String,
    pid: i32,
    /// When the process began, as the system counts.
    began: String,
}

impl Life {
    /// The present life of a process; `None` if there is none.
    pub fn of(pid: u32) -> Option<Self> {
        let pid = pid.cast_signed();
        Some(Self { among: among(), pid, began: began(pid)? })
    }

    /// Whether it is over for certain. Of a process that cannot be seen from here, nobody knows.
    pub fn is_over(&self) -> bool {
        if self.among != among() {
            return false;
        }
        let is_gone = kill(Pid::from_raw(self.pid), None) == Err(Errno::ESRCH);
        is_gone || began(self.pid).is_some_and(|began| began != self.began)
    }
}

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.among, self.pid, self.began)
    }
}

impl FromStr for Life {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '/');
        let mut part = || parts.next().ok_or(());
        let (among, pid, began) = (part()?, part()?, part()?);
        // A number below one stands for many processes.
        let pid = pid.parse().ok().filter(|&pid| pid > 0).ok_or(())?;
        Ok(Self { among: among.to_owned(), pid, began: began.to_owned() })
    }
}

/// Only Linux has containers, in which the same number is another process, and only there does a Docker that serves several
/// machines' users see them.
fn among() -> String {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{}.{}", boot.trim(), namespace.display())
}

/// When a process began. One that has ended, and only waits for its parent to take note, began `never`.
fn began(pid: i32) -> Option<String> {
    if cfg!(target_os = "linux") {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The second field is a name in brackets, which can hold anything.
        let mut fields = stat[stat.rfind(')')? + 1..].split_whitespace();
        let is_dead = matches!(fields.next()?, "Z" | "X");
        return Some(if is_dead { "never" } else { fields.nth(18)? }.to_owned());
    }
    let output = Command::new("ps").args(["-o", "lstart=", "-p", &pid.to_string()]).output().ok()?;
    let began = String::from_utf8(output.stdout).ok()?.split_whitespace().collect::<Vec<_>>().join("-");
    (!began.is_empty()).then_some(began)
}

#[cfg(test)]
mod tests {
    use std::process::{self, Stdio};

    use super::*;

    #[test]
    fn a_life_ends_with_its_process_and_not_with_its_number() {
        let me = Life::of(process::id()).unwrap();
        assert!(!me.is_over());
        assert_eq!(me.to_string().parse(), Ok(me.clone()));
        assert!(Life { began: "0".to_owned(), ..me.clone() }.is_over(), "another process has the number now");
        assert!(!Life { among: "elsewhere".to_owned(), began: "0".to_owned(), ..me }.is_over(), "nobody knows");

        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let life = Life::of(child.id()).unwrap();
        assert!(!life.is_over());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(life.is_over());
    }

    #[test]
    fn what_is_no_life_is_refused() {
        for text in ["", "a/b/c", "a/1", "a/-1/c"] {
            assert_eq!(text.parse::<Life>(), Err(()), "{text}");
        }
    }
}
