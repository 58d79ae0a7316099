//! A server from the binaries that are installed on this machine.

use scratch_protocol::Prepared;
use sql_script::Script;

use crate::{
    Error, Observer, Options, Server,
    account::Account,
    cache::Cache,
    cluster,
    guardian::{self, Job, Local},
    installation::Installation,
    key, run,
    server::{Log, Started},
};

/// Starts a server from a cached data folder, with as many of the scripts in it as possible.
pub(crate) fn start(
    options: &Options,
    installation: &Installation,
    scripts: &[Script<'_>],
    observer: &mut dyn Observer,
) -> Result<Started, Error> {
    let account = Account::of_the_server()?;
    let cache = Cache::open(options.cache.as_deref(), account)
        .inspect_err(|error| observer.note(&format!("nothing is cached: {error}")))
        .ok();
    let keys = key::chain(installation, scripts);
    let mut candidates = keys.as_slice();
    loop {
        let hit = cache.as_ref().and_then(|cache| candidates.iter().rposition(|key| cache.has(key)));
        let job = Job::Local(Local {
            account,
            bin: installation.bin.clone(),
            major: installation.major,
            cache: cache.as_ref().map(|cache| cache.root().to_owned()),
            key: keys[0].clone(),
            image: hit.map(|count| keys[count].clone()),
            places: run::places(),
        });
        match (guardian::start(&options.reentry, &job), hit, &cache) {
            (Ok((guardian, url)), ..) => {
                let prepared = Prepared {
                    version: installation.version.clone(),
                    database: cluster::DATABASE.to_owned(),
                    owner: cluster::OWNER.to_owned(),
                };
                let log = url.socket_folder().map_or(Log::Nobody, Log::Folder);
                return Ok(Started {
                    server: Server::prepared(guardian, url, prepared, installation.to_string(), log, false),
                    replayed: hit.unwrap_or(0),
                    key: cache.is_some().then(|| keys[scripts.len()].clone()),
                });
            }
            (Err(error), Some(count), Some(cache)) => {
                observer.note(&format!("a cached data folder was no good, and is made anew: {error}"));
                cache.discard(&keys[count]);
                candidates = &keys[..count];
            }
            (Err(error), ..) => return Err(error),
        }
    }
}
