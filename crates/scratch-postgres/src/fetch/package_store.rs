//! The store of fetched programs.
//!
//! The folder of a package gets its name once it is complete. It records its own size, which reveals files that a full disk
//! or a cleaner of temporary files has removed since.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use nix::unistd::Uid;

use super::{Failure, package::Package, unpack};
use crate::{Error, Installation, Observer, cache_folder, server_user::ServerUser, version};

const NAME: &str = "postgres-programs";

/// The prefix of the names of incomplete folders.
const INCOMPLETE: &str = "new-";
const LOCK: &str = "turn";

/// The file in which a folder describes its content.
const DESCRIPTION: &str = "about";

/// A folder of unpacked packages.
#[derive(Debug)]
pub(super) struct PackageStore {
    root: PathBuf,
}

/// The folder of a package, and its description of itself.
#[derive(Debug)]
pub(super) struct StoredPackage {
    folder: PathBuf,
    version: String,
    bin: String,
    size: FolderSize,
}

/// The size of a folder's content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct FolderSize {
    files: u64,
    bytes: u64,
}

impl PackageStore {
    #[cfg(test)]
    pub(super) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    /// The store to which this user fetches.
    pub(super) fn open() -> Result<Self, Error> {
        let folders = cache_folder::candidates(NAME);
        let failed = Error::io("Creating a folder for the programs of PostgreSQL", folders[0].clone());
        Ok(Self { root: cache_folder::create_first(folders, 0o755, ServerUser::current()).map_err(failed)? })
    }

    /// The existing stores that this user can trust: its own and root's.
    pub(super) fn existing() -> Vec<Self> {
        let owners = [Uid::effective(), Uid::from_raw(0)];
        let mut folders = cache_folder::candidates(NAME);
        let of_root = Path::new(cache_folder::SYSTEM_CACHES).join(NAME);
        if !folders.contains(&of_root) {
            folders.push(of_root);
        }
        folders.retain(|folder| cache_folder::is_trusted(folder, &owners));
        folders.into_iter().map(|root| Self { root }).collect()
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Waits for the lock on fetching.
    pub(super) fn lock(&self, observer: &mut dyn Observer) -> Result<File, Error> {
        let path = self.root.join(LOCK);
        let mut lock = || {
            let file = fs_err::File::create(&path)?.into_parts().0;
            if file.try_lock().is_err() {
                observer.note("waiting for another run that is fetching PostgreSQL");
                file.lock()?;
            }
            Ok(file)
        };
        lock().map_err(Error::io("Locking the folder for the programs of PostgreSQL", &path))
    }

    /// All stored packages.
    pub(super) fn stored(&self) -> Vec<StoredPackage> {
        let complete = self.folders().filter(|(name, _)| !name.starts_with(INCOMPLETE));
        complete.filter_map(|(_, folder)| StoredPackage::read(folder)).collect()
    }

    /// The installation from this package, if it is stored and intact.
    pub(super) fn get(&self, package: &Package<'_>) -> Option<Installation> {
        StoredPackage::read(self.root.join(package.folder_name()))?.into_installation()
    }

    /// Stores the package that `download` unpacks into its second folder. The first one is for temporary files. The caller
    /// must hold the lock.
    pub(super) fn add(
        &self,
        package: &Package<'_>,
        download: impl FnOnce(&Path, &Path) -> Result<(), Failure>,
    ) -> Result<Installation, Failure> {
        let new = self.create_incomplete()?;
        let (work, tree) = (new.path().join("work"), new.path().join("tree"));
        fs_err::create_dir(&work)?;
        fs_err::create_dir(&tree)?;
        download(&work, &tree)?;
        let bin = package.registry.bin();
        unpack::finish(&tree, bin)?;
        let version = unpack::ask_version(&tree.join(bin))?;
        StoredPackage { folder: tree.clone(), version, bin: bin.to_owned(), size: size(&tree)? }.write()?;
        let folder = self.root.join(package.folder_name());
        if folder.exists() {
            // The caller has found it incomplete.
            fs_err::rename(&folder, new.path().join("broken"))?;
        }
        fs_err::rename(&tree, &folder)?;
        self.get(package).ok_or_else(|| format!("the new folder {} is incomplete", folder.display()).into())
    }

    /// The folders that interrupted fetches left over; none while another run holds the lock.
    pub(super) fn left_over(&self) -> Vec<PathBuf> {
        let lock = fs_err::File::open(self.root.join(LOCK));
        if lock.is_ok_and(|lock| lock.file().try_lock().is_ok()) { self.incomplete() } else { Vec::new() }
    }

    /// Creates an incomplete folder. The caller holds the lock, so all others are left over and are removed.
    fn create_incomplete(&self) -> io::Result<tempfile::TempDir> {
        self.incomplete().iter().try_for_each(fs_err::remove_dir_all)?;
        tempfile::Builder::new().prefix(INCOMPLETE).tempdir_in(&self.root)
    }

    fn incomplete(&self) -> Vec<PathBuf> {
        self.folders().filter(|(name, _)| name.starts_with(INCOMPLETE)).map(|(_, path)| path).collect()
    }

    fn folders(&self) -> impl Iterator<Item = (String, PathBuf)> {
        let entries = fs_err::read_dir(&self.root).into_iter().flatten().flatten();
        entries.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())))
    }
}

impl StoredPackage {
    fn read(folder: PathBuf) -> Option<Self> {
        let description = fs_err::read_to_string(folder.join(DESCRIPTION)).ok()?;
        let mut fields = description.split_whitespace();
        Some(Self {
            folder,
            version: fields.next()?.to_owned(),
            bin: fields.next()?.to_owned(),
            size: FolderSize { files: fields.next()?.parse().ok()?, bytes: fields.next()?.parse().ok()? },
        })
    }

    fn write(&self) -> io::Result<()> {
        let Self { folder, version, bin, size: FolderSize { files, bytes } } = self;
        fs_err::write(folder.join(DESCRIPTION), format!("{version} {bin} {files} {bytes}\n"))
    }

    pub(super) fn major(&self) -> u32 {
        version::major(&self.version).unwrap_or_default()
    }

    /// The numbers of the version, for comparison.
    pub(super) fn version_numbers(&self) -> Vec<u32> {
        self.version.split('.').map_while(|number| number.parse().ok()).collect()
    }

    /// The installation, if no file is missing. This inspects about a thousand files.
    pub(super) fn into_installation(self) -> Option<Installation> {
        let is_intact = size(&self.folder).is_ok_and(|size| size == self.size);
        is_intact.then(|| Installation { major: self.major(), bin: self.folder.join(self.bin), version: self.version })
    }
}

/// The size of a folder's content without its description.
fn size(folder: &Path) -> io::Result<FolderSize> {
    let mut sum = FolderSize::default();
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let of_entry = if entry.file_type()?.is_dir() {
            size(&entry.path())?
        } else if entry.file_name() == DESCRIPTION {
            continue;
        } else {
            FolderSize { files: 1, bytes: entry.metadata()?.len() }
        };
        sum = FolderSize { files: sum.files + of_entry.files, bytes: sum.bytes + of_entry.bytes };
    }
    Ok(sum)
}
