//! The interface through which a caller follows the work.

use std::time::Duration;

use crate::Error;

/// Follows a start or a replay. All methods do nothing by default; `()` ignores everything.
pub trait Observer {
    /// Receives information for the user, such as the selected server and the reason.
    fn note(&mut self, _text: &str) {}

    /// Receives the error of a backend that `auto` tried; the next backend follows.
    fn backend_failed(&mut self, _error: &Error) {}

    /// Receives the progress of a long operation; each text replaces the previous one.
    fn progress(&mut self, _text: &str) {}

    /// Whether a long-running program, such as cargo, may print its own progress to standard error.
    fn lends_stderr(&self) -> bool {
        false
    }

    /// The replay of `total` scripts starts; the cache has the result of the first `cached`.
    fn replay_starts(&mut self, _cached: usize, _total: usize) {}

    /// A script starts.
    fn script_starts(&mut self, _name: &str) {}

    /// A script succeeded.
    fn script_ends(&mut self, _name: &str, _took: Duration) {}
}

impl Observer for () {}
