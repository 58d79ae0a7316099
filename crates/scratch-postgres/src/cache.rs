//! The cache of data folders.
//!
//! An entry is a file named by its key. It gets that name once it is complete. A process that has opened an entry can read it
//! to the end, even if another run removes it meanwhile.

mod archive;
mod key;

use std::{
    cmp::Reverse,
    fs::{File, OpenOptions},
    io,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

use nix::{fcntl::OFlag, unistd::Uid};

pub(crate) use self::key::keys;
use crate::{cache_folder, server_user::ServerUser};

/// The prefix of the names of incomplete entries.
const INCOMPLETE: &str = "new-";
const LOCK: &str = "turn";

/// The limits of the cache. Branches come and go, and each leaves one or two replayed data folders.
const MAX_ENTRIES: usize = 24;
const MAX_BYTES: u64 = 1 << 30;

/// The folder that holds the entries. It belongs to the user who runs the servers; no other user can write to it.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    root: PathBuf,
}

/// The size of a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheUsage {
    /// The number of data folders.
    pub entries: usize,
    /// Their size in bytes.
    pub bytes: u64,
}

impl Cache {
    /// The cache in a folder that [`open`](Self::open) has returned.
    pub(crate) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    /// Opens the cache in `folder`, or else in the user's cache folder.
    pub(crate) fn open(folder: Option<&Path>, user: ServerUser) -> io::Result<Self> {
        let candidates = match folder {
            Some(folder) => vec![folder.to_owned()],
            None if Uid::effective() == user.uid => cache_folder::candidates("scratch-postgres"),
            None => cache_folder::candidates(&format!("scratch-postgres-{}", user.uid)),
        };
        Ok(Self { root: cache_folder::create_first(candidates, 0o700, user)? })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether the cache has this entry. Marks it as used now.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.open_entry(key).is_ok_and(|file| file.set_modified(SystemTime::now()).is_ok())
    }

    /// Restores the entry to the folder `data`.
    ///
    /// # Errors
    /// If there is no such entry, or if it is damaged.
    pub(crate) fn restore(&self, key: &str, data: &Path) -> io::Result<()> {
        archive::unpack(&self.open_entry(key)?, data, key)
    }

    /// Opens an entry that is a regular file of this user. Opening a FIFO would wait for a writer, hence O_NONBLOCK.
    fn open_entry(&self, key: &str) -> io::Result<File> {
        let flags = OFlag::O_NONBLOCK | OFlag::O_NOFOLLOW;
        let file = OpenOptions::new().read(true).custom_flags(flags.bits()).open(self.root.join(key))?;
        let (metadata, folder) = (file.metadata()?, fs_err::metadata(&self.root)?);
        if !metadata.is_file() || metadata.uid() != folder.uid() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the entry is not a file of this user"));
        }
        Ok(file)
    }

    /// Stores `data`, the folder of a stopped server, and removes old entries.
    pub(crate) fn store(&self, key: &str, data: &Path) -> io::Result<()> {
        let new = tempfile::Builder::new().prefix(INCOMPLETE).tempfile_in(&self.root)?;
        new.as_file().lock()?;
        archive::pack(data, new.as_file(), key)?;
        // Something else under this name, such as a folder, would stay in the way.
        if self.open_entry(key).is_err() {
            self.discard(key);
        }
        new.persist(self.root.join(key))?;
        self.remove_old_entries();
        Ok(())
    }

    /// Removes the entry, even if a folder has its name.
    pub(crate) fn discard(&self, key: &str) {
        let path = self.root.join(key);
        _ = fs_err::remove_file(&path).or_else(|_| fs_err::remove_dir_all(path));
    }

    /// Waits for the lock on the creation of entries that several runs need.
    pub(crate) fn lock(&self) -> io::Result<File> {
        let file = fs_err::File::create(self.root.join(LOCK))?.into_parts().0;
        file.lock()?;
        Ok(file)
    }

    pub(crate) fn usage(&self) -> CacheUsage {
        let entries = self.entries();
        CacheUsage { entries: entries.len(), bytes: entries.iter().map(|entry| entry.bytes).sum() }
    }

    /// Removes the incomplete entries of killed runs and the least recently used entries above the limits.
    fn remove_old_entries(&self) {
        for name in self.names().filter(|name| name.starts_with(INCOMPLETE)) {
            let file = self.root.join(name);
            if File::open(&file).is_ok_and(|lock| lock.try_lock().is_ok()) {
                _ = fs_err::remove_file(file);
            }
        }
        let mut entries = self.entries();
        entries.sort_by_key(|entry| Reverse(entry.used));
        let mut bytes = 0;
        for (index, entry) in entries.iter().enumerate() {
            bytes += entry.bytes;
            if index >= MAX_ENTRIES || bytes > MAX_BYTES {
                self.discard(&entry.key);
            }
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let entries = self.names().filter(|name| name != LOCK && !name.starts_with(INCOMPLETE)).filter_map(|key| {
            let metadata = fs_err::metadata(self.root.join(&key)).ok()?;
            Some(Entry { key, used: metadata.modified().ok()?, bytes: metadata.len() })
        });
        entries.collect()
    }

    fn names(&self) -> impl Iterator<Item = String> {
        let files = fs_err::read_dir(&self.root).into_iter().flatten().flatten();
        files.filter_map(|file| file.file_name().into_string().ok())
    }
}

struct Entry {
    key: String,
    used: SystemTime,
    bytes: u64,
}

#[cfg(test)]
mod tests {
    use std::{os::unix::fs::PermissionsExt as _, time::Duration};

    use super::*;

    fn cache() -> (tempfile::TempDir, Cache, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs_err::create_dir(&data).unwrap();
        fs_err::write(data.join("file"), "rows").unwrap();
        let cache = Cache::open(Some(&folder.path().join("cache")), ServerUser::current()).unwrap();
        (folder, cache, data)
    }

    #[test]
    fn restores_a_stored_folder() {
        let (folder, cache, data) = cache();
        let copy = folder.path().join("copy");
        assert!(!cache.has("key"));
        cache.store("key", &data).unwrap();
        assert!(cache.has("key"));
        cache.restore("key", &copy).unwrap();
        assert_eq!(fs_err::read_to_string(copy.join("file")).unwrap(), "rows");
        assert_eq!(cache.usage().entries, 1);
        cache.discard("key");
        assert_eq!(cache.usage(), CacheUsage::default());
    }

    #[test]
    fn a_full_cache_drops_the_least_recently_used_entry() {
        let (_folder, cache, data) = cache();
        for number in 0..MAX_ENTRIES {
            let key = number.to_string();
            cache.store(&key, &data).unwrap();
            let stored = File::open(cache.root().join(key)).unwrap();
            stored.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(number as u64)).unwrap();
        }
        assert!(cache.has("0"));
        cache.store("more", &data).unwrap();
        assert!(cache.has("0"), "it was just used");
        assert!(!cache.has("1"));
        assert_eq!(cache.usage().entries, MAX_ENTRIES);
    }

    #[test]
    fn removes_the_incomplete_entry_of_a_killed_run() {
        let (_folder, cache, data) = cache();
        let dead = cache.root().join("new-dead");
        fs_err::write(&dead, "half").unwrap();
        let living = cache.root().join("new-living");
        let lock = File::create(&living).unwrap();
        lock.lock().unwrap();
        cache.store("key", &data).unwrap();
        assert_eq!((dead.exists(), living.exists()), (false, true));
    }

    #[test]
    fn refuses_a_folder_that_other_users_can_write_to() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        assert!(Cache::open(Some(folder.path()), ServerUser::current()).is_err());
    }
}
