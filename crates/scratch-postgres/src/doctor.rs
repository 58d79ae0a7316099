//! Reports the servers that this machine offers, and everything that killed runs left over.

use std::path::PathBuf;

use crate::{
    Backend, CacheUsage, Docker, Error, Installation, Options, cache::Cache, fetch, run_folder, server_user::ServerUser,
};

/// The state of this machine.
#[derive(Debug)]
pub struct Report {
    /// The installed servers: folders in `PATH` come first.
    pub installations: Vec<Installation>,
    /// The installation that `local` uses, or why there is none.
    pub local: Result<Installation, Error>,
    /// The daemon that `container` uses, or why there is none.
    pub container: Result<Docker, Error>,
    /// The package that can be fetched for `local`, or why there is none.
    pub fetch: Result<fetch::Offer<'static>, Error>,
    /// The backend that `auto` uses.
    pub auto: Option<Backend>,
    /// The folder and the size of the cache, or why it is unavailable.
    pub cache: Result<(PathBuf, CacheUsage), std::io::Error>,
    /// The folder that receives the data of the next run.
    pub data: PathBuf,
    /// The folders of runs that were killed together with their guardian, and of interrupted fetches.
    pub left_over: Vec<PathBuf>,
    /// The names of the containers of runs that were killed together with their helper program.
    pub left_over_containers: Vec<String>,
}

/// Inspects this machine. Creates the folder of the cache and changes nothing else.
pub fn report(options: &Options) -> Result<Report, Error> {
    let user = ServerUser::find()?;
    let container = Docker::find();
    Ok(Report {
        installations: Installation::all(),
        local: Installation::find(options.version),
        fetch: fetch::offer(options.version),
        auto: Backend::automatic(options),
        cache: Cache::open(options.cache.as_deref(), user).map(|cache| (cache.root().to_owned(), cache.usage())),
        left_over: run_folder::left_over(user)
            .map(|folder| folder.path().to_owned())
            .chain(fetch::left_over())
            .collect(),
        left_over_containers: container.as_ref().map(Docker::left_over).unwrap_or_default(),
        container: container.map_err(Error::from),
        data: run_folder::usable_parents().into_iter().next().unwrap_or_default(),
    })
}
