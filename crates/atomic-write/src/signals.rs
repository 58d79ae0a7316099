//! Blocking signals during a write.

use nix::sys::signal::{SigSet, SigmaskHow, Signal};

/// Runs `work` with the terminating signals blocked. A signal that arrives meanwhile takes effect afterwards.
///
/// Only this thread blocks them. In a process with several threads, the other threads must block these signals too.
pub(crate) fn with_signals_blocked<T>(work: impl FnOnce() -> T) -> T {
    let terminating = SigSet::from_iter([Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM]);
    let before = terminating.thread_swap_mask(SigmaskHow::SIG_BLOCK);
    let result = work();
    if let Ok(before) = before {
        // Cannot fail, because the mask was in force before.
        let _ = before.thread_set_mask();
    }
    result
}

#[cfg(test)]
mod tests {
    use std::{
        env,
        os::unix::process::ExitStatusExt,
        process::{Command, Stdio},
    };

    use nix::sys::signal::{Signal, raise};

    use super::with_signals_blocked;

    const CHILD: &str = "ATOMIC_WRITE_TEST_CHILD";

    /// The signal ends the process, so the test starts itself again as a child.
    #[test]
    fn a_signal_takes_effect_after_the_work() {
        if let Some(file) = env::var_os(CHILD) {
            with_signals_blocked(|| {
                raise(Signal::SIGTERM).unwrap();
                std::fs::write(&file, "done").unwrap();
            });
            unreachable!("the signal has ended this process");
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let name = "signals::tests::a_signal_takes_effect_after_the_work";
        let mut child = Command::new(env::current_exe().unwrap());
        let status = child.args([name, "--exact"]).env(CHILD, &file).stdout(Stdio::null()).status().unwrap();
        assert_eq!(status.signal(), Some(Signal::SIGTERM as i32));
        assert_eq!(std::fs::read_to_string(file).unwrap(), "done");
    }
}
