//! The checksum of a migration.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The SHA-256 of `content`, in lower-case hexadecimal.
#[must_use]
pub fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
