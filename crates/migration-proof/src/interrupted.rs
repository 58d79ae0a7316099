//! That the scripts can be interrupted anywhere, and applied again.
//!
//! PostgreSQL undoes a batch that is interrupted. But people run files statement by statement too, and a build that runs
//! concurrently leaves something behind.

use sql_script::{SplitScript, contains_word, identifier};

use catalog::{Change, Difference, Kind, Name};

use crate::{
    Error, Evidence, LeftInvalid, Proof,
    bench::{Bench, execute},
    failure::is_invalid,
    migration::{Migration, NAMESPACE},
};

pub(crate) fn prove(bench: &mut Bench<'_>, migration: &Migration<'_>) -> Result<Evidence, Error> {
    let statements: Vec<_> = migration.scripts.iter().flat_map(SplitScript::statements).collect();
    let expected = migration.expected();
    let mut places = 0;
    // Behind the last one all have run, which is another proof.
    for (at, last) in statements.iter().enumerate().take(statements.len().saturating_sub(1)) {
        if last.is_set_command() {
            continue;
        }
        let when = format!("interrupted after the statement in line {} of {}", last.line(), last.script.name);
        let ended = bench.trial(|trial| {
            statements[..=at].iter().try_for_each(|&statement| trial.run_statement(statement))?;
            trial.run(&migration.scripts)?;
            trial.read(migration, NAMESPACE)
        });
        let ended = ended.map_err(migration.stopped(Proof::Interrupted, &when))?;
        migration.require_equal(Proof::Interrupted, &when, &expected, &ended)?;
        places += 1;
    }
    Ok(Evidence::Interrupted { places, left_invalid: Vec::new() })
}

/// Breaks off each build that runs concurrently, in the database itself after all has run, and applies the scripts again. Returns
/// the indexes that are INVALID then; after that, they are built.
pub(crate) fn break_builds_off(bench: &mut Bench<'_>, migration: &Migration<'_>) -> Result<Vec<LeftInvalid>, Error> {
    let mut left_invalid = Vec::new();
    for split in &migration.scripts {
        let Some(build) = split.sole_concurrent_build() else { continue };
        let is_built_here = |change: &&Change| {
            matches!(change.difference, Difference::New(_))
                && change.name.kind == Kind::Index
                && contains_word(build.text(), &change.name.name)
        };
        let Some(Change { name, .. }) = migration.changes.iter().find(is_built_here) else { continue };
        let tried = !bench.database().server().takes_one_connection();
        if !tried || stays_invalid(bench, migration, split, name)? {
            left_invalid.push(LeftInvalid { script: split.script.name.to_owned(), index: name.name.clone(), tried });
        }
    }
    Ok(left_invalid)
}

/// The build waits for whoever writes to the table, after the index was entered in the catalog, and gives up.
fn stays_invalid(
    bench: &mut Bench<'_>,
    migration: &Migration<'_>,
    split: &SplitScript<'_>,
    index: &Name,
) -> Result<bool, Error> {
    let when = "after the build of an index broke off";
    let qualified = |name: &str| match &index.namespace {
        Some(namespace) => format!("{namespace}.{}", identifier(name)),
        None => identifier(name),
    };
    // A foreign key to what a unique index guards goes with it, and comes back with the scripts.
    let drop_index = format!("DROP INDEX {} CASCADE", qualified(&index.name));
    execute(bench.client()?, &format!("{drop_index}; SET lock_timeout = 1"))?;
    let mut writer = bench.database().client()?;
    let table = qualified(index.table.as_deref().unwrap_or_default());
    execute(&mut writer, &format!("BEGIN; LOCK TABLE {table} IN ROW EXCLUSIVE MODE"))?;
    let client = bench.client()?;
    // It fails, and nothing else is wanted of it.
    _ = client.batch_execute(split.script.sql);
    drop(writer);
    execute(client, "RESET ALL")?;
    let again = bench.run(&migration.scripts);
    let ended = bench.connection()?.read(migration, NAMESPACE)?;
    let changes = migration.expected().changes_to(&ended);
    if !changes.iter().any(|change| change.name == *index && is_invalid(change)) {
        again.map_err(migration.stopped(Proof::Interrupted, when))?;
        migration.require_equal(Proof::Interrupted, when, &migration.expected(), &ended)?;
        return Ok(false);
    }
    // What needs the index may well have failed.
    execute(bench.client()?, &format!("RESET ALL; {drop_index}"))?;
    bench.run(&migration.scripts).map_err(migration.stopped(Proof::Interrupted, when))?;
    Ok(true)
}
