//! A server from the binaries that are installed on this machine.

use std::sync::{Mutex, atomic::AtomicU32};

use crate::{
    Error, Observer, Options, Script, Server, Url,
    account::Account,
    cache::Cache,
    cluster,
    guardian::{Guardian, Job, Local},
    installation::Installation,
    key, run,
    server::{Running, Started},
};

/// Starts a server from a cached data folder, with as many of the scripts in it as possible.
pub(crate) fn start(options: &Options, scripts: &[Script<'_>], observer: &mut dyn Observer) -> Result<Started, Error> {
    let installation = Installation::find(options.version)?;
    let account = Account::of_the_server()?;
    let cache = Cache::open(options.cache.as_deref(), account)
        .inspect_err(|error| observer.note(&format!("nothing is cached: {error}")))
        .ok();
    let keys = key::chain(&installation, scripts);
    loop {
        let entry = cache.as_ref().and_then(|cache| {
            let newest_first = keys.iter().enumerate().rev();
            newest_first.filter_map(|(count, key)| Some((count, key, cache.entry(key)?))).next()
        });
        let job = Job::Local(Local {
            account,
            bin: installation.bin.clone(),
            cache: cache.as_ref().map(|cache| cache.root().to_owned()),
            key: keys[0].clone(),
            image: entry.as_ref().map(|(_, key, _)| (*key).clone()),
            places: run::places(),
        });
        match (Guardian::start(&options.reentry, &job), entry, &cache) {
            (Ok((guardian, url)), entry, cache) => {
                return Ok(Started {
                    server: Server(running(guardian, url, &installation).into()),
                    replayed: entry.map_or(0, |(count, ..)| count),
                    key: cache.is_some().then(|| keys[scripts.len()].clone()),
                });
            }
            (Err(error), Some((_, key, entry)), Some(cache)) => {
                drop(entry);
                observer.note(&format!("a cached data folder was no good, and is made anew: {error}"));
                cache.discard(key);
            }
            (Err(error), ..) => return Err(error),
        }
    }
}

fn running(guardian: Guardian, url: Url, installation: &Installation) -> Running {
    Running {
        connection: Mutex::default(),
        guardian: Mutex::new(guardian),
        owner: cluster::OWNER.to_owned(),
        owner_url: url.with_user(cluster::OWNER, None),
        prefix: cluster::DATABASE.to_owned(),
        count: AtomicU32::new(1),
        premade: Mutex::new(Some(cluster::DATABASE.to_owned())),
        create_options: if installation.major >= 15 { "STRATEGY file_copy" } else { "" },
        version: installation.version.clone(),
        description: installation.to_string(),
        folder: url.socket_folder(),
        url,
    }
}
