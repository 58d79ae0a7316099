use std::{fmt, process::ExitCode};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Failed, or found something.
    Failed,
    /// There is a difference, and that was to be told.
    Different,
    /// Something must be decided, or allowed, first.
    Undecided,
    /// The branch is behind its base, or that could not be told.
    Stale,
}

impl From<Exit> for ExitCode {
    /// The numbers are part of the command line.
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Different | Exit::Undecided => 2,
            Exit::Stale => 3,
        })
    }
}

/// An error that has an exit status of its own.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}
