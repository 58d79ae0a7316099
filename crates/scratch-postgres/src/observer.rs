//! Who is told what is going on.

use std::time::Duration;

/// Is told what is going on; by default, does not listen. `()` is one that never does.
pub trait Observer {
    /// Something that a person may want to know, such as which server was chosen, and why.
    fn note(&mut self, _text: &str) {}

    /// How far something has come that takes long; the text replaces the one before.
    fn progress(&mut self, _text: &str) {}

    /// Whether a program that takes long, such as cargo, may show how far it is on standard error by itself.
    fn lends_stderr(&self) -> bool {
        false
    }

    /// The replay begins: of `total` scripts, the first `cached` are replayed already.
    fn replay_starts(&mut self, _cached: usize, _total: usize) {}

    /// A script begins.
    fn script_starts(&mut self, _name: &str) {}

    /// The script ended well.
    fn script_ends(&mut self, _name: &str, _took: Duration) {}
}

impl Observer for () {}
