//! Finds scripts that cannot run a second time.

use std::borrow::Cow;

use catalog::Catalog;
use scratch_postgres::{Database, Error as ServerError};
use sql_script::{Script, SplitScript};

use crate::{
    Cause, Error, Failure, Proof,
    new_migrations::suspect,
    sandbox::{Connection, execute, needs_no_transaction, sql_error},
};

const WHEN: &str = "in a second run";

/// Applies scripts one after the other, runs each a second time right after the first, and returns the scripts whose
/// second run fails or changes the database. This is fast for many scripts: the catalog is read only if PostgreSQL
/// reports a write.
///
/// # Errors
/// [`Error::Server`] if the first run of a script fails.
pub fn rerun_each<'a>(database: &Database, scripts: &[Script<'a>]) -> Result<Vec<(Script<'a>, Failure)>, Error> {
    let mut connection = Connection::over(database.client()?);
    let mut failed = Vec::new();
    for &script in scripts {
        database.run_with(&mut connection.client, script)?;
        let split = SplitScript::new(script);
        if let Some(cause) = rerun(database, &mut connection, &split)? {
            let suspect = match &cause {
                Cause::Differs(changes) => suspect(std::slice::from_ref(&split), changes),
                _ => None,
            };
            let failure = Failure { proof: Proof::Rerun, when: WHEN.to_owned(), cause, suspect, proved: Vec::new() };
            failed.push((script, failure));
        }
    }
    Ok(failed)
}

/// Runs a script a second time. Returns the cause if it fails or changes the database.
fn rerun(database: &Database, connection: &mut Connection, split: &SplitScript<'_>) -> Result<Option<Cause>, Error> {
    if split.statements().any(|statement| statement.is_not_transactional()) {
        return without_transaction(database, connection, split.script);
    }
    let text = within_transaction(split);
    let script = Script { sql: &text, ..split.script };
    match in_transaction(database, connection, script, is_changed) {
        Ok(false) => Ok(None),
        Ok(true) => {
            let before = connection.read_all()?;
            let after = in_transaction(database, connection, script, Connection::read_all)?;
            Ok(difference(&before, &after))
        }
        Err(ServerError::Script(error)) if needs_no_transaction(&error) => {
            without_transaction(database, connection, split.script)
        }
        Err(ServerError::Script(error)) => Ok(Some(Cause::Script(error))),
        Err(error) => Err(error.into()),
    }
}

/// Runs a script in a transaction, inspects the result, and rolls back.
fn in_transaction<T>(
    database: &Database,
    connection: &mut Connection,
    script: Script<'_>,
    inspect: impl FnOnce(&mut Connection) -> Result<T, ServerError>,
) -> Result<T, ServerError> {
    execute(&mut connection.client, "BEGIN")?;
    let result = database.run_with(&mut connection.client, script).and_then(|()| inspect(connection));
    execute(&mut connection.client, "ROLLBACK")?;
    result
}

/// Whether the transaction may have changed the database: PostgreSQL assigns it an ID when it first writes.
fn is_changed(connection: &mut Connection) -> Result<bool, ServerError> {
    let id = "SELECT pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL";
    let row = connection.client.query_one(id, &[]).map_err(sql_error("to read the transaction ID"))?;
    Ok(row.get(0))
}

fn without_transaction(
    database: &Database,
    connection: &mut Connection,
    script: Script<'_>,
) -> Result<Option<Cause>, Error> {
    let before = connection.read_all()?;
    match database.run_with(&mut connection.client, script) {
        Ok(()) => Ok(difference(&before, &connection.read_all()?)),
        Err(ServerError::Script(error)) => {
            // The script may have begun a transaction.
            execute(&mut connection.client, "ROLLBACK")?;
            Ok(Some(Cause::Script(error)))
        }
        Err(error) => Err(error.into()),
    }
}

fn difference(before: &Catalog, after: &Catalog) -> Option<Cause> {
    let changes = before.changes_to(after);
    (!changes.is_empty()).then_some(Cause::Differs(changes))
}

/// The script without CONCURRENTLY, with each statement on its line.
fn within_transaction<'a>(split: &SplitScript<'a>) -> Cow<'a, str> {
    let script = split.script.sql;
    if !split.statements().any(|statement| matches!(statement.without_concurrently(), Cow::Owned(_))) {
        return script.into();
    }
    let mut text = String::with_capacity(script.len());
    let mut end = 0;
    for statement in split.statements() {
        text += &script[end..statement.range.start];
        text += &statement.without_concurrently();
        end = statement.range.end;
    }
    Cow::Owned(text + &script[end..])
}
