//! Signals wait while the work tree is between two states.

use nix::sys::signal::{SigSet, SigmaskHow, Signal};

/// Runs `work` with the signals that end a process held back; one that came meanwhile takes effect afterwards.
///
/// They are held back in this thread alone: in a process that has others, those must not take these signals either.
pub(crate) fn held<T>(work: impl FnOnce() -> T) -> T {
    let ending = SigSet::from_iter([Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM]);
    let before = ending.thread_swap_mask(SigmaskHow::SIG_BLOCK);
    let result = work();
    if let Ok(before) = before {
        // Cannot fail: the mask is one that was in force.
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

    use super::held;

    const CHILD: &str = "ATOMIC_WRITE_TEST_CHILD";

    /// A signal ends a process, so this test starts itself once more to be ended.
    #[test]
    fn a_signal_takes_effect_after_the_work() {
        if let Some(file) = env::var_os(CHILD) {
            held(|| {
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
