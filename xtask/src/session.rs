//! The context of every command.

use std::path::PathBuf;

use crate::{
    checkout::{Checkout, settings::Settings},
    cli::Cli,
    terminal::output::Output,
};

/// The context of every command: the checkout to work on and the terminal to print to.
#[derive(Debug)]
pub(crate) struct Session {
    root: Option<PathBuf>,
    pub(crate) output: Output,
}

impl Session {
    pub(crate) fn new(cli: &Cli) -> Self {
        Self { root: cli.root.clone(), output: Output::new(cli.color, cli.quiet) }
    }

    /// The checkout.
    ///
    /// # Errors
    ///
    /// If there is none, or if its settings are invalid.
    pub(crate) fn checkout(&self) -> anyhow::Result<Checkout> {
        Checkout::open(self.root.as_deref())
    }

    /// The settings of the checkout, or the defaults outside of one.
    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        Checkout::settings(self.root.as_deref())
    }
}
