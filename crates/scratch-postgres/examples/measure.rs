//! Times a throw-away server and a replay: `cargo run --example measure -- FOLDER-OF-MIGRATIONS [RUNS]`.
//!
//! The first run of each kind starts without a cache of its own; the last of all takes everything from the cache.

#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]

use std::{
    error::Error,
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    time::{Duration, Instant},
};

use scratch_postgres::{Choice, Options, Script, guardian, replay};

fn main() -> Result<(), Box<dyn Error>> {
    guardian::main_if_reentered();
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let folder = arguments.first().ok_or("name a folder of migrations")?;
    let runs = arguments.get(1).map_or(Ok(5), |runs| runs.parse())?;
    let files = files(Path::new(folder))?;
    let scripts: Vec<_> = files.iter().map(|(name, sql)| Script { name, sql }).collect();
    println!("milliseconds          started  replayed   queried     ended");
    for run in 0..runs {
        let cache = cache()?;
        let options = Options { choice: Choice::Local, cache: Some(cache.path().join("cache")), ..Options::default() };
        measure(&format!("nothing cached {run}"), &options, &scripts)?;
        measure("all cached", &options, &scripts)?;
        // One entry is the newly initialised server's, the other has all scripts.
        let changed = [&[Script { name: "first", sql: "SELECT 1" }], scripts.as_slice()].concat();
        measure("server cached", &options, &changed)?;
        measure(
            "all but one cached",
            &options,
            &[scripts.as_slice(), &[Script { name: "last", sql: "SELECT 1" }]].concat(),
        )?;
    }
    Ok(())
}

/// Each figure is the time since the beginning.
fn measure(what: &str, options: &Options, scripts: &[Script<'_>]) -> Result<(), Box<dyn Error>> {
    let beginning = Instant::now();
    let mut observer = Observer { beginning, started: Duration::ZERO };
    let replayed = replay(options, scripts, &mut observer)?;
    let done = beginning.elapsed();
    replayed.client()?.query("SELECT count(*) FROM pg_class", &[])?;
    let queried = beginning.elapsed();
    drop(replayed);
    let times = [observer.started, done, queried, beginning.elapsed()].map(|time| time.as_secs_f64() * 1000.0);
    let [started, done, queried, ended] = times;
    println!("{what:<20} {started:>8.1} {done:>9.1} {queried:>9.1} {ended:>9.1}");
    Ok(())
}

struct Observer {
    beginning: Instant,
    started: Duration,
}

impl scratch_postgres::Observer for Observer {
    fn note(&mut self, text: &str) {
        println!("{text}");
    }

    fn replay_starts(&mut self, _cached: usize, _total: usize) {
        self.started = self.beginning.elapsed();
    }
}

/// Root's server runs as another user, who must get at it.
fn cache() -> io::Result<tempfile::TempDir> {
    tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir()
}

fn files(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.path().join("migration.sql");
        if file.exists() {
            files.push((file.display().to_string(), fs::read_to_string(file)?));
        }
    }
    files.sort();
    Ok(files)
}
