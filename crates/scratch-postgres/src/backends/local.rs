//! Starts a server from binaries on this machine.

use scratch_protocol::Prepared;
use sql_script::Script;

use crate::{
    Error, Installation, Observer, Options, Server,
    cache::{self, Cache},
    cluster,
    guardian::{self, Job, LocalServer},
    run_folder,
    server::{LogSource, StartedServer},
    server_user::ServerUser,
};

/// Starts a server from the cached data folder that contains the most scripts.
pub(super) fn start(
    options: &Options,
    installation: &Installation,
    scripts: &[Script<'_>],
    observer: &mut dyn Observer,
) -> Result<StartedServer, Error> {
    let user = ServerUser::find()?;
    let cache = Cache::open(options.cache.as_deref(), user)
        .inspect_err(|error| observer.note(&format!("the cache is unavailable: {error}")))
        .ok();
    let keys = cache::keys(installation, scripts);
    let mut candidates = keys.as_slice();
    loop {
        let hit = cache.as_ref().and_then(|cache| candidates.iter().rposition(|key| cache.has(key)));
        let job = Job::LocalServer(LocalServer {
            user,
            bin: installation.bin.clone().into(),
            major: installation.major,
            cache: cache.as_ref().map(|cache| cache.root().into()),
            empty_key: keys[0].clone(),
            cached_key: hit.map(|count| keys[count].clone()),
            parents: run_folder::usable_parents().into_iter().map(Into::into).collect(),
        });
        match (guardian::start(&options.reentry, &job), hit, &cache) {
            (Ok((guardian, url)), ..) => {
                let prepared = Prepared {
                    version: installation.version.clone(),
                    database: cluster::DATABASE.to_owned(),
                    owner: cluster::OWNER.to_owned(),
                };
                let log = url.socket_folder().map_or(LogSource::Unavailable, LogSource::RunFolder);
                return Ok(StartedServer {
                    server: Server::prepared(guardian, url, prepared, installation.to_string(), log, false),
                    replayed: hit.unwrap_or(0),
                    key: cache.is_some().then(|| keys[scripts.len()].clone()),
                });
            }
            (Err(error), Some(count), Some(cache)) => {
                observer.note(&format!("a cached data folder is unusable and will be recreated: {error}"));
                cache.discard(&keys[count]);
                candidates = &keys[..count];
            }
            (Err(error), ..) => return Err(error),
        }
    }
}
