//! The automation of LiteLLM's database migrations.

mod check;
mod checkout;
mod cli;
mod conformance;
mod diff;
mod doctor;
mod migrate;
mod postgres;
mod postgres_advice;
mod replay;
mod restamp;
mod schema_sync;
mod session;
mod target;
mod terminal;

use std::{process::ExitCode, sync::Arc};

use clap::Parser;
use signal_hook::{consts::SIGCHLD, flag};

use crate::{
    cli::{Cli, Command},
    session::Session,
    terminal::exit::{Exit, Refusal},
};

fn main() -> ExitCode {
    scratch_postgres::guardian::main_if_reentered();
    // A parent can start us with SIGCHLD ignored, and then the exit status of a child such as git is lost. A handler, even one
    // without effect, undoes that. If it cannot be registered, the commands report the lost status.
    _ = flag::register(SIGCHLD, Arc::default());
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Printing fails only if standard output or standard error is closed.
            _ = error.print();
            return if error.use_stderr() { Exit::WrongUsage } else { Exit::Done }.into();
        }
    };
    let session = Session::new(&cli);
    run(&cli.command, &session)
        .unwrap_or_else(|error| {
            session.output.error(&error);
            error.downcast_ref().map_or(Exit::Failed, |refusal: &Refusal| refusal.exit)
        })
        .into()
}

fn run(command: &Command, session: &Session) -> anyhow::Result<Exit> {
    match command {
        Command::SchemaSync(args) => schema_sync::run(args, session),
        Command::Migrate(args) => migrate::run(args, session),
        Command::Check(args) => check::run(args, session),
        Command::Restamp(args) => restamp::run(args, session),
        Command::Diff(args) => diff::run(args, session),
        Command::Replay(args) => replay::run(args, session),
        Command::Conformance(args) => conformance::run(args, session),
        Command::Postgres(args) => postgres::run(args, session),
        Command::Doctor(args) => doctor::run(args, session),
    }
}
