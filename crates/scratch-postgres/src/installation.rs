//! The binaries of a PostgreSQL server on this machine.

use std::{
    fmt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::version;

/// The binaries of one PostgreSQL server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// The folder that contains `postgres` and `initdb`.
    pub bin: PathBuf,
    /// The version, such as `15.18`.
    pub version: String,
    /// The major version, such as `15`.
    pub major: u32,
}

impl Installation {
    /// Asks the programs in `bin` for their version. `pg_ctl` answers in a tenth of the time that `postgres` needs to load
    /// its libraries, but is optional.
    pub(crate) fn inspect(bin: PathBuf) -> Option<Self> {
        let ask = |program: &str| {
            let output = Command::new(bin.join(program)).arg("--version").output().ok()?;
            version::in_line(&String::from_utf8(output.stdout).ok()?).map(str::to_owned)
        };
        let version = ask("pg_ctl").or_else(|| ask("postgres"))?;
        let major = version::major(&version)?;
        Some(Self { bin, version, major })
    }
}

impl fmt::Display for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgreSQL {} in {}", self.version, self.bin.display())
    }
}

/// The folder that really contains `postgres`, and `initdb` beside it. The server looks for its libraries next to that
/// folder, not next to a link in `PATH`.
pub(crate) fn real_bin(folder: &Path) -> Option<PathBuf> {
    let bin = fs_err::canonicalize(folder.join("postgres")).ok()?.parent()?.to_owned();
    bin.join("initdb").is_file().then_some(bin)
}

#[cfg(test)]
mod tests {
    use super::*;

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
