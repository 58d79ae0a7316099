//! Writes several files or folders in one atomic step.
//!
//! New content is first written under temporary names in the target's parent folder, and then renamed. If a rename fails, the
//! earlier renames are undone. Signals are blocked during the operation. The next write to the same folder removes the
//! temporary files of a killed process.

mod signals;
mod staging;

use std::{
    io,
    path::{Path, PathBuf},
};

use fs_err as fs;
use staging::StagedFile;

/// Replaces the content of each file and keeps its mode. Creates missing files.
///
/// # Errors
/// If a file cannot be written or renamed. The error names the file, and all files are unchanged.
pub fn replace_files(files: &[(PathBuf, &[u8])]) -> io::Result<()> {
    replace(files.iter().map(|(path, content)| (StagedFile::new(path, content), None)))
}

/// A new content for a file, and the content that the caller has seen: `None` if the file did not exist.
#[derive(Clone, Copy, Debug)]
pub struct Replacement<'a> {
    /// The path of the file.
    pub path: &'a Path,
    /// The content that the file must still have.
    pub seen: Option<&'a [u8]>,
    /// The new content.
    pub new: &'a [u8],
}

/// Does the same as [`replace_files`], but refuses a file that has changed since the caller has read it. The file is compared
/// directly before the rename, so that an editor that saves at the same time loses nothing.
///
/// # Errors
/// If a file has changed, or cannot be written or renamed. The error names the file, and all files are unchanged.
pub fn replace_seen_files(files: &[Replacement<'_>]) -> io::Result<()> {
    replace(files.iter().map(|file| (StagedFile::new(file.path, file.new), Some(file.seen))))
}

fn replace<'a>(files: impl Iterator<Item = (io::Result<StagedFile>, Option<Option<&'a [u8]>>)>) -> io::Result<()> {
    signals::with_signals_blocked(|| {
        let staged: Vec<_> = files.map(|(file, seen)| Ok((file?, seen))).collect::<io::Result<_>>()?;
        let mut replaced = Vec::with_capacity(staged.len());
        for (file, seen) in staged {
            let unchanged = seen.map_or(Ok(()), |seen| file.require_content(seen));
            match unchanged.and_then(|()| file.replace_target()) {
                Ok(file) => replaced.push(file),
                Err(error) => {
                    replaced.into_iter().for_each(staging::ReplacedFile::restore);
                    return Err(error);
                }
            }
        }
        Ok(())
    })
}

/// The path of a new folder, and its files as relative paths and contents.
pub type NewFolder<'a> = (PathBuf, Vec<(&'a Path, &'a [u8])>);

/// Creates folders with their files. None of the folders may exist.
///
/// # Errors
/// If a folder exists or cannot be written. The error names the path, and no folder has been created.
pub fn create_folders(folders: &[NewFolder<'_>]) -> io::Result<()> {
    signals::with_signals_blocked(|| {
        let staged = folders.iter().map(stage).collect::<io::Result<Vec<_>>>()?;
        let mut created = Vec::with_capacity(folders.len());
        for ((folder, _), temporary) in folders.iter().zip(&staged) {
            if let Err(error) = rename_to_new(&temporary.path().join(STAGED), folder) {
                created.into_iter().for_each(|folder: &PathBuf| _ = fs::remove_dir_all(folder));
                return Err(error);
            }
            created.push(folder);
        }
        Ok(())
    })
}

/// Renames each first path of a pair to the second. The second path must not exist.
///
/// # Errors
/// If a path cannot be renamed. The error names it, and all paths have their old names.
pub fn rename_all(renames: &[(PathBuf, PathBuf)]) -> io::Result<()> {
    signals::with_signals_blocked(|| {
        for (done, (old, new)) in renames.iter().enumerate() {
            if let Err(error) = rename_to_new(old, new) {
                renames[..done].iter().for_each(|(old, new)| _ = fs::rename(new, old));
                return Err(error);
            }
        }
        Ok(())
    })
}

/// The name of a staged folder inside its temporary folder.
const STAGED: &str = "staged";

fn stage((folder, files): &NewFolder<'_>) -> io::Result<tempfile::TempDir> {
    let temporary = staging::temporary_folder(staging::parent(folder))?;
    let staged = temporary.path().join(STAGED);
    fs::create_dir(&staged)?;
    for (path, content) in files {
        let path = staged.join(path);
        fs::create_dir_all(staging::parent(&path))?;
        fs::write(path, content)?;
    }
    Ok(temporary)
}

fn rename_to_new(old: &Path, new: &Path) -> io::Result<()> {
    if new.symlink_metadata().is_ok() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{} already exists", new.display())));
    }
    fs::rename(old, new)
}
