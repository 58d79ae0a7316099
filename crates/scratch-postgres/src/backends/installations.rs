//! The search for PostgreSQL installations on this machine.

use std::{collections::BTreeSet, env, ffi::OsStr, path::PathBuf, process::Command};

use crate::{Error, Installation, fetch, installation::real_bin};

/// The folders that packages install into, as `folder/prefix*/bin`.
const WELL_KNOWN: [(&str, &str, &str); 9] = [
    ("/usr/lib/postgresql", "", "bin"),                          // Debian, Ubuntu
    ("/usr", "pgsql-", "bin"),                                   // PostgreSQL's own RPMs
    ("/usr/libexec", "postgresql", ""),                          // Alpine
    ("/usr/lib", "postgresql", "bin"),                           // openSUSE, Gentoo
    ("/usr/local", "pgsql", "bin"),                              // built from source
    ("/opt/homebrew/opt", "postgresql", "bin"),                  // Homebrew, Apple silicon
    ("/usr/local/opt", "postgresql", "bin"),                     // Homebrew, Intel
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),     // Homebrew, Linux
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"), // Postgres.app
];

impl Installation {
    /// Finds the installation of the wanted major version, or else of the highest.
    ///
    /// # Errors
    /// [`Error::NotInstalled`] names the versions found and the folders searched.
    pub fn find(wanted: Option<u32>) -> Result<Self, Error> {
        let matches = |it: &Self| wanted.is_none_or(|major| it.major == major);
        let mut found = in_folders(path_and_well_known());
        // Some `pg_config` are shell scripts, slower than all other steps.
        if !found.iter().any(matches) {
            found.extend(in_folders(pg_config()));
        }
        found.extend(fetch::find(wanted));
        // Among equals, the first wins: folders in PATH come first, fetched programs last.
        let best = found.iter().rev().filter(|it| matches(it)).max_by_key(|it| it.major);
        best.cloned().ok_or_else(|| {
            let majors = found.into_iter().chain(fetch::installations()).map(|it| it.major).collect::<BTreeSet<_>>();
            Error::NotInstalled {
                wanted,
                found: majors.into_iter().collect(),
                searched: searched(),
                can_be_fetched: fetch::has_package(wanted),
            }
        })
    }

    /// All installations: folders in `PATH` come first, fetched programs last.
    pub fn all() -> Vec<Self> {
        let mut found = in_folders(path_and_well_known().into_iter().chain(pg_config()));
        found.extend(fetch::installations());
        found
    }
}

fn in_folders(folders: impl IntoIterator<Item = PathBuf>) -> Vec<Installation> {
    let mut seen = BTreeSet::new();
    folders
        .into_iter()
        .filter_map(|folder| real_bin(&folder))
        .filter(|bin| seen.insert(bin.clone()))
        .filter_map(Installation::inspect)
        .collect()
}

fn path_and_well_known() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(WELL_KNOWN.iter().flat_map(|&(parent, prefix, bin)| expand(parent, prefix, bin)))
        .collect()
}

fn expand(parent: &str, prefix: &str, bin: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs_err::read_dir(parent) else { return Vec::new() };
    let has_prefix = |name: &OsStr| name.to_str().is_some_and(|name| name.starts_with(prefix));
    entries.flatten().filter(|entry| has_prefix(&entry.file_name())).map(|entry| entry.path().join(bin)).collect()
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok().filter(|output| output.status.success())?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

fn searched() -> Vec<String> {
    let well_known = WELL_KNOWN.iter().map(|(parent, prefix, bin)| format!("{parent}/{prefix}*/{bin}"));
    ["PATH".to_owned(), "`pg_config --bindir`".to_owned()]
        .into_iter()
        .chain(well_known.map(|pattern| pattern.trim_end_matches('/').to_owned()))
        .chain(["fetched programs".to_owned()])
        .collect()
}
