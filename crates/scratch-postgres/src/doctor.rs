//! What is found on this machine, and what is left over from a crash.

use std::path::PathBuf;

use crate::{
    Backend, Docker, Error, Installation, Options, Url, Usage, account::Account, cache::Cache, fetch, remote, run,
};

/// What is found on this machine.
#[derive(Debug)]
pub struct Report {
    /// The installed servers, those in `PATH` first.
    pub installations: Vec<Installation>,
    /// Which of them `local` takes, or why it takes none.
    pub local: Result<Installation, Error>,
    /// Which daemon `container` takes, or why it takes none.
    pub container: Result<Docker, Error>,
    /// What can be fetched for `local`, or why nothing can.
    pub fetch: Result<fetch::Offer<'static>, Error>,
    /// What `auto` takes, if anything.
    pub auto: Option<Backend>,
    /// Where the cache is, and what is in it; or why there is none.
    pub cache: Result<(PathBuf, Usage), std::io::Error>,
    /// Where a run's data goes.
    pub data: PathBuf,
    /// Folders of runs that were killed together with their guardian, and of what was being fetched.
    pub left_over: Vec<PathBuf>,
    /// Containers of runs that were killed together with their helper program, by name.
    pub left_over_containers: Vec<String>,
}

/// Looks at this machine, and changes nothing but that the cache's folder is made.
pub fn report(options: &Options) -> Result<Report, Error> {
    let account = Account::of_the_server()?;
    let container = Docker::find();
    Ok(Report {
        installations: Installation::all(),
        local: Installation::find(options.version),
        fetch: fetch::offer(options.version),
        auto: Backend::automatic(options),
        cache: Cache::open(options.cache.as_deref(), account).map(|cache| (cache.root().to_owned(), cache.usage())),
        left_over: run::left_over(account).map(|folder| folder.path().to_owned()).chain(fetch::left_over()).collect(),
        left_over_containers: container.as_ref().map(Docker::left_over).unwrap_or_default(),
        container,
        data: run::places().into_iter().next().unwrap_or_default(),
    })
}

/// Ends the servers, and removes the folders, that killed runs left over. Every start does that, too.
pub fn sweep() -> Result<Vec<PathBuf>, Error> {
    Ok(run::sweep(Account::of_the_server()?))
}

/// Drops the databases and roles that killed runs left over on the server of a URL. Every start there does that, too.
pub fn sweep_server(url: &Url) -> Result<Vec<String>, Error> {
    remote::sweep(&mut url.connect()?)
}
