//! The automation of LiteLLM's database migrations.

mod cli;
mod commands;
mod exit;
mod git;
mod output;
mod root;
mod schema_copies;
mod settings;
mod unified_diff;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    cli::{Cli, Command},
    exit::Exit,
    output::Output,
    workspace::Workspace,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.color, cli.quiet);
    run(&cli, &output)
        .unwrap_or_else(|error| {
            output.error(&error);
            Exit::Failed
        })
        .into()
}

fn run(cli: &Cli, output: &Output) -> anyhow::Result<Exit> {
    let workspace = Workspace::open(cli.root.as_deref());
    match &cli.command {
        Command::SchemaSync(args) => commands::schema_sync::run(args, &workspace?, output),
    }
}
