//! `diff`: the SQL that leads from one schema or database to another.

mod prisma_client;
pub(crate) mod spec;

use anyhow::bail;
use schema_diff::Diff;

use crate::{
    checkout::settings::Settings,
    cli,
    diff::{prisma_client::PrismaClient, spec::Loader},
    postgres,
    terminal::{exit::Exit, output::Output, unified_diff::unified_diff},
};

pub(crate) fn run(args: &cli::Diff, settings: &Settings, output: &Output) -> anyhow::Result<Exit> {
    let flavour = args.prisma.unwrap_or(settings.prisma);
    let loader = Loader { flavour, postgres: postgres::options(&args.postgres, settings)?, output };
    let (from, to) = loader.load(&args.from, &args.to)?;
    let diff = Diff::between(&from, &to, flavour);
    output.result(&if args.warnings { diff.to_sql_with_warnings() } else { diff.to_sql() })?;
    if args.compare_with_prisma {
        compare(&diff.to_sql(), &loader, args, output)?;
    }
    Ok(if args.exit_code && !diff.is_empty() { Exit::Different } else { Exit::Done })
}

/// Asks Prisma's own client for the same.
fn compare(ours: &str, loader: &Loader<'_>, args: &cli::Diff, output: &Output) -> anyhow::Result<()> {
    let client = PrismaClient::find(loader.flavour)?;
    let theirs = client.diff(&loader.side(&args.from)?, &loader.side(&args.to)?)?;
    if theirs != ours {
        let name = client.name();
        output.diagnostics(&unified_diff((&name, &theirs), ("cargo xtask", ours)));
        bail!("{name} prints something else. Please report both schemas: the two should be equal to the letter.");
    }
    output.note(&format!("{} prints the same.", client.name()));
    Ok(())
}
