//! `migrate`: writes the next migration.

mod freshness;
mod gates;
mod plan;
mod renames;
mod report;
mod trial;

use self::plan::Plan;
use std::path::PathBuf;

use anyhow::{Context, bail};
use migrations::Folder;
use prisma_schema::Source;
use schema_diff::Style;
use sql_schema::SqlSchema;

use crate::{
    checkout::{
        Checkout, schema,
        schema_copies::{self, CopyState, RootSchema},
    },
    cli::{Format, Migrate},
    postgres, replay,
    target::Target,
    terminal::{
        exit::{Exit, Refusal},
        output::Output,
    },
};

pub(crate) fn run(args: &Migrate, workspace: &Checkout, output: &Output) -> anyhow::Result<Exit> {
    let settings = &workspace.settings;
    let style = Style::from(args.style.unwrap_or(settings.style));
    let root = schema_copies::read_root(workspace)?;
    require_equal_copies(workspace, &root)?;
    freshness::require_fresh(workspace, args.allow_stale, output)?;
    let source = Source::new(root.path.display().to_string(), &root.text);
    let data_model = schema::data_model(std::slice::from_ref(&source), settings.prisma, output)?;
    let folder = replay::read_folder(&workspace.migrations())?;
    replay::require_sound(&folder)?;

    let options = postgres::options(&args.postgres, settings)?;
    let database = replay::replay(&folder, &options, output)?.into_proof()?;
    let mut client = database.client()?;
    let everything = Target::new(&data_model, settings.prisma);
    let inert = undeclared(everything.schema(), &settings.built_elsewhere, &folder);
    let target = Target::new(&data_model, settings.prisma).without_indexes(&settings.built_elsewhere);
    let from = target.read(&mut client)?;
    let renamed = renames::choose(args, workspace, &from, &target, output)?;
    let diff = target.diff_of(&renamed);
    if diff.is_empty() && inert.is_empty() {
        output.note(&format!("No schema changes: the migrations lead to {} as it is.", root.path.display()));
        return Ok(Exit::Done);
    }
    let Some(name) = &args.name else {
        let command = workspace.root.command(&format!("migrate {}", plan::suggest_name(&diff, &inert)));
        let message = format!("A migration needs a name that says what it does. This one could be: {command}");
        return Err(Refusal { exit: Exit::Undecided, message }.into());
    };
    if style == Style::House {
        gates::require_decisions(&diff, &data_model, &source, settings, output)?;
    }
    gates::require_leave_to_destroy(&diff, style, args.allow_destructive, !args.dry_run, output)?;

    let plan = Plan::new(&diff, &inert, style, name, &folder, settings)?;
    let trial = trial::prove(&plan, &database, client, &target, style, settings, output)?;
    let paths = match args.dry_run {
        true => Vec::new(),
        false => folder.add(&plan.migrations).context("The migration could not be written. Nothing was changed.")?,
    };
    match args.format {
        Format::Json => output.result(&report::json(&plan, &trial, &paths))?,
        Format::Human if args.dry_run => {
            output.result(&plan.sql())?;
            output.note(&format!("The migration was tried, and nothing was written.\n{}", report::human(&trial)));
        }
        Format::Human => {
            output.note(&format!("The migration to review:\n{}\n{}", plan.sql(), report::human(&trial)));
            output.result(&list(&paths))?;
        }
    }
    Ok(Exit::Done)
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| format!("{}\n", path.display())).collect()
}

/// The indexes that a job builds and no migration speaks of yet.
fn undeclared<'a>(schema: &'a SqlSchema, built_elsewhere: &[String], folder: &Folder) -> Vec<&'a str> {
    let names = schema.tables.iter().flat_map(|table| &table.indexes).map(|index| index.name.as_str());
    let is_declared = |name: &str| folder.migrations().iter().any(|migration| migration.sql.contains(name));
    names.filter(|&name| built_elsewhere.iter().any(|it| it == name) && !is_declared(name)).collect()
}

/// Which of two schemas that differ is meant, nobody can tell.
fn require_equal_copies(workspace: &Checkout, root: &RootSchema) -> anyhow::Result<()> {
    let copies = schema_copies::read_copies(workspace, &root.text)?;
    let different: Vec<_> = copies.iter().filter(|copy| copy.state != CopyState::Identical).collect();
    if different.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = different.iter().map(|copy| copy.path.display().to_string()).collect();
    bail!(
        "Not all schemas are the same, so that it is not known which one is meant: {} and {}.\nSee what differs: {}\n\
         Make them equal: {}",
        root.path.display(),
        names.join(", "),
        workspace.root.command("schema-sync --check"),
        workspace.root.command("schema-sync"),
    );
}
