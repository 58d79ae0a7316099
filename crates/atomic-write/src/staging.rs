//! What stands under a temporary name until it is whole.

use std::{
    ffi::OsStr,
    fs::Permissions,
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process,
};

use fs_err as fs;
use nix::{errno::Errno, sys::signal, unistd::Pid};
use tempfile::{Builder, NamedTempFile, TempDir};

/// Temporary names begin with this, the process id and a dash.
const PREFIX: &str = ".xtask-";

/// The folder that holds `path`.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// A new content for a file, ready beside it, with a copy of the old one.
pub(crate) struct StagedFile {
    target: PathBuf,
    new: NamedTempFile,
    old: Option<NamedTempFile>,
}

/// A file that has its new content, with a copy of the old one, if there was one.
pub(crate) struct ReplacedFile {
    target: PathBuf,
    old: Option<NamedTempFile>,
}

impl StagedFile {
    pub(crate) fn new(target: &Path, content: &[u8]) -> io::Result<Self> {
        let folder = parent(target);
        sweep(folder)?;
        let old = if target.is_file() {
            Some(temporary_file(folder, &fs::read(target)?, fs::metadata(target)?.permissions())?)
        } else {
            None
        };
        let permissions = match &old {
            Some(old) => old.as_file().metadata()?.permissions(),
            None => default_permissions(folder)?,
        };
        Ok(Self { target: target.to_owned(), new: temporary_file(folder, content, permissions)?, old })
    }

    pub(crate) fn put_in_place(self) -> io::Result<ReplacedFile> {
        self.new.persist(&self.target).map_err(|failed| naming("replace", &self.target, &failed.error))?;
        Ok(ReplacedFile { target: self.target, old: self.old })
    }
}

impl ReplacedFile {
    /// Undoes the replacement as well as it can: the failure that led here is the one to report.
    pub(crate) fn put_back(self) {
        let _ = match self.old {
            Some(old) => old.persist(&self.target).map(drop).map_err(|failed| failed.error),
            None => fs::remove_file(&self.target),
        };
    }
}

/// A temporary folder in `folder`, removed when dropped.
pub(crate) fn temporary_folder(folder: &Path) -> io::Result<TempDir> {
    sweep(folder)?;
    let temporary =
        Builder::new().prefix(&own_prefix()).tempdir_in(folder).map_err(|error| naming("write in", folder, &error))?;
    Ok(temporary)
}

fn temporary_file(folder: &Path, content: &[u8], permissions: Permissions) -> io::Result<NamedTempFile> {
    let mut file =
        Builder::new().prefix(&own_prefix()).tempfile_in(folder).map_err(|error| naming("write in", folder, &error))?;
    file.write_all(content).map_err(|error| naming("write in", folder, &error))?;
    // Not at creation, where the umask would still take bits away.
    file.as_file().set_permissions(permissions)?;
    Ok(file)
}

/// What a file that is made in `folder` without a word about its mode gets.
fn default_permissions(folder: &Path) -> io::Result<Permissions> {
    let probe = Builder::new()
        .prefix(&own_prefix())
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(|error| naming("write in", folder, &error))?;
    Ok(probe.as_file().metadata()?.permissions())
}

fn own_prefix() -> String {
    format!("{PREFIX}{}-", process::id())
}

/// Removes from `folder` what processes that are gone have left there.
fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if is_left_over(&entry.file_name()) {
            let path = entry.path();
            // Another process may be sweeping too.
            let _ = if entry.file_type()?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
    Ok(())
}

fn is_left_over(name: &OsStr) -> bool {
    let pid = || name.to_str()?.strip_prefix(PREFIX)?.split_once('-')?.0.parse().ok();
    pid().is_some_and(|pid: i32| pid > 0 && signal::kill(Pid::from_raw(pid), None) == Err(Errno::ESRCH))
}

fn naming(action: &str, path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("failed to {action} {}: {error}", path.display()))
}
