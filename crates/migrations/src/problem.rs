use std::{fmt, io, path::PathBuf};

use crate::{SCRIPT, lock_file};

/// Something that is wrong in a migrations folder. It displays as what that means and how to mend it.
#[derive(Debug)]
pub struct Problem {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub kind: ProblemKind,
}

/// What can be wrong in a migrations folder.
#[derive(Debug)]
pub enum ProblemKind {
    /// A folder with nothing in it.
    EmptyFolder,
    /// A folder without `migration.sql`.
    NoScript,
    /// A file that is not the lock file.
    StrayFile,
    /// A symbolic link in place of a migration's folder.
    SymbolicLink,
    /// A symbolic link in place of a script.
    ScriptIsSymbolicLink,
    /// A folder name that is not UTF-8.
    NameNotUtf8,
    /// A script that is not UTF-8, and where it stops to be.
    ScriptNotUtf8 {
        /// How many bytes are UTF-8.
        offset: usize,
    },
    /// Something that cannot be read.
    Unreadable(io::Error),
    /// No lock file.
    NoLock,
    /// A lock file for another database, or for none.
    WrongLock {
        /// The provider that it names.
        provider: Option<String>,
    },
}

impl Problem {
    /// Whether the migrations cannot be applied as a deployment would apply them.
    #[must_use]
    pub fn hinders_replay(&self) -> bool {
        !matches!(self.kind, ProblemKind::StrayFile | ProblemKind::NoLock)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        let quoted = quoted(&path.to_string());
        match &self.kind {
            ProblemKind::EmptyFolder => write!(
                f,
                "{path} is an empty folder, at which Prisma stops (P3015). Git keeps no empty folders, so it is most likely \
                 what another branch left behind. Remove it: rmdir {quoted}"
            ),
            ProblemKind::NoScript => write!(
                f,
                "{path} has no {SCRIPT}, at which Prisma stops (P3015). Bring the file back: git checkout -- {quoted}; or, if \
                 it is no migration, remove the folder: rm -r {quoted}"
            ),
            ProblemKind::StrayFile => {
                write!(f, "{path} is no migration. Move it elsewhere, or remove it: rm {quoted}")
            }
            ProblemKind::SymbolicLink => write!(
                f,
                "{path} is a symbolic link, which Prisma passes over without a word. Put the folder itself in its place."
            ),
            ProblemKind::ScriptIsSymbolicLink => write!(
                f,
                "{path}/{SCRIPT} is a symbolic link, so that the migration would change with another file. Put the file \
                 itself in its place."
            ),
            ProblemKind::NameNotUtf8 => write!(f, "The name of {path} is not UTF-8. Rename the folder."),
            ProblemKind::ScriptNotUtf8 { offset } => write!(
                f,
                "{path}/{SCRIPT} is not UTF-8 from byte {offset} on. Convert it, if no release has shipped it: iconv -f \
                 latin1 -t utf8"
            ),
            ProblemKind::Unreadable(error) => write!(f, "{path} cannot be read: {error}"),
            ProblemKind::NoLock => {
                write!(f, "{path} is missing. Make it: printf '{}' > {quoted}", escaped(lock_file::CONTENT))
            }
            ProblemKind::WrongLock { provider } => {
                match provider {
                    Some(provider) => write!(f, "{path} names the provider {provider:?}, but these are migrations")?,
                    None => write!(f, "{path} names no provider, but these are migrations")?,
                }
                write!(f, " for PostgreSQL. Write it anew: printf '{}' > {quoted}", escaped(lock_file::CONTENT))
            }
        }
    }
}

/// `text` as one word of a shell's command line.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./,+@:".contains(c);
    if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// `text` as printf's format.
fn escaped(text: &str) -> String {
    text.replace('\n', "\\n")
}
