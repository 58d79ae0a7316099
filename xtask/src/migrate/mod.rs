//! `migrate`: write the next migration.

mod context;
mod freshness;
mod gates;
mod plan;
mod renames;
mod report;
mod trial;

use std::path::PathBuf;

use anyhow::Context as _;

use crate::{
    cli::{Format, Migrate},
    replay,
    session::Session,
    terminal::exit::{Exit, Refusal},
};

use self::{context::MigrateContext, plan::Plan};

pub(crate) fn run(args: &Migrate, session: &Session) -> anyhow::Result<Exit> {
    let checkout = session.checkout()?;
    let context = MigrateContext::new(args, &checkout, &session.output)?;
    let MigrateContext { folder, target, output, .. } = &context;

    let database = replay::replay(folder, &context.postgres, output)?.into_writable()?;
    let mut client = database.client()?;
    let from = target.read(&mut client)?;
    let renamed = renames::choose(&context, &from)?;
    let diff = target.diff_of(&renamed);
    let built_elsewhere = context.unmentioned_indexes();
    if diff.is_empty() && built_elsewhere.is_empty() {
        output.note(&format!("No schema changes: the migrations already lead to {}.", context.root.path.display()));
        return Ok(Exit::Done);
    }
    let Some(name) = &args.name else {
        let suggestion = plan::suggest_name(&diff, &built_elsewhere);
        let command = checkout.root.command(&format!("migrate {suggestion}"));
        let message = format!("The migration needs a name that says what it does, for example: {command}");
        return Err(Refusal { exit: Exit::DecisionNeeded, message }.into());
    };
    gates::require_decisions(&context, &diff)?;
    gates::require_destructive_allowed(&context, &diff)?;

    let plan = Plan::new(&context, &diff, &built_elsewhere, name)?;
    let trial = trial::run(&context, &plan, &database, client)?;
    let paths = match args.dry_run {
        true => Vec::new(),
        false => folder.add(&plan.migrations).context("The migration could not be written. No file was changed.")?,
    };
    match args.format {
        Format::Json => {
            output.result(&report::json(&plan, &trial, &paths)).with_context(|| written_but_not_listed(&paths))?;
        }
        Format::Human if args.dry_run => {
            output.result(&plan.sql())?;
            let report = report::human(&trial);
            output.note(&format!("Dry run: the migration passed all checks. Nothing was written.\n{report}"));
        }
        Format::Human => {
            output.note(&format!("Review the migration:\n{}\n{}", plan.sql(), report::human(&trial)));
            output.result(&list(&paths)).with_context(|| written_but_not_listed(&paths))?;
        }
    }
    Ok(Exit::Done)
}

fn written_but_not_listed(paths: &[PathBuf]) -> String {
    match paths {
        [] => "Standard output cannot be written.".to_owned(),
        paths => {
            format!("Standard output cannot be written. These migrations were written:\n{}", list(paths).trim_end())
        }
    }
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| format!("{}\n", path.display())).collect()
}
