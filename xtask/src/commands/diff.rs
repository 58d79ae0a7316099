//! `diff`: the SQL that leads from one schema or database to another.

use schema_diff::Diff;

use crate::{cli, exit::Exit, output::Output, postgres, settings::Settings, spec::Loader};

pub(crate) fn run(args: &cli::Diff, settings: &Settings, output: &Output) -> anyhow::Result<Exit> {
    let flavour = args.prisma.unwrap_or(settings.prisma);
    let loader = Loader { flavour, postgres: postgres::options(&args.postgres, settings)?, output };
    let (from, to) = loader.load(&args.from, &args.to)?;
    let diff = Diff::between(&from, &to, flavour);
    output.result(&if args.warnings { diff.to_sql_with_warnings() } else { diff.to_sql() })?;
    Ok(if args.exit_code && !diff.is_empty() { Exit::Different } else { Exit::Done })
}
