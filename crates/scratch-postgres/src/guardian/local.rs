//! The guardian of a server from local binaries.

use std::path::Path;

use nix::sys::signal::Signal;
use scratch_protocol::OwnedFolder;

use super::{
    LocalServer, announce,
    postmaster::{self, ServerProcess},
};
use crate::{
    Error, Url,
    cache::Cache,
    cluster::{self, Recipe},
    run_folder::{self, DATA},
};

impl LocalServer {
    /// Starts the server, stops it when the parent ends, and removes its files.
    pub(super) fn guard(self) -> Result<(), Error> {
        self.user.switch_to().map_err(|error| {
            Error::Start(format!("its process could not change to user {}: {error}.", self.user.uid))
        })?;
        let folder = self.create_run_folder()?;
        let result = self.guard_in(folder.path());
        run_folder::remove_shared_memory(&folder.path().join(DATA), self.user);
        let path = folder.path().to_owned();
        result.and(folder.remove().map_err(Error::io("Removing the folder of a run", path)))
    }

    fn create_run_folder(&self) -> Result<OwnedFolder, Error> {
        let mut errors = Vec::new();
        for parent in &self.parents {
            let parent = Path::new(parent);
            match OwnedFolder::create(parent, run_folder::PREFIX) {
                Ok(folder) => return Ok(folder),
                Err(error) => errors.push(format!("{}: {error}", parent.display())),
            }
        }
        Err(Error::Start(format!(
            "no folder for its data could be created ({}). Free some space, or set TMPDIR to a writable folder with a \
             short path.",
            errors.join("; ")
        )))
    }

    fn guard_in(&self, folder: &Path) -> Result<(), Error> {
        let data = folder.join(DATA);
        let cache = self.cache.as_ref().map(|root| Cache::at(root.into()));
        self.create_data_folder(&data, cache.as_ref())?;
        let mut server = postmaster::start(&Path::new(&self.bin).join("postgres"), &data, folder)?;
        let url = Url::of_socket(folder, cluster::SUPERUSER, cluster::MAINTENANCE);
        let requests = announce(&url);
        run_folder::sweep(self.user);
        let key = requests.last().and_then(|key| key.into_string().ok());
        if let (Some(key), Some(cache)) = (key, cache) {
            // If this fails, the next run replays the scripts again.
            _ = store(&url, &mut server, &data, &cache, &key);
        }
        Ok(())
    }

    fn create_data_folder(&self, data: &Path, cache: Option<&Cache>) -> Result<(), Error> {
        let initialise = || Recipe::of_version(self.major).initialise(self.bin.as_ref(), data);
        let Some(cache) = cache else { return initialise() };
        if let Some(key) = &self.cached_key {
            return cache.restore(key, data).map_err(Error::io("Copying a cached data folder", data));
        }
        // If several runs start without a cached folder, one initialises it and the others copy it.
        let _lock = cache.lock();
        if cache.restore(&self.empty_key, data).is_ok() {
            return Ok(());
        }
        _ = fs_err::remove_dir_all(data);
        initialise()?;
        // The run works without the cache if space or permissions are missing.
        _ = cache.store(&self.empty_key, data);
        Ok(())
    }
}

/// Drops all databases but the initial ones, shuts the server down cleanly, and caches its data folder.
fn store(url: &Url, server: &mut ServerProcess, data: &Path, cache: &Cache, key: &str) -> Result<(), Error> {
    cluster::drop_databases(url)?;
    if server.stop(Signal::SIGINT).is_some_and(|status| status.success()) {
        cache.store(key, data).map_err(Error::io("Caching a data folder", data))?;
    }
    Ok(())
}
