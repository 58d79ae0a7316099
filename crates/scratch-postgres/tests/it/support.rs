//! What the tests share.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use scratch_postgres::{Error, Installation, Options, Url};
use tempfile::TempDir;

/// Options with a cache of the test's own; `None`, and the reason is printed, where no server can be started.
pub(crate) fn options() -> Option<(Options, TempDir)> {
    if let Err(error @ Error::NotInstalled { .. }) = Installation::find(None) {
        println!("skipped: {error}");
        return None;
    }
    // Root's server runs as another user, who must get at its cache.
    let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
    Some((with_cache(folder.path()), folder))
}

pub(crate) fn with_cache(folder: &Path) -> Options {
    Options { cache: Some(folder.join("cache")), ..Options::for_tests() }
}

/// The folder of the run that a local database is in.
pub(crate) fn run_folder(url: &Url) -> PathBuf {
    let url = url.expose();
    url.split_once("?host=").map(|(_, folder)| PathBuf::from(folder)).unwrap()
}

/// Waits until it is so; a test that waits in vain fails.
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(30), "not so: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
