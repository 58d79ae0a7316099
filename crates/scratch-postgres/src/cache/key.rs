//! The keys of cached data folders.

use std::os::unix::fs::MetadataExt as _;

use sha2::{Digest as _, Sha256};
use sql_script::Script;

use super::archive::MARK;
use crate::{Installation, cluster::Recipe, sha256::hex};

/// The keys of the data folders after the first 0, 1, 2 ... scripts. Each key hashes the server, its settings, and the names
/// and contents of these scripts in order.
pub(crate) fn keys(installation: &Installation, scripts: &[Script<'_>]) -> Vec<String> {
    let mut hash = Sha256::new();
    let add = |hash: &mut Sha256, field: &[u8]| {
        hash.update((field.len() as u64).to_le_bytes());
        hash.update(field);
    };
    // Entries in an older format have other keys.
    add(&mut hash, MARK);
    add(&mut hash, installation.version.as_bytes());
    // Another build of the same version may have other defaults.
    add(&mut hash, installation.bin.as_os_str().as_encoded_bytes());
    let postgres = fs_err::metadata(installation.bin.join("postgres"));
    let size_and_time = postgres.map_or((0, 0), |metadata| (metadata.len(), metadata.mtime()));
    add(&mut hash, format!("{size_and_time:?}").as_bytes());
    Recipe::of_version(installation.major).parts().for_each(|part| add(&mut hash, part.as_bytes()));
    let mut keys = vec![hex(&hash)];
    for script in scripts {
        add(&mut hash, script.name.as_bytes());
        add(&mut hash, script.sql.as_bytes());
        keys.push(hex(&hash));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_covers_all_scripts_before_it() {
        let installation = Installation { bin: "/bin".into(), version: "15.18".to_owned(), major: 15 };
        let keys = |scripts: &[(&'static str, &'static str)]| {
            let scripts: Vec<_> = scripts.iter().map(|&(name, sql)| Script { name, sql }).collect();
            keys(&installation, &scripts)
        };
        let both = keys(&[("one", "a"), ("two", "b")]);
        assert_eq!(both[..2], keys(&[("one", "a")]));
        assert_eq!(both[..1], keys(&[]));
        assert_ne!(both[1..], keys(&[("onea", ""), ("two", "b")])[1..]);
        assert_ne!(both[2], keys(&[("two", "b"), ("one", "a")])[2]);
    }
}
