//! Data folders kept for later runs.
//!
//! An entry is a folder named by its key. It is complete as soon as it has that name, because it is made under another one;
//! its marker says how many files and bytes it has, so that one damaged since is found out while it is copied.

use std::{
    cmp::Reverse,
    env,
    fs::{DirBuilder, File},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

use nix::unistd::{Uid, chown};

use crate::{account::Account, copy::copy_folder, folder::OwnedFolder};

const DATA: &str = "data";
const MARKER: &str = "complete";
const NEW: &str = "new-";
const OLD: &str = "old-";
const TURN: &str = "turn";

/// What is kept at most: replayed data folders have about 40 MB, and branches come and go.
const MOST_ENTRIES: usize = 24;
const MOST_BYTES: u64 = 1 << 30;

/// The folder that holds the entries. It belongs to the user who runs the servers, and nobody else may write there.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    root: PathBuf,
}

/// An entry that is in use: nobody removes it meanwhile.
pub(crate) struct Entry {
    path: PathBuf,
    _lock: File,
}

/// How much is in a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// How many data folders.
    pub entries: usize,
    /// Their size.
    pub bytes: u64,
}

impl Cache {
    /// The cache in a folder that was opened, and so checked, before.
    pub(crate) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    /// The cache in the given folder, or else in the user's usual place for such.
    pub(crate) fn open(folder: Option<&Path>, account: Account) -> io::Result<Self> {
        let places = folder.map_or_else(|| places(account.uid), |folder| vec![folder.to_owned()]);
        let mut refused = io::Error::from(io::ErrorKind::NotFound);
        for place in places {
            match make_private(&place, account) {
                Ok(()) => return Ok(Self { root: place }),
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The entry of this key, if there is one; it counts as used now.
    pub(crate) fn entry(&self, key: &str) -> Option<Entry> {
        let path = self.root.join(key);
        let lock = File::open(path.join(MARKER)).ok()?;
        lock.try_lock_shared().ok()?;
        _ = lock.set_modified(SystemTime::now());
        // Between the opening and the locking, it can have been removed.
        path.join(MARKER).exists().then_some(Entry { path, _lock: lock })
    }

    /// Copies the entry of this key to `data`, a folder yet to be made.
    pub(crate) fn restore(&self, key: &str, data: &Path) -> io::Result<()> {
        let entry = self.entry(key).ok_or(io::ErrorKind::NotFound)?;
        let copied = copy_folder(&entry.path.join(DATA), data)?;
        if fs_err::read_to_string(entry.path.join(MARKER))? != copied.marker() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the cached data folder is damaged"));
        }
        Ok(())
    }

    /// Copies `data`, the folder of a server at rest, into the cache, and makes room for it.
    pub(crate) fn store(&self, key: &str, data: &Path) -> io::Result<()> {
        let new = OwnedFolder::create(&self.root, NEW)?;
        let stored = copy_folder(data, &new.path().join(DATA))
            .and_then(|copied| fs_err::write(new.path().join(MARKER), copied.marker()))
            .and_then(|()| fs_err::rename(new.path(), self.root.join(key)));
        if stored.is_err() {
            // Another run was faster, or there is no room.
            new.remove()?;
        }
        self.make_room();
        stored
    }

    /// Removes the entry of this key.
    pub(crate) fn discard(&self, key: &str) {
        let old = self.root.join(format!("{OLD}{key}-{}", std::process::id()));
        if fs_err::rename(self.root.join(key), &old).is_ok() {
            _ = fs_err::remove_dir_all(old);
        }
    }

    /// Waits for the turn of this process to add an entry that others need, too.
    pub(crate) fn turn(&self) -> io::Result<File> {
        let file = fs_err::File::create(self.root.join(TURN))?.into_parts().0;
        file.lock()?;
        Ok(file)
    }

    pub(crate) fn usage(&self) -> Usage {
        self.entries()
            .into_iter()
            .fold(Usage::default(), |sum, (_, _, bytes)| Usage { entries: sum.entries + 1, bytes: sum.bytes + bytes })
    }

    /// Removes the entries that were not used for longest, and what killed runs left half-made or half-removed.
    fn make_room(&self) {
        for prefix in [NEW, OLD] {
            for folder in OwnedFolder::left_over(&self.root, prefix, Uid::effective()) {
                _ = folder.remove();
            }
        }
        let mut entries = self.entries();
        entries.sort_by_key(|&(_, used, _)| Reverse(used));
        let mut usage = Usage::default();
        for (key, _, bytes) in entries {
            usage.entries += 1;
            usage.bytes += bytes;
            let is_over = usage.entries > MOST_ENTRIES || (usage.bytes > MOST_BYTES && usage.entries > 1);
            if is_over && self.is_idle(&key) {
                self.discard(&key);
            }
        }
    }

    fn is_idle(&self, key: &str) -> bool {
        File::open(self.root.join(key).join(MARKER)).is_ok_and(|lock| lock.try_lock().is_ok())
    }

    /// Key, time of the last use and size of each entry.
    fn entries(&self) -> Vec<(String, SystemTime, u64)> {
        let entries = fs_err::read_dir(&self.root).into_iter().flatten().flatten();
        let complete = entries.filter_map(|entry| {
            let key = entry.file_name().into_string().ok()?;
            if key.starts_with(NEW) || key.starts_with(OLD) {
                return None;
            }
            let marker = entry.path().join(MARKER);
            let used = fs_err::metadata(&marker).ok()?.modified().ok()?;
            let bytes = fs_err::read_to_string(marker).ok()?.split_whitespace().last()?.parse().ok()?;
            Some((key, used, bytes))
        });
        complete.collect()
    }
}

/// Where a user's caches belong; root's is for the user in whose name its servers run, and root's home is closed to that one.
fn places(user: Uid) -> Vec<PathBuf> {
    let named = |folder: PathBuf| folder.join("scratch-postgres");
    let usual = if Uid::effective().is_root() {
        Some(PathBuf::from(format!("/var/cache/scratch-postgres-{user}")))
    } else if cfg!(target_vendor = "apple") {
        env::home_dir().map(|home| named(home.join("Library/Caches")))
    } else {
        let configured = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        configured.or_else(|| env::home_dir().map(|home| home.join(".cache"))).map(named)
    };
    usual.into_iter().chain([env::temp_dir().join(format!("scratch-postgres-cache-{user}"))]).collect()
}

/// Makes the folder, for its owner alone, or checks that it is such a one: what another user could have put there is not to
/// be trusted.
fn make_private(folder: &Path, account: Account) -> io::Result<()> {
    if !folder.exists() {
        if let Some(parent) = folder.parent() {
            fs_err::create_dir_all(parent)?;
        }
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            Ok(()) if Uid::effective() != account.uid => chown(folder, Some(account.uid), Some(account.gid))?,
            _ => {}
        }
    }
    let metadata = fs_err::symlink_metadata(folder)?;
    if metadata.is_dir() && metadata.uid() == account.uid.as_raw() && metadata.mode() & 0o022 == 0 {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!("{} is no folder that user {} alone can write to", folder.display(), account.uid),
    ))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn cache() -> (tempfile::TempDir, Cache, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs_err::create_dir_all(data.join("base/1")).unwrap();
        fs_err::write(data.join("base/1/1234"), "rows").unwrap();
        let cache = Cache::open(Some(&folder.path().join("cache")), me()).unwrap();
        (folder, cache, data)
    }

