//! Data folders kept for later runs.
//!
//! An entry is a file named by its key. It is complete as soon as it has that name, because it is made under another one.
//! Who has it open can read it to its end, even if another run removes it meanwhile.

use std::{
    cmp::Reverse,
    fs::File,
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use nix::unistd::Uid;

use crate::{account::Account, archive, place};

/// What the names of files begin with that are being made.
const NEW: &str = "new-";
const TURN: &str = "turn";

/// What is kept at most. Branches come and go, and each leaves a replayed data folder or two.
const MOST_ENTRIES: usize = 24;
const MOST_BYTES: u64 = 1 << 30;

/// The folder that holds the entries. It belongs to the user who runs the servers, and nobody else may write there.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    root: PathBuf,
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
        Ok(Self { root: place::make_first(places, 0o700, account)? })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether there is an entry of this key; it counts as used now.
    pub(crate) fn has(&self, key: &str) -> bool {
        File::open(self.root.join(key)).is_ok_and(|file| file.set_modified(SystemTime::now()).is_ok())
    }

    /// Makes the folder `data` from the entry of this key.
    pub(crate) fn restore(&self, key: &str, data: &Path) -> io::Result<()> {
        archive::unpack(fs_err::File::open(self.root.join(key))?.file(), data)
    }

    /// Keeps `data`, the folder of a server at rest, and makes room for it.
    pub(crate) fn store(&self, key: &str, data: &Path) -> io::Result<()> {
        let new = tempfile::Builder::new().prefix(NEW).tempfile_in(&self.root)?;
        new.as_file().lock()?;
        archive::pack(data, new.as_file())?;
        new.persist(self.root.join(key))?;
        self.make_room();
        Ok(())
    }

    /// Removes the entry of this key.
    pub(crate) fn discard(&self, key: &str) {
        _ = fs_err::remove_file(self.root.join(key));
    }

    /// Waits for the turn of this process to add an entry that others need, too.
    pub(crate) fn turn(&self) -> io::Result<File> {
        let file = fs_err::File::create(self.root.join(TURN))?.into_parts().0;
        file.lock()?;
        Ok(file)
    }

    pub(crate) fn usage(&self) -> Usage {
        self.entries()
            .iter()
            .fold(Usage::default(), |sum, entry| Usage { entries: sum.entries + 1, bytes: sum.bytes + entry.bytes })
    }

    /// Removes what killed runs left half-made, and the entries that were not used for longest.
    fn make_room(&self) {
        for name in self.names().filter(|name| name.starts_with(NEW)) {
            let file = self.root.join(name);
            if File::open(&file).is_ok_and(|lock| lock.try_lock().is_ok()) {
                _ = fs_err::remove_file(file);
            }
        }
        let mut entries = self.entries();
        entries.sort_by_key(|entry| Reverse(entry.used));
        let mut bytes = 0;
        for (place, entry) in entries.iter().enumerate() {
            bytes += entry.bytes;
            if place >= MOST_ENTRIES || bytes > MOST_BYTES {
                self.discard(&entry.key);
            }
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let entries = self.names().filter(|name| name != TURN && !name.starts_with(NEW)).filter_map(|key| {
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

/// Where the data folders of this user's servers belong.
fn places(user: Uid) -> Vec<PathBuf> {
    if Uid::effective() == user {
        place::for_cache("scratch-postgres")
    } else {
        place::for_cache(&format!("scratch-postgres-{user}"))
    }
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
        assert!(!cache.has("key"));
        cache.store("key", &data).unwrap();
        assert!(cache.has("key"));
        cache.restore("key", &copy).unwrap();
        assert_eq!(fs_err::read_to_string(copy.join("file")).unwrap(), "rows");
        assert_eq!(cache.usage().entries, 1);
        cache.discard("key");
        assert_eq!(cache.usage(), Usage::default());
    }

    #[test]
    fn the_entry_unused_for_longest_makes_room() {
        let (_folder, cache, data) = cache();
        for number in 0..MOST_ENTRIES {
            let key = number.to_string();
            cache.store(&key, &data).unwrap();
            let stored = File::open(cache.root().join(key)).unwrap();
            stored.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(number as u64)).unwrap();
        }
        assert!(cache.has("0"));
        cache.store("more", &data).unwrap();
        assert!(cache.has("0"), "it was used just now");
        assert!(!cache.has("1"));
        assert_eq!(cache.usage().entries, MOST_ENTRIES);
    }

    #[test]
    fn what_a_killed_run_left_half_made_is_removed() {
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
    fn a_folder_that_others_can_write_to_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        assert!(Cache::open(Some(folder.path()), me()).is_err());
    }
}
