//! Files and folders that appear whole or not at all.
//!
//! Everything is first written beside its place under a temporary name and then renamed. A failure takes back what was
//! renamed already, signals wait until the work tree is in one of its two states, and what a killed process left behind
//! is removed by the next one that writes there.

mod signals;
mod staging;

use std::{
    io,
    path::{Path, PathBuf},
};

use fs_err as fs;
use staging::StagedFile;

/// Gives each of `files` its new content and keeps its mode. On failure every one of them is as it was.
///
/// # Errors
/// When a file cannot be written or put in its place; the error names it.
pub fn replace_files(files: &[(PathBuf, &[u8])]) -> io::Result<()> {
    signals::held(|| {
        let staged: Vec<_> =
            files.iter().map(|(path, content)| StagedFile::new(path, content)).collect::<Result<_, _>>()?;
        let mut replaced = Vec::with_capacity(staged.len());
        for file in staged {
            match file.put_in_place() {
                Ok(file) => replaced.push(file),
                Err(error) => {
                    replaced.into_iter().for_each(staging::ReplacedFile::put_back);
                    return Err(error);
                }
            }
        }
        Ok(())
    })
}

/// Makes `folder`, which must not exist, with `files` in it, named by their path inside. On failure there is no `folder`.
///
/// # Errors
/// When `folder` exists or cannot be made; the error names what could not be written.
pub fn create_folder(folder: &Path, files: &[(&Path, &[u8])]) -> io::Result<()> {
    signals::held(|| {
        let temporary = staging::temporary_folder(staging::parent(folder))?;
        let whole = temporary.path().join("whole");
        fs::create_dir(&whole)?;
        for (path, content) in files {
            let path = whole.join(path);
            fs::create_dir_all(staging::parent(&path))?;
            fs::write(path, content)?;
        }
        if folder.symlink_metadata().is_ok() {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{} exists already", folder.display())));
        }
        fs::rename(whole, folder)
    })
}
