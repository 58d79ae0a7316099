//! Shared by all tests.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use scratch_postgres::{Error, Installation, Options, Url};
use tempfile::TempDir;

/// Options with a new cache. Where no server is installed, prints the reason and returns `None`.
pub(crate) fn options() -> Option<(Options, TempDir)> {
    if let Err(error @ Error::NotInstalled { .. }) = Installation::find(None) {
        println!("skipped: {error}");
        return None;
    }
    // Root's server runs as another user, who needs access to its cache.
    let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
    Some((with_cache(folder.path()), folder))
}

pub(crate) fn with_cache(folder: &Path) -> Options {
    Options { cache: Some(folder.join("cache")), ..Options::for_tests() }
}

/// The run folder of a local database.
pub(crate) fn run_folder(url: &Url) -> PathBuf {
    let url = url.expose();
    url.split_once("?host=").map(|(_, folder)| PathBuf::from(folder)).unwrap()
}

/// Waits until the condition holds; panics after 30 seconds.
pub(crate) fn eventually(description: &str, mut condition: impl FnMut() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < Duration::from_secs(30), "timeout: {description}");
        thread::sleep(Duration::from_millis(5));
    }
}
