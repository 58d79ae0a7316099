//! Temporary folders that a later run can recognize as abandoned.
//!
//! The owner holds a lock on a file in its folder. The system releases the lock when the process ends, however it ends. If
//! another process can take the lock, the folder is abandoned, and that process removes it.

use std::{
    ffi::OsStr,
    fs::{File, Permissions},
    io,
    os::unix::{
        ffi::OsStrExt as _,
        fs::{MetadataExt as _, PermissionsExt as _},
    },
    path::{Path, PathBuf},
    time::Duration,
};

use nix::unistd::Uid;

const LOCK_FILE: &str = "lock";

/// A new folder has no lock file for a moment. A folder without one counts as abandoned only when it is older than this.
const GRACE_PERIOD: Duration = Duration::from_secs(60);

/// A folder that this process owns and no other user can read.
#[derive(Debug)]
pub struct OwnedFolder {
    path: PathBuf,
    lock: File,
}

impl OwnedFolder {
    /// Creates a folder in `parent`, with a random name that begins with `prefix`.
    pub fn create(parent: &Path, prefix: &str) -> io::Result<Self> {
        let folder =
            tempfile::Builder::new().prefix(prefix).permissions(Permissions::from_mode(0o700)).tempdir_in(parent)?;
        let unlocked = folder.path().join("lock.new");
        let lock = fs_err::File::create(&unlocked)?.into_parts().0;
        lock.lock()?;
        fs_err::rename(&unlocked, folder.path().join(LOCK_FILE))?;
        Ok(Self { path: folder.keep(), lock })
    }

    /// The path of the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the folder and its content.
    pub fn remove(self) -> io::Result<()> {
        fs_err::remove_dir_all(&self.path)
    }

    /// Takes over the folders in `parent` whose owners, processes of `user`, have ended.
    pub fn take_abandoned<'a>(parent: &Path, prefix: &'a str, user: Uid) -> impl Iterator<Item = Self> + use<'a> {
        let entries = fs_err::read_dir(parent).into_iter().flatten().flatten();
        let has_prefix = move |name: &OsStr| name.as_bytes().starts_with(prefix.as_bytes());
        entries
            .filter(move |entry| has_prefix(&entry.file_name()))
            .filter_map(move |entry| take_over(entry.path(), user))
    }
}

impl Drop for OwnedFolder {
    fn drop(&mut self) {
        // Closing the file is not enough. A child that another thread starts has a copy of the descriptor until it executes its
        // program, and the system keeps the lock until the last copy is closed.
        _ = self.lock.unlock();
    }
}

fn take_over(path: PathBuf, user: Uid) -> Option<OwnedFolder> {
    let metadata = fs_err::symlink_metadata(&path).ok()?;
    if !metadata.is_dir() || metadata.uid() != user.as_raw() {
        return None;
    }
    let lock = match File::open(path.join(LOCK_FILE)) {
        Ok(lock) => lock,
        Err(_) if metadata.modified().ok()?.elapsed().is_ok_and(|age| age > GRACE_PERIOD) => {
            File::create(path.join(LOCK_FILE)).ok()?
        }
        Err(_) => return None,
    };
    lock.try_lock().ok()?;
    Some(OwnedFolder { path, lock })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_abandoned_once_its_owner_has_ended() {
        let parent = tempfile::tempdir().unwrap();
        let take_abandoned = |prefix| OwnedFolder::take_abandoned(parent.path(), prefix, Uid::effective());
        let folder = OwnedFolder::create(parent.path(), "run-").unwrap();
        assert_eq!(take_abandoned("run-").count(), 0);
        let path = folder.path().to_owned();
        let copy_in_a_child = folder.lock.try_clone().unwrap();
        drop(folder);
        assert!(path.exists());
        assert_eq!(take_abandoned("other-").count(), 0);
        take_abandoned("run-").for_each(|folder| folder.remove().unwrap());
        assert!(!path.exists());
        drop(copy_in_a_child);
    }
}
