//! `migration_lock.toml`, the file in which Prisma records the database system of the migrations.

use std::{io, path::Path};

use crate::{Problem, ProblemKind};

/// The name of the lock file in a migrations folder.
pub const LOCK_FILE: &str = "migration_lock.toml";

/// The content of the lock file.
pub const LOCK_FILE_CONTENT: &str = "provider = \"postgresql\"\n";

/// The fault of the lock file in `folder`, if it has one.
pub(crate) fn problem(folder: &Path) -> Option<Problem> {
    let path = folder.join(LOCK_FILE);
    // Messages quote the content, so it must not come from another file.
    if path.is_symlink() {
        return Some(Problem { path, kind: ProblemKind::LockFileIsSymbolicLink });
    }
    let kind = match safe_read::read(&path) {
        Ok(content) => match provider(&String::from_utf8_lossy(&content)) {
            Some("postgresql" | "postgres") => return None,
            provider => ProblemKind::WrongLockFile { provider: provider.map(str::to_owned) },
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => ProblemKind::NoLockFile,
        Err(error) => ProblemKind::Unreadable(error),
    };
    Some(Problem { path, kind })
}

fn provider(content: &str) -> Option<&str> {
    content.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "provider").then_some(())?;
        value.trim().strip_prefix('"')?.split('"').next()
    })
}
