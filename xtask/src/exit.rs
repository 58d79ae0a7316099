use std::process::ExitCode;

/// How a command ended. The numbers are part of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// Failed, or found something.
    Failed = 1,
    /// There is a difference, and that was to be told.
    Different = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
