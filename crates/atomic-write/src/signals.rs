//! Signals wait while the work tree is between two states.

use nix::sys::signal::{SigSet, Signal};

/// Runs `work` with the signals that end a process held back; one that came meanwhile takes effect afterwards.
///
/// They are held back in this thread alone: in a process that has others, those must not take these signals either.
pub(crate) fn held<T>(work: impl FnOnce() -> T) -> T {
    let ending = SigSet::from_iter([Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM]);
    let before = ending.thread_swap_mask(nix::sys::signal::SigmaskHow::SIG_BLOCK);
    let result = work();
    if let Ok(before) = before {
        // Cannot fail: the mask is one that was in force.
        let _ = before.thread_set_mask();
    }
    result
}
