//! The guardian of a server from local binaries.

use std::path::Path;

use nix::sys::signal::Signal;
use scratch_protocol::OwnedFolder;

use super::{
    job::Local,
    postmaster::{self, Running},
    serve,
};
use crate::{
    Error, Url,
    cache::Cache,
    cluster::{self, Recipe},
    run::{self, DATA},
};

impl Local {
    /// Starts the server, keeps it for as long as the parent lives, and leaves nothing of it.
    pub(super) fn guard(self) -> Result<(), Error> {
        self.account.assume().map_err(|error| {
            Error::Start(format!("its process could not change to user {}: {error}.", self.account.uid))
        })?;
        let folder = self.create_folder()?;
        let done = self.guard_in(folder.path());
        run::remove_shared_memory(&folder.path().join(DATA), self.account);
        let path = folder.path().to_owned();
        done.and(folder.remove().map_err(Error::io("Removing the folder of a run", path)))
    }

    fn create_folder(&self) -> Result<OwnedFolder, Error> {
        let mut refused = Vec::new();
        for place in &self.places {
            match OwnedFolder::create(place, run::PREFIX) {
                Ok(folder) => return Ok(folder),
                Err(error) => refused.push(format!("{}: {error}", place.display())),
            }
        }
        Err(Error::Start(format!(
            "no folder could be made for its data ({}). Free some space, or point TMPDIR to a folder with a short path \
             that may be written to.",
            refused.join("; ")
        )))
    }

    fn guard_in(&self, folder: &Path) -> Result<(), Error> {
        let data = folder.join(DATA);
        let cache = self.cache.clone().map(Cache::at);
        self.fill(&data, cache.as_ref())?;
        let mut running = postmaster::start(&self.bin.join("postgres"), &data, folder)?;
        let url = Url::of_socket(folder, cluster::SUPERUSER, cluster::MAINTENANCE);
        let requests = serve(&url);
        run::sweep(self.account);
        let wanted = requests.last().and_then(|key| key.into_string().ok());
        if let (Some(key), Some(cache)) = (wanted, cache) {
            // What cannot be kept is replayed again; nothing else depends on it.
            _ = store(&url, &mut running, &data, &cache, &key);
        }
        Ok(())
    }

    fn fill(&self, data: &Path, cache: Option<&Cache>) -> Result<(), Error> {
        let copying = |error| Error::io("Copying a cached data folder", data)(error);
        let initialise = || Recipe::of_version(self.major).initialise(&self.bin, data);
        let Some(cache) = cache else { return initialise() };
        if let Some(image) = &self.image {
            return cache.restore(image, data).map_err(copying);
        }
        // Of several first runs at once, one initialises and the others copy.
        let _turn = cache.turn();
        if cache.restore(&self.key, data).is_ok() {
            return Ok(());
        }
        _ = fs_err::remove_dir_all(data);
        initialise()?;
        // Whoever cannot cache it, for want of space or rights, does without.
        _ = cache.store(&self.key, data);
        Ok(())
    }
}

/// Stops the server in good order, with no other database in it than it came with, and keeps its data.
fn store(url: &Url, running: &mut Running, data: &Path, cache: &Cache, key: &str) -> Result<(), Error> {
    cluster::drop_databases(url)?;
    if running.stop(Signal::SIGINT).is_some_and(|status| status.success()) {
        cache.store(key, data).map_err(Error::io("Caching a data folder", data))?;
    }
    Ok(())
}
