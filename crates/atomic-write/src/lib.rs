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

/// A folder to be made, and the files in it, named by their paths inside.
pub type NewFolder<'a> = (PathBuf, Vec<(&'a Path, &'a [u8])>);

/// Makes these folders, none of which may exist. On failure there is none of them.
///
/// # Errors
/// When one of them exists or cannot be made; the error names what could not be written.
pub fn create_folders(folders: &[NewFolder<'_>]) -> io::Result<()> {
    signals::held(|| {
        let staged = folders.iter().map(stage).collect::<io::Result<Vec<_>>>()?;
        let mut made = Vec::with_capacity(folders.len());
        for ((folder, _), temporary) in folders.iter().zip(&staged) {
            if let Err(error) = rename_to_new(&temporary.path().join(WHOLE), folder) {
                made.into_iter().for_each(|folder: &PathBuf| _ = fs::remove_dir_all(folder));
                return Err(error);
            }
            made.push(folder);
        }
        Ok(())
    })
}

/// Renames each first path to the second one, at which nothing may be. On failure all have their old names.
///
/// # Errors
/// When something cannot be renamed; the error names it.
pub fn rename_all(renames: &[(PathBuf, PathBuf)]) -> io::Result<()> {
    signals::held(|| {
        for (done, (old, new)) in renames.iter().enumerate() {
            if let Err(error) = rename_to_new(old, new) {
                renames[..done].iter().for_each(|(old, new)| _ = fs::rename(new, old));
                return Err(error);
            }
        }
        Ok(())
    })
}

/// What a staged folder is called in its temporary one.
const WHOLE: &str = "whole";

fn stage((folder, files): &NewFolder<'_>) -> io::Result<tempfile::TempDir> {
    let temporary = staging::temporary_folder(staging::parent(folder))?;
    let whole = temporary.path().join(WHOLE);
    fs::create_dir(&whole)?;
    for (path, content) in files {
        let path = whole.join(path);
        fs::create_dir_all(staging::parent(&path))?;
        fs::write(path, content)?;
    }
    Ok(temporary)
}

fn rename_to_new(old: &Path, new: &Path) -> io::Result<()> {
    if new.symlink_metadata().is_ok() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{} exists already", new.display())));
    }
    fs::rename(old, new)
}
