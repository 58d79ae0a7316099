//! Proves that the migrations can be interrupted after every statement and applied again.
//!
//! PostgreSQL undoes an interrupted batch. But people also run files statement by statement, and a concurrent index
//! build leaves an INVALID index.

use catalog::{Change, Difference, Kind, Name};
use sql_script::{SplitScript, contains_word, identifier};

use crate::{
    Error, Evidence, InvalidIndex, Proof,
    failure::is_invalid,
    new_migrations::{NAMESPACE, NewMigrations},
    sandbox::{Sandbox, execute},
};

pub(crate) fn prove(sandbox: &mut Sandbox<'_>, new: &NewMigrations<'_>) -> Result<Evidence, Error> {
    let statements: Vec<_> = new.scripts.iter().flat_map(SplitScript::statements).collect();
    let expected = new.expected();
    let mut interruptions = 0;
    // The proof `rerun` covers an interruption after the last statement.
    for (index, last) in statements.iter().enumerate().take(statements.len().saturating_sub(1)) {
        if last.is_set_command() {
            continue;
        }
        let when = format!("interrupted after the statement in line {} of {}", last.line(), last.script.name);
        let ended = sandbox.undone(|session| {
            statements[..=index].iter().try_for_each(|&statement| session.run_statement(statement))?;
            session.run(&new.scripts)?;
            session.connection.read(new, NAMESPACE)
        });
        let ended = ended.map_err(new.script_failure(Proof::Interrupted, &when))?;
        new.require_equal(Proof::Interrupted, &when, &expected, &ended)?;
        interruptions += 1;
    }
    Ok(Evidence::Interrupted { interruptions, invalid_indexes: Vec::new() })
}

/// Interrupts each concurrent index build in the database itself, after the migrations were applied, and applies them
/// again. Returns the indexes that stay INVALID. Afterwards all indexes are built.
pub(crate) fn interrupt_builds(sandbox: &mut Sandbox<'_>, new: &NewMigrations<'_>) -> Result<Vec<InvalidIndex>, Error> {
    let mut invalid_indexes = Vec::new();
    for split in &new.scripts {
        let Some(build) = split.sole_concurrent_build() else { continue };
        let is_built_here = |change: &&Change| {
            matches!(change.difference, Difference::New(_))
                && change.name.kind == Kind::Index
                && contains_word(build.text(), &change.name.name)
        };
        let Some(Change { name, .. }) = new.changes.iter().find(is_built_here) else { continue };
        // A build cannot be interrupted on a server that takes only one connection. PostgreSQL documents the result.
        if sandbox.database().server().takes_one_connection() || stays_invalid(sandbox, new, split, name)? {
            let script = split.script.name.to_owned();
            invalid_indexes.push(InvalidIndex { script, index: name.name.clone() });
        }
    }
    Ok(invalid_indexes)
}

/// Interrupts one build: it waits for a writer, after PostgreSQL has added the index to the catalog, until its lock
/// timeout.
fn stays_invalid(
    sandbox: &mut Sandbox<'_>,
    new: &NewMigrations<'_>,
    split: &SplitScript<'_>,
    index: &Name,
) -> Result<bool, Error> {
    let when = "after an interrupted index build";
    let qualified = |name: &str| match &index.namespace {
        Some(namespace) => format!("{namespace}.{}", identifier(name)),
        None => identifier(name),
    };
    // A foreign key that depends on a unique index is dropped with it. The scripts create it again.
    let drop_index = format!("DROP INDEX {} CASCADE", qualified(&index.name));
    execute(sandbox.client()?, &format!("{drop_index}; SET lock_timeout = 1"))?;
    let mut writer = sandbox.database().client()?;
    let table = qualified(index.table.as_deref().unwrap_or_default());
    execute(&mut writer, &format!("BEGIN; LOCK TABLE {table} IN ROW EXCLUSIVE MODE"))?;
    let client = sandbox.client()?;
    // The build is meant to fail.
    _ = client.batch_execute(split.script.sql);
    drop(writer);
    execute(client, "RESET ALL")?;
    let again = sandbox.run(&new.scripts);
    let ended = sandbox.connection()?.read(new, NAMESPACE)?;
    let changes = new.expected().changes_to(&ended);
    if !changes.iter().any(|change| change.name == *index && is_invalid(change)) {
        again.map_err(new.script_failure(Proof::Interrupted, when))?;
        new.require_equal(Proof::Interrupted, when, &new.expected(), &ended)?;
        return Ok(false);
    }
    // A statement that needs the index may have failed.
    execute(sandbox.client()?, &format!("RESET ALL; {drop_index}"))?;
    sandbox.run(&new.scripts).map_err(new.script_failure(Proof::Interrupted, when))?;
    Ok(true)
}
