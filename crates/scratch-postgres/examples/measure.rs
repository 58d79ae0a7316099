//! Measures the start of a server and a replay: `cargo run --example measure -- FOLDER-OF-MIGRATIONS [RUNS [BACKEND]]`.

#![allow(clippy::print_stdout, reason = "the program prints its measurements")]

use std::{
    error::Error,
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    time::{Duration, Instant},
};

use scratch_postgres::{Choice, Options, guardian, replay};
use sql_script::Script;

const CACHE_STATES: [&str; 4] = ["nothing cached", "server cached", "all but one cached", "all cached"];
const STAGES: [&str; 4] = ["started", "replayed", "queried", "ended"];

/// The time from the start of the measurement to the end of each stage.
type Times = [Duration; STAGES.len()];

fn main() -> Result<(), Box<dyn Error>> {
    guardian::main_if_reentered();
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let folder = arguments.first().ok_or("name a folder of migrations")?;
    let runs = arguments.get(1).map_or(Ok(5), |runs| runs.parse())?;
    let choice = arguments.get(2).map_or(Ok(Choice::Local), |choice| choice.parse())?;
    let files = files(Path::new(folder))?;
    let scripts: Vec<_> = files.iter().map(|(name, sql)| Script { name, sql }).collect();
    let mut times: [Vec<Times>; CACHE_STATES.len()] = Default::default();
    for _ in 0..runs {
        let cache = cache()?;
        let options = Options { choice: choice.clone(), cache: Some(cache.path().join("cache")), ..Options::default() };
        let one = [Script { name: "one", sql: "SELECT 1" }];
        // Another first script changes all keys of the replay. The data folder without scripts is cached by the first run.
        let changed = [&one, scripts.as_slice()].concat();
        let continued = [scripts.as_slice(), &one].concat();
        let replays = [&scripts, &changed, &continued, &scripts];
        // The other backends have no cache.
        let states = if choice == Choice::Local { CACHE_STATES.len() } else { 1 };
        for (times, scripts) in times.iter_mut().zip(replays).take(states) {
            times.push(measure(&options, scripts)?);
        }
    }
    println!("min/median, in ms     {}", STAGES.map(|stage| format!("{stage:>12}")).concat());
    for (state, mut times) in CACHE_STATES.into_iter().zip(times).filter(|(_, times)| !times.is_empty()) {
        let columns = std::array::from_fn::<_, { STAGES.len() }, _>(|stage| {
            times.sort_by_key(|times| times[stage]);
            let [min, median] = [0, times.len() / 2].map(|index| times[index][stage].as_millis());
            format!("{:>12}", format!("{min}/{median}"))
        });
        println!("{state:<22}{}", columns.concat());
    }
    Ok(())
}

fn measure(options: &Options, scripts: &[Script<'_>]) -> Result<Times, Box<dyn Error>> {
    let start = Instant::now();
    let mut observer = Observer { start, started: Duration::ZERO };
    let replayed = replay(options, scripts, &mut observer)?;
    let done = start.elapsed();
    replayed.client()?.query("SELECT count(*) FROM pg_class", &[])?;
    let queried = start.elapsed();
    drop(replayed);
    Ok([observer.started, done, queried, start.elapsed()])
}

struct Observer {
    start: Instant,
    started: Duration,
}

impl scratch_postgres::Observer for Observer {
    fn note(&mut self, text: &str) {
        println!("{text}");
    }

    fn replay_starts(&mut self, _cached: usize, _total: usize) {
        self.started = self.start.elapsed();
    }
}

/// A folder for the cache. Root's server runs as another user, who needs access to it.
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
