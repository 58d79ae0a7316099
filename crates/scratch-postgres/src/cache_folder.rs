//! The folders that may hold a cache of the current user.

use std::{
    env,
    fs::Permissions,
    io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use nix::unistd::{Uid, chown};

use crate::server_user::ServerUser;

/// Holds root's caches.
pub(crate) const SYSTEM_CACHES: &str = "/var/cache";

/// The possible folders of the cache `name`, best first. Root's caches are in [`SYSTEM_CACHES`], because the user that runs
/// root's servers cannot open root's home.
pub(crate) fn candidates(name: &str) -> Vec<PathBuf> {
    let user = Uid::effective();
    let usual = if user.is_root() {
        Some(PathBuf::from(SYSTEM_CACHES))
    } else if cfg!(target_vendor = "apple") {
        env::home_dir().map(|home| home.join("Library/Caches"))
    } else {
        let configured = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        configured.or_else(|| env::home_dir().map(|home| home.join(".cache")))
    };
    // The name must not start with the prefix of run folders: a sweep would remove it.
    let fallback = env::temp_dir().join(format!("cache-{name}-{user}"));
    usual.map(|folder| folder.join(name)).into_iter().chain([fallback]).collect()
}

/// Returns the first of these folders that exists or can be created, and that only `owner` can write to.
pub(crate) fn create_first(folders: Vec<PathBuf>, mode: u32, owner: ServerUser) -> io::Result<PathBuf> {
    let mut last_error = io::Error::from(io::ErrorKind::NotFound);
    for folder in folders {
        match create(&folder, mode, owner) {
            Ok(()) => return Ok(folder),
            Err(error) => last_error = error,
        }
    }
    Err(last_error)
}

fn create(folder: &Path, mode: u32, owner: ServerUser) -> io::Result<()> {
    if !folder.exists() {
        if let Some(parent) = folder.parent() {
            fs_err::create_dir_all(parent)?;
        }
        match fs_err::create_dir(folder) {
            Ok(()) => {
                fs_err::set_permissions(folder, Permissions::from_mode(mode))?;
                chown(folder, Some(owner.uid), Some(owner.gid))?;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    if is_trusted(folder, &[owner.uid]) {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!("{} is not a folder that only user {} can write to", folder.display(), owner.uid),
    ))
}

/// Whether `folder` belongs to one of these users and no other user can write to it.
pub(crate) fn is_trusted(folder: &Path, owners: &[Uid]) -> bool {
    fs_err::symlink_metadata(folder).is_ok_and(|metadata| {
        metadata.is_dir() && owners.contains(&Uid::from_raw(metadata.uid())) && metadata.mode() & 0o022 == 0
    })
}
