//! The PostgreSQL servers that are installed on this machine.

use std::{
    collections::BTreeSet,
    env,
    ffi::OsStr,
    fmt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Error, fetch};

/// The binaries of one PostgreSQL server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// The folder that holds `postgres` and `initdb`.
    pub bin: PathBuf,
    /// Such as `15.18`.
    pub version: String,
    /// Such as `15`.
    pub major: u32,
}

/// Folders that packages install into, as `folder/prefix*suffix`.
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
    /// The installation of the wanted major version, or else of the highest.
    pub fn find(wanted: Option<u32>) -> Result<Self, Error> {
        let fits = |it: &Self| wanted.is_none_or(|major| it.major == major);
        let mut found = in_folders(folders_at_hand());
        // Some `pg_config` are shell scripts, slower than all of the rest.
        if !found.iter().any(fits) {
            found.extend(in_folders(pg_config()));
        }
        found.extend(fetch::find(wanted));
        // Of equals the first is taken: what comes first in PATH goes first, and what was fetched goes last.
        let best = found.iter().rev().filter(|it| fits(it)).max_by_key(|it| it.major);
        best.cloned().ok_or_else(|| {
            let majors = found.into_iter().chain(fetch::installations()).map(|it| it.major).collect::<BTreeSet<_>>();
            Error::NotInstalled { wanted, found: majors.into_iter().collect(), looked: looked() }
        })
    }

    /// All installations, those in `PATH` first, and those that were fetched last.
    pub fn all() -> Vec<Self> {
        let mut found = in_folders(folders_at_hand().into_iter().chain(pg_config()));
        found.extend(fetch::installations());
        found
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }
}

impl fmt::Display for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgreSQL {} in {}", self.version, self.bin.display())
    }
}

fn in_folders(folders: impl IntoIterator<Item = PathBuf>) -> Vec<Installation> {
    let mut seen = BTreeSet::new();
    folders
        .into_iter()
        .filter_map(|folder| real_bin(&folder))
        .filter(|bin| seen.insert(bin.clone()))
        .filter_map(inspect)
        .collect()
}

fn folders_at_hand() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(WELL_KNOWN.iter().flat_map(|&(parent, prefix, bin)| expand(parent, prefix, bin)))
        .collect()
}

fn expand(parent: &str, prefix: &str, bin: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs_err::read_dir(parent) else { return Vec::new() };
    let starts_right = |name: &OsStr| name.to_str().is_some_and(|name| name.starts_with(prefix));
    entries.flatten().filter(|entry| starts_right(&entry.file_name())).map(|entry| entry.path().join(bin)).collect()
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok().filter(|output| output.status.success())?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// The folder where `postgres` really is: the server looks for its libraries beside that, not beside a link in `PATH`.
fn real_bin(folder: &Path) -> Option<PathBuf> {
    let bin = fs_err::canonicalize(folder.join("postgres")).ok()?.parent()?.to_owned();
    bin.join("initdb").is_file().then_some(bin)
}

/// `pg_ctl` answers in a tenth of the time that the server takes to load its libraries, but need not be there.
fn inspect(bin: PathBuf) -> Option<Installation> {
    let ask = |program: &str| {
        let output = Command::new(bin.join(program)).arg("--version").output().ok()?;
        version(&String::from_utf8(output.stdout).ok()?).map(str::to_owned)
    };
    let version = ask("pg_ctl").or_else(|| ask("postgres"))?;
    let major = major(&version)?;
    Some(Installation { bin, version, major })
}

/// The version in a line such as `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
pub(crate) fn version(line: &str) -> Option<&str> {
    line.split_once("(PostgreSQL) ")?.1.split_whitespace().next()
}

/// The major of a version such as `15.18` or `18beta1`.
pub(crate) fn major(version: &str) -> Option<u32> {
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().ok()
}

fn looked() -> Vec<String> {
    let well_known = WELL_KNOWN.iter().map(|(parent, prefix, bin)| format!("{parent}/{prefix}*/{bin}"));
    ["PATH".to_owned(), "`pg_config --bindir`".to_owned()]
        .into_iter()
        .chain(well_known.map(|pattern| pattern.trim_end_matches('/').to_owned()))
        .chain(["what was fetched before".to_owned()])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        let of = |line| version(line).map(|version| (version, major(version).unwrap()));
        assert_eq!(of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(("15.18", 15)));
        assert_eq!(of("postgres (PostgreSQL) 18beta1\n"), Some(("18beta1", 18)));
        assert_eq!(of("something else\n"), None);
    }

    #[test]
    fn a_link_leads_to_the_real_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs_err::canonicalize(folder.path()).unwrap();
        let real = root.join("15/bin");
        let linked = root.join("bin");
        fs_err::create_dir_all(&real).unwrap();
        fs_err::create_dir_all(&linked).unwrap();
        fs_err::write(real.join("postgres"), "").unwrap();
        std::os::unix::fs::symlink(real.join("postgres"), linked.join("postgres")).unwrap();
        assert_eq!(real_bin(&linked), None, "a client-only package has no initdb");
        fs_err::write(real.join("initdb"), "").unwrap();
        assert_eq!(real_bin(&linked), Some(real));
    }
}
