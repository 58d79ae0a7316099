//! `migrate`: the next migration, from what the existing ones lead to and what the schema says.

use anyhow::{Context, bail};
use migrations::{NewMigration, Stamp};
use prisma_schema::Source;
use scratch_postgres::{Error, Replayed, Script};

use crate::{
    cli::Migrate,
    exit::Exit,
    output::Output,
    postgres,
    replay::{self, FailedScript},
    schema,
    schema_copies::{self, CopyState, RootSchema},
    stale,
    target::Target,
    workspace::Workspace,
};

pub(crate) fn run(args: &Migrate, workspace: &Workspace, output: &Output) -> anyhow::Result<Exit> {
    let root = schema_copies::read_root(workspace)?;
    require_equal_copies(workspace, &root)?;
    stale::require_fresh(workspace, args.allow_stale, output)?;
    let flavour = workspace.settings.prisma;
    let source = Source::new(root.path.display().to_string(), &root.text);
    let data_model = schema::data_model(&[source], flavour, output)?;
    let folder = replay::read_folder(&workspace.migrations())?;
    replay::require_sound(&folder)?;
    let stamp = Stamp::now().after(folder.migrations().iter().map(|migration| migration.name.as_str()))?;

    let options = postgres::options(&args.postgres, &workspace.settings)?;
    let replayed = replay::replay(&folder, &options, output)?;
    let target = Target::new(&data_model, flavour);
    let from = target.read(&mut replayed.client()?)?;
    let diff = target.diff(&from);
    if diff.is_empty() {
        output.note(&format!("No schema changes: the migrations lead to {} as it is.", root.path.display()));
        return Ok(Exit::Done);
    }
    let sql = diff.to_sql();
    prove(&sql, replayed, &target)?;

    if args.dry_run {
        output.result(&sql)?;
    } else {
        output.note(&format!("The migration to review:\n{sql}"));
        let new = NewMigration { stamp, name: args.name.clone(), sql };
        for script in folder.add(&[new]).context("The migration could not be written. Nothing was changed.")? {
            output.result(&format!("{}\n", script.display()))?;
        }
    }
    Ok(Exit::Done)
}

/// Which of two schemas that differ is meant, nobody can tell.
fn require_equal_copies(workspace: &Workspace, root: &RootSchema) -> anyhow::Result<()> {
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

/// Applies the SQL to the replayed database. It must run, and nothing may then be missing.
fn prove(sql: &str, replayed: Replayed, target: &Target) -> anyhow::Result<()> {
    let database = replayed.into_proof()?;
    database.run(Script { name: "the new migration", sql }).map_err(|error| match error {
        Error::Script(failure) => anyhow::Error::new(FailedScript {
            place: "the new migration".to_owned(),
            failure: *failure,
            advice: format!("Nothing was written. Change the schema; this is what it leads to:\n\n{sql}"),
        }),
        other => other.into(),
    })?;
    let reached = target.read(&mut database.client()?)?;
    let rest = target.diff(&reached);
    if !rest.is_empty() {
        bail!(
            "The new migration does not lead to the schema, so nothing was written. After it, this remains:\n\n{}\nChange \
             the schema so that a database can follow it. An expression, for one, must be spelt as PostgreSQL spells it.",
            rest.to_sql()
        );
    }
    Ok(())
}
