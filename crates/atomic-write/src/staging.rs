//! Files and folders under temporary names.

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

/// A temporary name is this prefix, the process id, a dash and random characters.
const PREFIX: &str = ".xtask-";

/// The parent folder of `path`.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// The new content of a file in a temporary file, and a copy of its old content.
pub(crate) struct StagedFile {
    target: PathBuf,
    new: NamedTempFile,
    old: Option<NamedTempFile>,
}

/// A file with its new content, and a copy of its old content if it existed.
pub(crate) struct ReplacedFile {
    target: PathBuf,
    old: Option<NamedTempFile>,
}

impl StagedFile {
    pub(crate) fn new(target: &Path, content: &[u8]) -> io::Result<Self> {
        let folder = parent(target);
        remove_leftovers(folder)?;
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

    /// Fails if the target no longer has the content `seen`.
    pub(crate) fn require_content(&self, seen: Option<&[u8]>) -> io::Result<()> {
        let now = match fs::read(&self.target) {
            Ok(content) => Some(content),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if now.as_deref() != seen {
            let message = format!("{} was changed by another program", self.target.display());
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, message));
        }
        Ok(())
    }

    pub(crate) fn replace_target(self) -> io::Result<ReplacedFile> {
        self.new.persist(&self.target).map_err(|failed| with_path("replace", &self.target, &failed.error))?;
        Ok(ReplacedFile { target: self.target, old: self.old })
    }
}

impl ReplacedFile {
    /// Undoes the replacement. Its own errors are ignored, because the caller reports the error that came first.
    pub(crate) fn restore(self) {
        let _ = match self.old {
            Some(old) => old.persist(&self.target).map(drop).map_err(|failed| failed.error),
            None => fs::remove_file(&self.target),
        };
    }
}

/// Creates a temporary folder in `folder`. Dropping it removes it.
pub(crate) fn temporary_folder(folder: &Path) -> io::Result<TempDir> {
    remove_leftovers(folder)?;
    let temporary = Builder::new()
        .prefix(&own_prefix())
        .tempdir_in(folder)
        .map_err(|error| with_path("write in", folder, &error))?;
    Ok(temporary)
}

fn temporary_file(folder: &Path, content: &[u8], permissions: Permissions) -> io::Result<NamedTempFile> {
    let mut file = Builder::new()
        .prefix(&own_prefix())
        .tempfile_in(folder)
        .map_err(|error| with_path("write in", folder, &error))?;
    file.write_all(content).map_err(|error| with_path("write in", folder, &error))?;
    // Not at creation, because the umask would clear bits.
    file.as_file().set_permissions(permissions)?;
    Ok(file)
}

/// The permissions of a file that is created in `folder` without an explicit mode.
fn default_permissions(folder: &Path) -> io::Result<Permissions> {
    let probe = Builder::new()
        .prefix(&own_prefix())
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(|error| with_path("write in", folder, &error))?;
    Ok(probe.as_file().metadata()?.permissions())
}

fn own_prefix() -> String {
    format!("{PREFIX}{}-", process::id())
}

/// Removes the temporary files and folders of ended processes from `folder`.
fn remove_leftovers(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if is_leftover(&entry.file_name()) {
            let path = entry.path();
            // Another process can be removing the same file.
            let _ = if entry.file_type()?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
    Ok(())
}

fn is_leftover(name: &OsStr) -> bool {
    let pid = || name.to_str()?.strip_prefix(PREFIX)?.split_once('-')?.0.parse().ok();
    pid().is_some_and(|pid: i32| pid > 0 && signal::kill(Pid::from_raw(pid), None) == Err(Errno::ESRCH))
}

fn with_path(action: &str, path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("failed to {action} {}: {error}", path.display()))
}
