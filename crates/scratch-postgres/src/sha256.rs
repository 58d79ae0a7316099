//! SHA-256 as hexadecimal text.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The digest of the data that `hash` has received so far.
pub(crate) fn hex(hash: &Sha256) -> String {
    hash.clone().finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        _ = write!(text, "{byte:02x}");
        text
    })
}
