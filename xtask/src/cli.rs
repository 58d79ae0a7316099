//! The whole grammar of the command line.

use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand};

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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn is_consistent() {
        Cli::command().debug_assert();
    }
}
