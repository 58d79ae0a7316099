//! Under which names data folders are cached.

use std::{fmt::Write as _, os::unix::fs::MetadataExt as _};

use sha2::{Digest as _, Sha256};

use sql_script::Script;

use crate::{Installation, cluster::Recipe};

/// The keys of the data folder after none, one, two ... all of the scripts: each a hash over the server, its settings, and
/// the names and contents of the scripts so far, in order.
pub(crate) fn chain(installation: &Installation, scripts: &[Script<'_>]) -> Vec<String> {
    let mut hash = Sha256::new();
    // A change to what is kept, or how, is a new version of this program.
    let add = |hash: &mut Sha256, field: &[u8]| {
        hash.update((field.len() as u64).to_le_bytes());
        hash.update(field);
    };
    add(&mut hash, env!("CARGO_PKG_VERSION").as_bytes());
    add(&mut hash, installation.version.as_bytes());
    // The same version of another build may have other defaults.
    add(&mut hash, installation.bin.as_os_str().as_encoded_bytes());
    let built = fs_err::metadata(installation.program("postgres")).map_or((0, 0), |of| (of.len(), of.mtime()));
    add(&mut hash, format!("{built:?}").as_bytes());
    Recipe::of_version(installation.major).parts().for_each(|part| add(&mut hash, part.as_bytes()));
    let mut keys = vec![hex(&hash)];
    for script in scripts {
        add(&mut hash, script.name.as_bytes());
        add(&mut hash, script.sql.as_bytes());
        keys.push(hex(&hash));
    }
    keys
}

/// The hash of what went in so far.
pub(crate) fn hex(hash: &Sha256) -> String {
    hash.clone().finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_for_all_before_it() {
        let installation = Installation { bin: "/bin".into(), version: "15.18".to_owned(), major: 15 };
        let keys = |scripts: &[(&'static str, &'static str)]| {
            let scripts: Vec<_> = scripts.iter().map(|&(name, sql)| Script { name, sql }).collect();
            chain(&installation, &scripts)
        };
        let both = keys(&[("one", "a"), ("two", "b")]);
        assert_eq!(both[..2], keys(&[("one", "a")]));
        assert_eq!(both[..1], keys(&[]));
        assert_ne!(both[1..], keys(&[("onea", ""), ("two", "b")])[1..]);
        assert_ne!(both[2], keys(&[("two", "b"), ("one", "a")])[2]);
    }
}
