//! The folder of the engine's compiled code and the cluster image, about 60 MB in the user's cache.
//!
//! The engine reads the folder's path from its environment. A process cannot safely change its own environment, so this program
//! starts itself again with an environment that names a writable folder.

use std::{
    env,
    ffi::OsString,
    fs::DirBuilder,
    io,
    os::unix::{
        fs::{DirBuilderExt as _, MetadataExt as _},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, anyhow};
use nix::unistd::Uid;

/// The variable that passes the folder to the second start.
const FOLDER_VARIABLE: &str = "SCRATCH_EMBEDDED_CACHE";

/// The path of the folder. At the first start, this function replaces the process by a second start and does not return.
pub(crate) fn path() -> anyhow::Result<PathBuf> {
    if let Some(folder) = env::var_os(FOLDER_VARIABLE) {
        return Ok(folder.into());
    }
    let folder = find()?;
    let program = env::current_exe().context("finding the path of this program failed")?;
    // On macOS the engine reads HOME, on other systems XDG_CACHE_HOME.
    let error = Command::new(program)
        .args(env::args_os().skip(1))
        .envs([(FOLDER_VARIABLE, &folder), ("XDG_CACHE_HOME", &folder), ("HOME", &folder)])
        .exec();
    Err(error).context("starting this program again failed")
}

/// The first candidate to which only this user can write. Creates the folder if necessary.
fn find() -> anyhow::Result<PathBuf> {
    let mut failures = String::new();
    for folder in candidates() {
        match create_private(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) => failures += &format!("\n  {}: {error}", folder.display()),
        }
    }
    Err(anyhow!("The engine's compiled code cannot be cached:{failures}\nSet XDG_CACHE_HOME to a writable folder"))
}

/// The user's cache folder, and a folder for temporary files, which always exists.
fn candidates() -> impl Iterator<Item = PathBuf> {
    let absolute = |value: Option<OsString>| value.map(PathBuf::from).filter(|path| path.is_absolute());
    let home = absolute(env::var_os("HOME"))
        .map(|home| home.join(if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" }));
    let usual = absolute(env::var_os("XDG_CACHE_HOME")).or(home).map(|cache| cache.join("scratch-embedded"));
    usual.into_iter().chain([env::temp_dir().join(format!("scratch-embedded-{}", Uid::effective()))])
}

/// Creates the folder, and requires that no other user can write to it: its content is executed.
fn create_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let metadata = fs_err::symlink_metadata(folder)?;
    if !metadata.is_dir() || metadata.uid() != Uid::effective().as_raw() || metadata.mode() & 0o022 != 0 {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "other users can write to it"));
    }
    // The file system can be read-only.
    tempfile::tempfile_in(folder).map(drop)
}
