//! Measures whole processes of `cargo xtask` against Prisma's engine, on two releases of LiteLLM.
//!
//! The commands run in turns, so that the load of the machine affects all of them alike. `cargo xtask` is measured without
//! Cargo. Its peak memory includes the largest process that it started and waited for.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "prints the result")]

use std::{
    env,
    ffi::OsString,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, bail, ensure};
use fs_err as fs;
use nix::sys::resource::{UsageWho, getrusage};
use tempfile::TempDir;

use crate::{
    oracle::{self, Oracle},
    repository::{self, COPIES, MIGRATIONS, SCHEMA},
};

/// A command line to measure.
struct MeasuredCommand {
    name: &'static str,
    words: Vec<OsString>,
    /// A migrations folder to edit before each run, so that no replay is cached.
    edit: Option<PathBuf>,
}

/// Prints the fastest and the median time and the peak memory of each command. `old` and `new` are checkouts of LiteLLM.
/// `postgres` is the URL of a running server, and `postgres_version` its major version.
///
/// # Errors
/// A command fails, or Prisma's engine is not on this machine.
pub fn compare(
    old: &Path,
    new: &Path,
    repetitions: usize,
    postgres: &str,
    postgres_version: u32,
) -> anyhow::Result<()> {
    let engine = vec!["node".into(), Oracle::find()?.join("oracle.mjs").into(), "diff".into()];
    let xtask: OsString = repository::xtask_program()?.into();
    let schema = |checkout: &Path| format!("schema:{}", checkout.join(SCHEMA).display());
    let version = |checkout: &Path| checkout.file_name().unwrap_or_default().to_string_lossy().into_owned();

    let specs = vec!["--from".into(), schema(old).into(), "--to".into(), schema(new).into()];
    let diff = [vec![xtask.clone(), "diff".into()], specs.clone(), vec!["--prisma".into(), "6".into()]].concat();
    measure_in_turns(
        &format!("diff of the schemas of {} and {}", version(old), version(new)),
        repetitions,
        &[MeasuredCommand::new("xtask", diff), MeasuredCommand::new("Prisma", [engine.clone(), specs].concat())],
    )?;

    let copies = tempfile::tempdir()?;
    let edited = copy(new, &copies, "edited")?;
    let changed = copy(new, &copies, "changed")?;
    change_schema(&changed)?;
    let migrate = |checkout: &Path, style: &str, postgres: &[&str]| {
        let arguments = ["--quiet", "migrate", "time_it", "--dry-run", "--style", style, "--postgres"];
        let mut command = vec![xtask.clone(), "--root".into(), checkout.into()];
        command.extend(arguments.iter().chain(postgres).map(OsString::from));
        command
    };
    let version_of_server = postgres_version.to_string();
    let local = ["local", "--postgres-version", &version_of_server];
    let from = format!("migrations:{}", new.join(MIGRATIONS).display());
    let shadow = format!("url:{}", oracle::engine_url(postgres));
    let prisma = ["--from", &from, "--shadow", &shadow, "--to", &schema(new)].map(OsString::from);
    let uncached = MeasuredCommand::new("xtask, nothing replayed before", migrate(&edited, "prisma", &local));
    measure_in_turns(
        &format!("migrate --dry-run of {}", version(new)),
        repetitions,
        &[
            MeasuredCommand::new("xtask, starts its own server", migrate(new, "prisma", &local)),
            MeasuredCommand { edit: Some(edited.join(MIGRATIONS)), ..uncached },
            MeasuredCommand::new("xtask, server running", migrate(new, "prisma", &[postgres])),
            MeasuredCommand::new("xtask, a change in house style", migrate(&changed, "house", &local)),
            MeasuredCommand::new("Prisma, server running", [engine, prisma.to_vec()].concat()),
        ],
    )
}

impl MeasuredCommand {
    fn new(name: &'static str, words: Vec<OsString>) -> Self {
        Self { name, words, edit: None }
    }
}

fn copy(checkout: &Path, folder: &TempDir, name: &str) -> anyhow::Result<PathBuf> {
    let copy = folder.path().join(name);
    ensure!(Command::new("cp").arg("-R").args([checkout, &copy]).status()?.success(), "cp failed.");
    Ok(copy)
}

