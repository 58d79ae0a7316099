//! The command line of the comparison with Prisma's engine.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is a command line")]

use std::{env, ffi::OsString, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Parser};
use conformance::{
    corpus::{
        LiteLlmCheckout, deployable,
        identical::{self, CompareOptions},
    },
    difference, end_to_end,
    oracle::Oracle,
    planted,
    random::{self, Limits},
    record::{Recorder, kept_files},
    releases, timing,
};
use prisma_schema::Flavour;
use scratch_postgres::Options;

/// Compare this workspace with Prisma's own engine
#[derive(Debug, Parser)]
#[command(name = "cargo run -p conformance --", bin_name = "cargo run -p conformance --")]
enum Cli {
    /// Record the engine's answers in files of kept cases
    Record {
        /// Write nothing, and fail if an answer changed
        #[arg(long)]
        check: bool,
        /// The files [default: all in crates/conformance/cases]
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    Corpus(Corpus),
    Random(Random),
    /// Verify migrations in house style for the cases of corpora
    Deployable {
        /// How many faults to show
        #[arg(long, value_name = "N", default_value_t = 3)]
        show: usize,
        /// The files, *.jsonl or *.jsonl.xz
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Plant faults in a clone of LiteLLM's history, and verify that `cargo xtask check` finds them
    Planted {
        /// The repository that scripts/litellm-history made
        #[arg(value_name = "DIR")]
        repository: PathBuf,
    },
    /// Add a column in a clone of a LiteLLM checkout, as an engineer does
    EndToEnd {
        /// The checkout that scripts/litellm-checkout made
        #[arg(value_name = "DIR")]
        checkout: PathBuf,
        /// The corpus that has Prisma's answer for this checkout
        #[arg(long, value_name = "FILE")]
        corpus: Option<PathBuf>,
    },
    /// Compare the SQL between the schemas of successive releases with the engine's
    Releases {
        /// The schemas, oldest first
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Measure `cargo xtask` against the engine
    Time {
        /// How often to run each command
        #[arg(long, value_name = "N", default_value_t = 10)]
        repetitions: usize,
        /// The URL of a running PostgreSQL
        #[arg(long, value_name = "URL")]
        postgres: String,
        /// Its major version
        #[arg(long, value_name = "N")]
        postgres_version: u32,
        /// The checkout of a release that scripts/litellm-checkout made
        #[arg(value_name = "OLD")]
        old: PathBuf,
        /// The checkout of a later release
        #[arg(value_name = "NEW")]
        new: PathBuf,
    },
    /// Print the time in milliseconds and the peak memory in megabytes of a command; `time` uses this
    #[command(hide = true)]
    Measure {
        #[arg(required = true)]
        command: Vec<OsString>,
    },
}

/// Count the recorded answers of corpora that equal the answers of this workspace
#[derive(Debug, Args)]
struct Corpus {
    /// The files, *.jsonl or *.jsonl.xz
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The major version of Prisma to follow: 5, 6 or 7 [default: 6, and 5 for validation]
    #[arg(long, value_name = "N")]
    prisma: Option<Flavour>,
    /// How many differences to show for each file
    #[arg(long, value_name = "N", default_value_t = 3)]
    show: usize,
    /// The PostgreSQL backend, as in `cargo xtask`
    // A usage error would show the password of a URL, so clap does not parse it.
    #[arg(long, value_name = "BACKEND", default_value = "auto")]
    postgres: String,
    /// The major version of PostgreSQL
    #[arg(long, value_name = "N")]
    postgres_version: Option<u32>,
    /// The schema.prisma of the LiteLLM checkout
    #[arg(long, value_name = "PATH")]
    schema: Option<PathBuf>,
    /// The migrations folder of the LiteLLM checkout
    #[arg(long, value_name = "PATH")]
    migrations: Option<PathBuf>,
    /// Print no notes
    #[arg(long)]
    quiet: bool,
}

/// Compare the engine's answers with ours for generated schemas and databases
#[derive(Debug, Args)]
struct Random {
    #[command(flatten)]
    kind: Kind,
    /// The seed of the first input [default: a random one]
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Stop after this many seconds
    #[arg(long, value_name = "T")]
    seconds: Option<u64>,
    /// Stop after this many differences
    #[arg(long, default_value_t = 1, value_name = "N")]
    differences: usize,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Kind {
    /// Generate N pairs of schemas; the second is a variation of the first
    #[arg(long, value_name = "N")]
    pairs: Option<u64>,
    /// Generate N databases, each with a target schema
    #[arg(long, value_name = "N")]
    live: Option<u64>,
    /// Generate N schemas with mistakes, and compare the diagnostics
    #[arg(long, value_name = "N")]
    validation: Option<u64>,
    /// Generate N databases, and verify the migrations in house style
    #[arg(long, value_name = "N")]
    deployable: Option<u64>,
}

fn main() -> ExitCode {
    scratch_postgres::guardian::main_if_reentered();
    match run(&Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            for cause in error.chain().skip(1) {
                eprintln!("  because: {}", cause.to_string().trim_end().replace('\n', "\n           "));
            }
            ExitCode::FAILURE
        }
    }
}

/// Returns whether everything is as expected.
fn run(cli: &Cli) -> anyhow::Result<bool> {
    match cli {
        Cli::Record { check, files } => record(*check, files),
        Cli::Corpus(args) => corpus(args),
        Cli::Random(args) => search(args),
        Cli::Deployable { show, files } => deployable::verify_files(files, *show),
        Cli::Planted { repository } => planted::run(repository),
        Cli::EndToEnd { checkout, corpus } => end_to_end::run(checkout, corpus.as_deref()),
        Cli::Releases { files } => releases::compare(files),
        Cli::Time { repetitions, postgres, postgres_version, old, new } => {
            timing::compare(old, new, *repetitions, postgres, *postgres_version).map(|()| true)
        }
        Cli::Measure { command } => timing::print_measurement(command).map(|()| true),
    }
}

fn record(check: bool, files: &[PathBuf]) -> anyhow::Result<bool> {
    let mut recorder = Recorder::new(&Oracle::find()?)?;
    let mut changed = 0;
    for kept in kept_files(files)? {
        let recorded = recorder.record(&kept.file)?.to_string();
        if recorded == kept.text {
            continue;
        }
        changed += 1;
        println!("{} {}", if check { "would change" } else { "rewrote" }, kept.path.display());
        if check {
            print!("{}", difference(("kept", &kept.text), ("recorded", &recorded)));
        } else {
            fs_err::write(&kept.path, recorded)?;
        }
    }
    Ok(!check || changed == 0)
}

fn corpus(args: &Corpus) -> anyhow::Result<bool> {
    let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let preferred = variable("XTASK_POSTGRES_URL").map(|url| url.parse()).transpose();
    let postgres = Options {
        choice: args.postgres.parse()?,
        preferred: preferred.context("XTASK_POSTGRES_URL is set but cannot be used.")?,
        version: args.postgres_version,
        image: variable("XTASK_POSTGRES_IMAGE"),
        ..Options::default()
    };
    let litellm = LiteLlmCheckout { schema: args.schema.clone(), migrations: args.migrations.clone() };
    let options = CompareOptions { flavour: args.prisma, show: args.show, postgres, litellm, quiet: args.quiet };
    identical::compare(&args.files, &options)
}

fn search(args: &Random) -> anyhow::Result<bool> {
    let limits = |count| Limits {
        count,
        seed: args.seed.unwrap_or_else(|| fastrand::u64(..1_000_000_000)),
        seconds: args.seconds,
        differences: args.differences,
    };
    match args.kind {
        Kind { pairs: Some(count), .. } => random::pairs(&limits(count)),
        Kind { live: Some(count), .. } => random::databases(&limits(count)),
        Kind { deployable: Some(count), .. } => random::deployable(&limits(count)),
        Kind { validation, .. } => random::validation(&limits(validation.unwrap_or_default())),
    }
}
