//! Where fetched programs are kept.
//!
//! A folder is complete as soon as it has its name, because it is made under another one. It says of itself how much is in
//! it: what a full disk or a cleaner of temporary files took away since then is noticed.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use nix::unistd::Uid;

use super::{Failure, package::Package, unpack};
use crate::{Error, Installation, Observer, account::Account, installation::major, place};

const NAME: &str = "postgres-programs";

/// What the names of folders begin with that are being made.
const NEW: &str = "new-";
const TURN: &str = "turn";

/// The file in which a folder says what it holds.
const ABOUT: &str = "about";

/// A folder of unpacked packages.
#[derive(Debug)]
pub(super) struct Store {
    root: PathBuf,
}

/// A folder, and what it says of itself.
#[derive(Debug)]
pub(super) struct Kept {
    folder: PathBuf,
    version: String,
    bin: String,
    size: Size,
}

/// How much is in a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Size {
    files: u64,
    bytes: u64,
}

/// The folders that this user can trust to hold fetched programs: its own and root's.
fn places() -> Vec<PathBuf> {
    let mut places = place::for_cache(NAME);
    let of_root = Path::new(place::SYSTEM_CACHES).join(NAME);
    if !places.contains(&of_root) {
        places.push(of_root);
    }
    places
}

impl Store {
    #[cfg(test)]
    pub(super) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    /// The folder in which this user fetches.
    pub(super) fn open() -> Result<Self, Error> {
        let places = place::for_cache(NAME);
        let failed = Error::io("Making a folder for the programs of PostgreSQL", places[0].clone());
        Ok(Self { root: place::make_first(places, 0o755, Account::of_this_process()).map_err(failed)? })
    }

    /// The folders that there are.
    pub(super) fn existing() -> Vec<Self> {
        let owners = [Uid::effective(), Uid::from_raw(0)];
        let places = places().into_iter().filter(|place| place::is_safe(place, &owners));
        places.map(|root| Self { root }).collect()
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Waits for the turn of this process to fetch.
    pub(super) fn turn(&self, observer: &mut dyn Observer) -> Result<File, Error> {
        let path = self.root.join(TURN);
        let mut turn = || {
            let file = fs_err::File::create(&path)?.into_parts().0;
            if file.try_lock().is_err() {
                observer.note("another run is fetching PostgreSQL; waiting for it");
                file.lock()?;
            }
            Ok(file)
        };
        turn().map_err(Error::io("Waiting for a turn to fetch PostgreSQL", &path))
    }

    /// All that is kept here.
    pub(super) fn kept(&self) -> Vec<Kept> {
        let finished = self.folders().filter(|(name, _)| !name.starts_with(NEW));
        finished.filter_map(|(_, folder)| Kept::read(folder)).collect()
    }

    /// What was made of this package, if it is whole.
    pub(super) fn get(&self, package: &Package<'_>) -> Option<Installation> {
        Kept::read(self.root.join(package.entry()))?.if_whole()
    }

    /// Keeps what `bring` puts into the second folder; the first is for whatever else it needs. Only for who has the turn.
    pub(super) fn add(
        &self,
        package: &Package<'_>,
        bring: impl FnOnce(&Path, &Path) -> Result<(), Failure>,
    ) -> Result<Installation, Failure> {
        let new = self.stage()?;
        let (work, tree) = (new.path().join("work"), new.path().join("tree"));
        fs_err::create_dir(&work)?;
        fs_err::create_dir(&tree)?;
        bring(&work, &tree)?;
        let bin = package.registry.bin();
        unpack::finish(&tree, bin)?;
        let version = unpack::ask_version(&tree.join(bin))?;
        Kept { folder: tree.clone(), version, bin: bin.to_owned(), size: size(&tree)? }.write()?;
        let kept = self.root.join(package.entry());
        if kept.exists() {
            // It was looked at before, and is broken.
            fs_err::rename(&kept, new.path().join("broken"))?;
        }
        fs_err::rename(&tree, &kept)?;
        self.get(package).ok_or_else(|| format!("{} is broken as soon as it was made", kept.display()).into())
    }

    /// The folders that killed runs left over; none while another run may be at work on one.
    pub(super) fn left_over(&self) -> Vec<PathBuf> {
        let turn = fs_err::File::open(self.root.join(TURN));
        if turn.is_ok_and(|turn| turn.file().try_lock().is_ok()) { self.unfinished() } else { Vec::new() }
    }

    /// A folder to make something in. Whoever has the turn is the only one to do that, so others there are left over.
    fn stage(&self) -> io::Result<tempfile::TempDir> {
        self.unfinished().iter().try_for_each(fs_err::remove_dir_all)?;
        tempfile::Builder::new().prefix(NEW).tempdir_in(&self.root)
    }

    fn unfinished(&self) -> Vec<PathBuf> {
        self.folders().filter(|(name, _)| name.starts_with(NEW)).map(|(_, path)| path).collect()
    }

    fn folders(&self) -> impl Iterator<Item = (String, PathBuf)> {
        let entries = fs_err::read_dir(&self.root).into_iter().flatten().flatten();
        entries.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())))
    }
}

impl Kept {
    fn read(folder: PathBuf) -> Option<Self> {
        let about = fs_err::read_to_string(folder.join(ABOUT)).ok()?;
        let mut fields = about.split_whitespace();
        Some(Self {
            folder,
            version: fields.next()?.to_owned(),
            bin: fields.next()?.to_owned(),
            size: Size { files: fields.next()?.parse().ok()?, bytes: fields.next()?.parse().ok()? },
        })
    }

    fn write(&self) -> io::Result<()> {
        let Self { folder, version, bin, size: Size { files, bytes } } = self;
        fs_err::write(folder.join(ABOUT), format!("{version} {bin} {files} {bytes}\n"))
    }

    pub(super) fn major(&self) -> u32 {
        major(&self.version).unwrap_or_default()
    }

    /// The numbers of the version, to be compared.
    pub(super) fn numbers(&self) -> Vec<u32> {
        self.version.split('.').map_while(|number| number.parse().ok()).collect()
    }

    /// The programs, if nothing of the folder is missing. This looks at a thousand files.
    pub(super) fn if_whole(self) -> Option<Installation> {
        let is_whole = size(&self.folder).is_ok_and(|size| size == self.size);
        is_whole.then(|| Installation { major: self.major(), bin: self.folder.join(self.bin), version: self.version })
    }
}

/// How much is in a folder, but for what it says of itself.
fn size(folder: &Path) -> io::Result<Size> {
    let mut sum = Size::default();
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let of_entry = if entry.file_type()?.is_dir() {
            size(&entry.path())?
        } else if entry.file_name() == ABOUT {
            continue;
        } else {
            Size { files: 1, bytes: entry.metadata()?.len() }
        };
        sum = Size { files: sum.files + of_entry.files, bytes: sum.bytes + of_entry.bytes };
    }
    Ok(sum)
}
