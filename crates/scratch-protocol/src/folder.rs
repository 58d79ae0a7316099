//! Folders that exist only while their owner lives.
//!
//! An owner holds the lock on a file in its folder. The system gives the lock up with the process, however it ends, so a
//! folder whose lock can be taken was left over, and the next run removes it.

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

const LOCK: &str = "lock";

/// Between its making and its locking, a folder looks like one left over. This is much longer than that takes.
const GRACE: Duration = Duration::from_secs(60);

/// A folder of this process, for no other user to look into.
#[derive(Debug)]
pub struct OwnedFolder {
    path: PathBuf,
    lock: File,
}

impl OwnedFolder {
    /// Makes a folder in `parent`, with a name that begins with `prefix`.
    pub fn create(parent: &Path, prefix: &str) -> io::Result<Self> {
        let folder =
            tempfile::Builder::new().prefix(prefix).permissions(Permissions::from_mode(0o700)).tempdir_in(parent)?;
        let new = folder.path().join("lock.new");
        let lock = fs_err::File::create(&new)?.into_parts().0;
        lock.lock()?;
        fs_err::rename(&new, folder.path().join(LOCK))?;
        Ok(Self { path: folder.keep(), lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes it with all that is in it.
    pub fn remove(self) -> io::Result<()> {
        fs_err::remove_dir_all(&self.path)
    }

    /// The folders in `parent` that processes of this user left over; they belong to this process now.
    pub fn left_over<'a>(parent: &Path, prefix: &'a str, user: Uid) -> impl Iterator<Item = Self> + use<'a> {
        let entries = fs_err::read_dir(parent).into_iter().flatten().flatten();
        let named = move |name: &OsStr| name.as_bytes().starts_with(prefix.as_bytes());
        entries.filter(move |entry| named(&entry.file_name())).filter_map(move |entry| take_over(entry.path(), user))
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
    let lock = match File::open(path.join(LOCK)) {
        Ok(lock) => lock,
        Err(_) if metadata.modified().ok()?.elapsed().is_ok_and(|age| age > GRACE) => {
            File::create(path.join(LOCK)).ok()?
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
    fn a_folder_is_left_over_once_its_owner_is_gone() {
        let parent = tempfile::tempdir().unwrap();
        let left_over = || OwnedFolder::left_over(parent.path(), "run-", Uid::effective()).count();
        let folder = OwnedFolder::create(parent.path(), "run-").unwrap();
        assert_eq!(left_over(), 0);
        let path = folder.path().to_owned();
        let copy_of_a_child = folder.lock.try_clone().unwrap();
        drop(folder);
        assert!(path.exists());
        assert_eq!(OwnedFolder::left_over(parent.path(), "other-", Uid::effective()).count(), 0);
        OwnedFolder::left_over(parent.path(), "run-", Uid::effective()).for_each(|folder| folder.remove().unwrap());
        assert!(!path.exists());
        drop(copy_of_a_child);
    }
}
