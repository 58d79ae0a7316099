//! How a command ends: its exit status, and errors that have one of their own.

use std::{fmt, process::ExitCode};

/// The outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Failed, or a check found an error.
    Failed,
    /// `diff --exit-code` found a difference.
    Different,
    /// A decision or a permission is needed first.
    DecisionNeeded,
    /// The branch is behind its base, or its base is unknown.
    Stale,
    /// The command line is wrong.
    WrongUsage,
}

impl From<Exit> for ExitCode {
    /// Scripts rely on these numbers.
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Different | Exit::DecisionNeeded => 2,
            Exit::Stale => 3,
            Exit::WrongUsage => 64,
        })
    }
}

/// An error with its own exit status.
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
