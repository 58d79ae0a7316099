//! Asks Prisma's engine: for the answers of the kept cases, and for differences.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is its command line")]

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser};
use conformance::{
    corpora, difference,
    oracle::Oracle,
    planted,
    random::{self, Limits},
    record::{Recorder, kept},
    succession,
};

/// What Prisma's own engine answers, kept, asked again and searched for differences
#[derive(Debug, Parser)]
#[command(name = "cargo run -p conformance --", bin_name = "cargo run -p conformance --")]
enum Cli {
    /// Ask again for the answers of these files of cases, or of all, and rewrite them
    Record {
        /// Write nothing, and fail if an answer changed
        #[arg(long)]
        check: bool,
        /// Files in conformance/cases
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Make schemas and databases up, and compare Prisma's answers with ours
    Random(Random),
    /// Try the SQL of the house's own style on the cases in files of recorded answers
    House {
        /// How many of the faults to show
        #[arg(long, value_name = "N", default_value_t = 3)]
        show: usize,
        /// The files, *.jsonl or *.jsonl.xz
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Plant faults in a copy of the repository that litellm-history makes, and see which check finds them
    Planted {
        /// The repository
        #[arg(value_name = "DIR")]
        repository: PathBuf,
    },
    /// Compare Prisma's answers with ours from nothing to each of these schemas, from each to the next, and back
    Succession {
        /// Schemas that followed one another, oldest first
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct Random {
    #[command(flatten)]
    subject: Subject,
    /// Begin with this one; without it, with a new one every time
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Stop after this time at the latest
    #[arg(long, value_name = "T")]
    seconds: Option<u64>,
    /// Stop after so many differences
    #[arg(long, default_value_t = 1, value_name = "N")]
    differences: usize,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Subject {
    /// Make up N pairs of schemas, the second a variation of the first
    #[arg(long, value_name = "N")]
    pairs: Option<u64>,
    /// Make up N databases, each to be compared with schemas
    #[arg(long, value_name = "N")]
    live: Option<u64>,
    /// Make up N schemas with mistakes, and compare what is said about them
    #[arg(long, value_name = "N")]
    verdicts: Option<u64>,
    /// Make up N databases, and try the SQL of the house's own style on them
    #[arg(long, value_name = "N")]
    house: Option<u64>,
}

fn main() -> ExitCode {
    scratch_postgres::guardian::main_if_reentered();
    match run(&Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all is as it should be.
fn run(cli: &Cli) -> anyhow::Result<bool> {
    match cli {
        Cli::Record { check, files } => record(*check, files),
        Cli::Random(random) => search(random),
        Cli::House { show, files } => corpora::house(files, *show),
        Cli::Planted { repository } => planted::run(repository),
        Cli::Succession { files } => succession::compare(files),
    }
}

fn record(check: bool, files: &[PathBuf]) -> anyhow::Result<bool> {
    let mut recorder = Recorder::new(&Oracle::find()?)?;
    let mut changed = 0;
    for kept in kept(files)? {
        let recorded = recorder.record(&kept.file)?.to_string();
        if recorded == kept.text {
            continue;
        }
        changed += 1;
        println!("{} {}", if check { "would change" } else { "rewrote" }, kept.path.display());
        if check {
            print!("{}", difference(("kept", &kept.text), ("answered", &recorded)));
        } else {
            fs_err::write(&kept.path, recorded)?;
        }
    }
    Ok(!check || changed == 0)
}

fn search(asked: &Random) -> anyhow::Result<bool> {
    let limits = |count| Limits {
        count,
        seed: asked.seed.unwrap_or_else(|| fastrand::u64(..1_000_000_000)),
        seconds: asked.seconds,
        differences: asked.differences,
    };
    match asked.subject {
        Subject { pairs: Some(count), .. } => random::pairs(&limits(count)),
        Subject { live: Some(count), .. } => random::databases(&limits(count)),
        Subject { house: Some(count), .. } => random::house(&limits(count)),
        Subject { verdicts, .. } => random::verdicts(&limits(verdicts.unwrap_or_default())),
    }
}
