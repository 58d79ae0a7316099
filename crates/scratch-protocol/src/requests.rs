//! The helper's side of the pipe: requests and signals.

use std::{
    ffi::{OsStr, OsString},
    io::{self, BufRead, Write},
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    sync::mpsc,
    thread,
};

use nix::sys::signal::{SigSet, Signal};

/// The parent's requests, whose meaning parent and helper agree on. The iterator ends when the helper must stop its server and
/// clean up: the parent has ended, or this process received a signal.
#[derive(Debug)]
pub struct Requests(mpsc::Receiver<Option<OsString>>);

impl Iterator for Requests {
    type Item = OsString;

    fn next(&mut self) -> Option<OsString> {
        self.0.recv().ok().flatten()
    }
}

/// Starts to listen for requests and signals. Call it before the process has other threads: a signal to one of them ends the
/// process at once. Processes started later do not receive these signals either.
pub fn listen() -> Requests {
    let (sender, receiver) = mpsc::channel();
    let signals = SigSet::from_iter([Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM]);
    // Every thread started from here on blocks the signals, so the waiting thread receives them.
    if signals.thread_block().is_ok() {
        let sender = sender.clone();
        thread::spawn(move || {
            if signals.wait().is_ok() {
                _ = sender.send(None);
            }
        });
    }
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Ok(Some(request)) = read_field(&mut input) {
            _ = sender.send(Some(request));
        }
        _ = sender.send(None);
    });
    Requests(receiver)
}

/// Writes one field to a helper's standard input: its bytes, none of which is NUL, and a NUL.
pub fn write_field(pipe: &mut impl Write, field: &OsStr) -> io::Result<()> {
    pipe.write_all(field.as_bytes())?;
    pipe.write_all(&[0])
}

/// Reads one field; `None` at the end of the pipe. A field without its NUL is incomplete and does not count.
pub fn read_field(pipe: &mut impl BufRead) -> io::Result<Option<OsString>> {
    let mut field = Vec::new();
    pipe.read_until(0, &mut field)?;
    Ok((field.pop() == Some(0)).then(|| OsString::from_vec(field)))
}
