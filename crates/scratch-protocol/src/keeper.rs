//! The helper's ears.

use std::{ffi::OsString, io, sync::mpsc, thread};

use nix::sys::signal::{SigSet, Signal};

use crate::read_field;

/// What a helper hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The parent wishes something that the two have agreed upon.
    Wish(OsString),
    /// The parent is gone, or somebody told this process to end: clean up.
    End,
}

/// Listens to the parent, and for signals, from here on. Call it before there are other threads: a signal that one of them
/// gets ends the process at once. Processes that are started later don't get these signals, either.
pub fn listen() -> mpsc::Receiver<Heard> {
    let (sender, heard) = mpsc::channel();
    let mut signals = SigSet::empty();
    for signal in [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM] {
        signals.add(signal);
    }
    // Blocked in every thread that starts from here on: the one that waits gets them.
    if signals.thread_block().is_ok() {
        let sender = sender.clone();
        thread::spawn(move || {
            if signals.wait().is_ok() {
                _ = sender.send(Heard::End);
            }
        });
    }
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Ok(Some(wish)) = read_field(&mut input) {
            _ = sender.send(Heard::Wish(wish));
        }
        _ = sender.send(Heard::End);
    });
    heard
}
