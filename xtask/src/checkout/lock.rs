//! A lock on the migrations folder. Two commands that read and write the folder at the same time would write the same change twice.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
};

use anyhow::Context as _;

use crate::terminal::output::Output;

/// The lock, held until it is dropped. It is an advisory lock on a folder and leaves no file behind.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _folder: File,
}

impl FolderLock {
    /// Locks the folder at `path`, or the nearest existing folder above it. Waits, with a note, while another command holds the
    /// lock.
    pub(crate) fn acquire(path: &Path, output: &Output) -> anyhow::Result<Self> {
        let folder = open_nearest(path)?;
        match folder.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                output.note(&format!("Waiting for another cargo xtask that writes to {}.", path.display()));
                folder.lock().with_context(|| format!("{} cannot be locked.", path.display()))?;
            }
            // Some network file systems have no locks. Before there was a lock, the command worked there too.
            Err(TryLockError::Error(_)) => {}
        }
        Ok(Self { _folder: folder })
    }
}

fn open_nearest(path: &Path) -> io::Result<File> {
    let existing = path.ancestors().find(|folder| folder.is_dir());
    File::open(existing.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}
