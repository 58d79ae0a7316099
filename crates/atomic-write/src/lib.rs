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
    signals::with_signals_blocked(|| {
        let staged: Vec<_> =
            files.iter().map(|(path, content)| StagedFile::new(path, content)).collect::<Result<_, _>>()?;
        let mut replaced = Vec::with_capacity(staged.len());
        for file in staged {
            match file.replace_target() {
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
