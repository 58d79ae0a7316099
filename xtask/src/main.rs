//! The automation of LiteLLM's database migrations.

mod base;
mod check;
mod cli;
mod commands;
mod conformance;
mod exit;
mod git;
mod lint_program;
mod migrate;
mod output;
mod postgres;
mod prisma_client;
mod progress;
mod replay;
mod root;
mod schema;
mod schema_copies;
mod settings;
mod shell;
mod spec;
mod stale;
mod target;
mod unified_diff;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    cli::{Cli, Command},
    exit::{Exit, Refusal},
    output::Output,
    workspace::Workspace,
};

fn main() -> ExitCode {
    scratch_postgres::guardian::main_if_reentered();
    let cli = Cli::parse();
    let output = Output::new(cli.color, cli.quiet);
    run(&cli, &output)
        .unwrap_or_else(|error| {
            output.error(&error);
            error.downcast_ref().map_or(Exit::Failed, |refusal: &Refusal| refusal.exit)
        })
        .into()
}

fn run(cli: &Cli, output: &Output) -> anyhow::Result<Exit> {
    let workspace = || Workspace::open(cli.root.as_deref());
    let settings = || Workspace::settings(cli.root.as_deref());
    match &cli.command {
        Command::SchemaSync(args) => commands::schema_sync::run(args, &workspace()?, output),
        Command::Migrate(args) => commands::migrate::run(args, &workspace()?, output),
        Command::Check(args) => match &args.explain {
            Some(name) => commands::check::explain(name.as_deref(), output),
            None => commands::check::run(args, &workspace()?, output),
        },
        Command::Restamp(args) => commands::restamp::run(args.base.as_deref(), &workspace()?, output),
        Command::Diff(args) => commands::diff::run(args, &settings()?, output),
        Command::Replay(args) => commands::replay::run(args, &workspace()?, output),
        Command::Conformance(args) => commands::conformance::run(args, cli.root.as_deref(), output),
        Command::Postgres(args) => commands::postgres::run(args, &settings()?, output),
        Command::Doctor => commands::doctor::run(&settings()?, output),
    }
}
