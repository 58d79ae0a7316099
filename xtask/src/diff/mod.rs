//! `diff`: print the SQL that turns one schema or database into another.

mod prisma_client;
pub(crate) mod spec;

use anyhow::bail;
use schema_diff::Diff;

use crate::{
    cli,
    diff::{
        prisma_client::PrismaClient,
        spec::{Loader, Spec},
    },
    postgres,
    session::Session,
    terminal::{exit::Exit, output::Output, unified_diff::unified_diff},
};

pub(crate) fn run(args: &cli::Diff, session: &Session) -> anyhow::Result<Exit> {
    let (settings, output) = (session.settings()?, &session.output);
    let flavour = args.prisma.unwrap_or(settings.prisma);
    let loader = Loader { flavour, postgres: postgres::options(&args.postgres, &settings)?, output };
    let (from, to): (Spec, Spec) = (args.from.parse()?, args.to.parse()?);
    let (from_model, to_model) = loader.load(&from, &to)?;
    let diff = Diff::between(&from_model, &to_model, flavour);
    output.result(&if args.warnings { diff.to_sql_with_warnings() } else { diff.to_sql() })?;
    if args.compare_with_prisma {
        compare(&diff.to_sql(), &loader, (&from, &to), output)?;
    }
    Ok(if args.exit_code && !diff.is_empty() { Exit::Different } else { Exit::Done })
}

/// Compares our SQL with the output of Prisma's own client.
fn compare(ours: &str, loader: &Loader<'_>, (from, to): (&Spec, &Spec), output: &Output) -> anyhow::Result<()> {
    let client = PrismaClient::find(loader.flavour)?;
    let theirs = client.diff(&loader.side(from)?, &loader.side(to)?)?;
    if theirs != ours {
        let name = client.name();
        output.diagnostics(&unified_diff((&name, &theirs), ("cargo xtask", ours)));
        bail!("{name} prints different SQL. Please report both schemas: the outputs must be byte-identical.");
    }
    output.note(&format!("{} prints the same SQL.", client.name()));
    Ok(())
}
