use super::{Check, CheckContext, CheckName, Finding};
use crate::{
    check::{databases::Databases, finding::About},
    replay,
};

pub(super) const CHECK: Check = Check {
    name: CheckName::Replay,
    summary: "All migrations apply to an empty database",
    explanation: "\
A new installation applies all migrations to an empty database, in the order of their names, as a role that owns the database and
is not a superuser.

If a new migration fails, correct it. If a released migration fails, an earlier one was changed: see the findings of `immutable`.",
    run,
};

fn run(context: &CheckContext<'_>) -> anyhow::Result<Vec<Finding>> {
    let branch = context.branch;
    let Some(error) = context.replay().map_or_else(Some, Databases::failure) else { return Ok(Vec::new()) };
    let Some(failed) = error.downcast_ref::<replay::FailedScript>() else { anyhow::bail!("{error:#}") };
    let database = &failed.failure.database;
    let mut message = format!("PostgreSQL rejects the migration: {} ({})", database.message, database.sqlstate);
    for text in [&database.detail, &database.hint].into_iter().flatten() {
        message += &format!("\n{text}");
    }
    let migration = branch.folder.migrations().iter().find(|it| it.name == failed.failure.script);
    let path = migration.map_or(branch.folder.path(), |migration| &migration.path);
    let about = migration.map(|it| About { name: it.name.clone(), sha256: it.checksum() });
    let (line, excerpt) = (failed.failure.line, failed.failure.statement.clone());
    Ok(vec![Finding { line, excerpt, about, ..Finding::error(path, message, &failed.advice) }])
}
