//! Where the engine's compiled code and the cluster's image are kept: some 60 MB, in the user's cache.
//!
//! The engine looks for the place by itself, in the environment, which a process can only give to another. So this program
//! starts once more, as one that finds a folder that can be written to.

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

/// Tells the second start where the folder is.
const FOUND: &str = "SCRATCH_EMBEDDED_CACHE";

/// The folder. In a process that was started without it, the program starts again and this does not return.
pub(crate) fn folder() -> anyhow::Result<PathBuf> {
    if let Some(folder) = env::var_os(FOUND) {
        return Ok(folder.into());
    }
    let folder = find()?;
    let program = env::current_exe().context("this program does not find itself")?;
    // On macOS the engine goes by the home folder, elsewhere by the other one.
    let error = Command::new(program)
        .args(env::args_os().skip(1))
        .envs([(FOUND, &folder), ("XDG_CACHE_HOME", &folder), ("HOME", &folder)])
        .exec();
    Err(error).context("this program could not start once more")
}

/// The first folder that belongs to this user alone, made if it has to be.
fn find() -> anyhow::Result<PathBuf> {
    let mut refused = String::new();
    for place in places() {
        match make_private(&place) {
            Ok(()) => return Ok(place),
            Err(error) => refused += &format!("\n  {}: {error}", place.display()),
        }
    }
    Err(anyhow!(
        "the engine's compiled code can be kept nowhere:{refused}\nSet XDG_CACHE_HOME to a folder that can be written to"
    ))
}

/// The usual place for a user's cache, and one that is always there.
fn places() -> impl Iterator<Item = PathBuf> {
    let absolute = |value: Option<OsString>| value.map(PathBuf::from).filter(|path| path.is_absolute());
    let home = absolute(env::var_os("HOME"))
        .map(|home| home.join(if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" }));
    let usual = absolute(env::var_os("XDG_CACHE_HOME")).or(home).map(|cache| cache.join("scratch-embedded"));
    usual.into_iter().chain([env::temp_dir().join(format!("scratch-embedded-{}", Uid::effective()))])
}

/// Whoever can write there decides what code runs here.
fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let metadata = fs_err::symlink_metadata(folder)?;
    if !metadata.is_dir() || metadata.uid() != Uid::effective().as_raw() || metadata.mode() & 0o022 != 0 {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "others can write there"));
    }
    // Some file systems are mounted so that nothing can be written.
    tempfile::tempfile_in(folder).map(drop)
}