    fn me() -> Account {
        Account { uid: Uid::effective(), gid: nix::unistd::Gid::effective() }
    }

    #[test]
    fn what_is_stored_is_restored() {
        let (folder, cache, data) = cache();
        let copy = folder.path().join("copy");
        assert!(cache.restore("key", &copy).is_err());
        cache.store("key", &data).unwrap();
        assert!(cache.store("key", &data).is_err(), "it is there already");
        cache.restore("key", &copy).unwrap();
        assert_eq!(fs_err::read_to_string(copy.join("base/1/1234")).unwrap(), "rows");
        assert_eq!(cache.usage(), Usage { entries: 1, bytes: 4 });
        cache.discard("key");
        assert_eq!(fs_err::read_dir(cache.root()).unwrap().count(), 0);
    }

    #[test]
    fn a_damaged_entry_is_found_out() {
        let (folder, cache, data) = cache();
        cache.store("key", &data).unwrap();
        fs_err::write(cache.root().join("key/data/base/1/1234"), "").unwrap();
        let error = cache.restore("key", &folder.path().join("copy")).unwrap_err();
        assert_eq!(error.to_string(), "the cached data folder is damaged");
    }

    #[test]
    fn the_entry_unused_for_longest_makes_room() {
        let (_folder, cache, data) = cache();
        for number in 0..MOST_ENTRIES {
            cache.store(&format!("key{number}"), &data).unwrap();
        }
        let long_ago = |key| {
            let marker = File::open(cache.root().join(key).join(MARKER)).unwrap();
            marker.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        };
        let in_use = cache.entry("key2").unwrap();
        ["key1", "key2"].into_iter().for_each(long_ago);
        cache.store("more", &data).unwrap();
        cache.store("still more", &data).unwrap();
        assert!(cache.entry("key1").is_none());
        assert!(cache.entry("key2").is_some(), "it is in use");
        drop(in_use);
    }

    #[test]
    fn a_folder_that_others_can_write_to_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        assert!(Cache::open(Some(folder.path()), me()).is_err());
    }
}
