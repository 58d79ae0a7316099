//! The automation of LiteLLM's database migrations.

mod check;
mod checkout;
mod cli;
mod conformance;
mod diff;
mod doctor;
mod migrate;
mod postgres;
mod replay;
mod restamp;
mod schema_sync;
mod target;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    checkout::Checkout,
    cli::{Cli, Command},
    terminal::{
        exit::{Exit, Refusal},
        output::Output,
    },
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
    let workspace = || Checkout::open(cli.root.as_deref());
    let settings = || Checkout::settings(cli.root.as_deref());
    match &cli.command {
        Command::SchemaSync(args) => schema_sync::run(args, &workspace()?, output),
        Command::Migrate(args) => migrate::run(args, &workspace()?, output),
        Command::Check(args) => match &args.explain {
            Some(name) => check::command::explain(name.as_deref(), output),
            None => check::command::run(args, &workspace()?, output),
        },
        Command::Restamp(args) => restamp::run(args.base.as_deref(), &workspace()?, output),
        Command::Diff(args) => diff::run(args, &settings()?, output),
        Command::Replay(args) => replay::run(args, &workspace()?, output),
        Command::Conformance(args) => conformance::run(args, cli.root.as_deref(), output),
        Command::Postgres(args) => postgres::run(args, &settings()?, output),
        Command::Doctor => doctor::run(&settings()?, output),
    }
}
