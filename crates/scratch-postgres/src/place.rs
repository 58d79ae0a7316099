//! The folders of a user in which caches belong.

use std::{
    env,
    fs::Permissions,
    io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use nix::unistd::{Uid, chown};

use crate::account::Account;

/// The folders that can hold a cache of this name, best first. Root's home is closed to the user in whose name its servers
/// run, so root's caches are elsewhere.
pub(crate) fn for_cache(name: &str) -> Vec<PathBuf> {
    let user = Uid::effective();
    let usual = if user.is_root() {
        Some(PathBuf::from(SYSTEM_CACHES))
    } else if cfg!(target_vendor = "apple") {
        env::home_dir().map(|home| home.join("Library/Caches"))
    } else {
        let configured = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        configured.or_else(|| env::home_dir().map(|home| home.join(".cache")))
    };
    // What the names of runs' folders begin with must not be what this one begins with: those are swept.
    let last_resort = env::temp_dir().join(format!("cache-{name}-{user}"));
    usual.map(|folder| folder.join(name)).into_iter().chain([last_resort]).collect()
}

/// Where root's caches belong.
pub(crate) const SYSTEM_CACHES: &str = "/var/cache";

/// Makes the first of these folders that can be made, or finds it made, with no right to write for anybody but its owner.
pub(crate) fn make_first(places: Vec<PathBuf>, mode: u32, owner: Account) -> io::Result<PathBuf> {
    let mut refused = io::Error::from(io::ErrorKind::NotFound);
    for place in places {
        match make(&place, mode, owner) {
            Ok(()) => return Ok(place),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

fn make(folder: &Path, mode: u32, owner: Account) -> io::Result<()> {
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
    if is_safe(folder, &[owner.uid]) {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!("{} is no folder that user {} alone can write to", folder.display(), owner.uid),
    ))
}

/// Whether this is a folder that one of these users alone can write to: what another user could have put there is not to be
/// trusted.
pub(crate) fn is_safe(folder: &Path, owners: &[Uid]) -> bool {
    fs_err::symlink_metadata(folder).is_ok_and(|metadata| {
        metadata.is_dir() && owners.contains(&Uid::from_raw(metadata.uid())) && metadata.mode() & 0o022 == 0
    })
}
