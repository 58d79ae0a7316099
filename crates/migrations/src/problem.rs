//! Faults of a migrations folder.

use std::{fmt, io, path::PathBuf};

use crate::SCRIPT_FILE;

/// A fault of a migrations folder. Its text states the fault and not the fix.
#[derive(Debug)]
pub struct Problem {
    /// The faulty file or folder.
    pub path: PathBuf,
    /// The kind of the fault.
    pub kind: ProblemKind,
}

/// The kinds of faults.
#[derive(Debug)]
pub enum ProblemKind {
    /// A folder without content.
    EmptyFolder,
    /// A folder without `migration.sql`.
    NoScript,
    /// A file other than the lock file.
    StrayFile,
    /// A symbolic link instead of a migration's folder.
    SymbolicLink,
    /// A symbolic link instead of a script.
    ScriptIsSymbolicLink,
    /// A symbolic link instead of the lock file.
    LockFileIsSymbolicLink,
    /// A folder name that is not valid UTF-8.
    NameNotUtf8,
    /// A script that is not valid UTF-8.
    ScriptNotUtf8 {
        /// The offset of the first invalid byte.
        offset: usize,
    },
    /// A file or folder that cannot be read.
    Unreadable(io::Error),
    /// A missing lock file.
    NoLockFile,
    /// A lock file for another database system, or for none.
    WrongLockFile {
        /// The provider that the lock file names.
        provider: Option<String>,
    },
}

impl Problem {
    /// Whether the folder cannot be replayed with the same result as a deployment.
    #[must_use]
    pub fn prevents_replay(&self) -> bool {
        !matches!(self.kind, ProblemKind::StrayFile | ProblemKind::NoLockFile)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.kind {
            ProblemKind::EmptyFolder => write!(f, "{path} is an empty folder. Prisma fails with P3015."),
            ProblemKind::NoScript => write!(f, "{path} contains no {SCRIPT_FILE}. Prisma fails with P3015."),
            ProblemKind::StrayFile => write!(f, "{path} is not a migration."),
            ProblemKind::SymbolicLink => write!(f, "{path} is a symbolic link, which Prisma ignores."),
            ProblemKind::ScriptIsSymbolicLink => {
                write!(f, "{path}/{SCRIPT_FILE} is a symbolic link. Editing its target would change the migration.")
            }
            ProblemKind::LockFileIsSymbolicLink => write!(f, "{path} is a symbolic link."),
            ProblemKind::NameNotUtf8 => write!(f, "The name of {path} is not valid UTF-8."),
            ProblemKind::ScriptNotUtf8 { offset } => {
                write!(f, "{path}/{SCRIPT_FILE} is not valid UTF-8 from byte {offset} on.")
            }
            ProblemKind::Unreadable(error) => write!(f, "{path} cannot be read: {error}."),
            ProblemKind::NoLockFile => write!(f, "{path} is missing."),
            ProblemKind::WrongLockFile { provider: Some(provider) } => {
                write!(f, "{path} names the provider {provider:?} instead of \"postgresql\".")
            }
            ProblemKind::WrongLockFile { provider: None } => write!(f, "{path} names no provider."),
        }
    }
}