/// Adds a column and a model to every copy of the schema. Declares the two indexes that a job of LiteLLM builds, as house
/// style requires.
fn change_schema(checkout: &Path) -> anyhow::Result<()> {
    let schema = fs::read_to_string(checkout.join(SCHEMA))?;
    let model = "model LiteLLM_TeamTable {\n";
    ensure!(schema.contains(model), "The schema has no {model:?}.");
    let schema = schema.replace(model, &format!("{model}  tier String?\n"));
    let schema = format!("{schema}\nmodel LiteLLM_Tier {{\n  name String @id\n}}\n");
    for path in [SCHEMA].iter().chain(&COPIES) {
        fs::write(checkout.join(path), &schema)?;
    }
    let settings = r#"[workspace.metadata.migrations]
built-elsewhere = ["LiteLLM_SpendLogs_litellm_call_id_idx", "LiteLLM_SpendLogs_api_key_startTime_idx"]
"#;
    Ok(fs::write(checkout.join("Cargo.toml"), settings)?)
}

/// Measures the commands, and compares each with the last one.
fn measure_in_turns(title: &str, repetitions: usize, commands: &[MeasuredCommand]) -> anyhow::Result<()> {
    let mut runs = vec![Vec::new(); commands.len()];
    for _ in 0..repetitions {
        for (command, runs) in commands.iter().zip(&mut runs) {
            if let Some(migrations) = &command.edit {
                edit_first_migration(migrations)?;
            }
            runs.push(measure(&command.words)?);
        }
    }
    let width = commands.iter().map(|command| command.name.len()).max().unwrap_or_default();
    println!("\n{title}, {repetitions} times");
    println!("{:width$}  {:>8}  {:>9}  {:>7}  {:>12}", "", "min ms", "median ms", "peak MB", "Prisma takes");
    let reference = runs.last().map_or(0.0, |runs| median(runs));
    for (command, runs) in commands.iter().zip(&runs) {
        let min = runs.iter().map(|run| run.milliseconds).fold(f64::INFINITY, f64::min);
        let memory = runs.iter().map(|run| run.megabytes).fold(0.0, f64::max);
        let (name, median) = (command.name, median(runs));
        println!("{name:width$}  {min:8.1}  {median:9.1}  {memory:7.0}  {:9.1} x", reference / median);
    }
    Ok(())
}

/// The time and the peak memory of a process.
#[derive(Clone, Copy)]
struct Measurement {
    milliseconds: f64,
    megabytes: f64,
}

fn median(runs: &[Measurement]) -> f64 {
    let mut times: Vec<_> = runs.iter().map(|run| run.milliseconds).collect();
    times.sort_by(f64::total_cmp);
    let middle = times.len() / 2;
    if times.len() % 2 == 1 { times[middle] } else { (times[middle - 1] + times[middle]) / 2.0 }
}

/// A cached replay is found by the text of the migrations.
fn edit_first_migration(migrations: &Path) -> anyhow::Result<()> {
    let mut folders = fs::read_dir(migrations)?
        .map(|entry| entry.map(|entry| entry.path().join("migration.sql")))
        .collect::<Result<Vec<_>, _>>()?;
    folders.retain(|file| file.is_file());
    let first = folders.iter().min().context("The checkout has no migrations.")?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
    Ok(writeln!(fs::OpenOptions::new().append(true).open(first)?, "-- {now}")?)
}

/// Measures a command in a process of its own: the system counts the peak memory of all children of a process together.
fn measure(command: &[OsString]) -> anyhow::Result<Measurement> {
    let output = Command::new(env::current_exe()?).arg("measure").arg("--").args(command).output()?;
    let printed = String::from_utf8(output.stdout)?;
    let numbers: Vec<f64> = printed.split_whitespace().map_while(|word| word.parse().ok()).collect();
    match numbers.as_slice() {
        &[milliseconds, megabytes] if output.status.success() => Ok(Measurement { milliseconds, megabytes }),
        _ => bail!("{}", String::from_utf8_lossy(&output.stderr).trim()),
    }
}

/// Runs a command, and prints its time in milliseconds and its peak memory in megabytes.
///
/// # Errors
/// The command fails.
pub fn print_measurement(command: &[OsString]) -> anyhow::Result<()> {
    let [program, arguments @ ..] = command else { bail!("The command is missing.") };
    let mut child = Command::new(program);
    child.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let begin = Instant::now();
    let output = child.output().with_context(|| format!("{child:?} cannot be run."))?;
    let milliseconds = begin.elapsed().as_secs_f64() * 1e3;
    ensure!(output.status.success(), "{child:?} failed.\n{}", String::from_utf8_lossy(&output.stderr));
    // In kilobytes.
    let memory = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    println!("{milliseconds} {}", memory as f64 / 1024.0);
    Ok(())
}
