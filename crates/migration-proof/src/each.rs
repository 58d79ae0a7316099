//! That each of many scripts could have run once more, right after it ran.

use std::borrow::Cow;

use catalog::Catalog;
use scratch_postgres::{Database, Error as Refused};
use sql_script::{Script, SplitScript};

use crate::{
    Cause, Error, Failure, Proof,
    bench::{Connection, execute, minds_transaction, refused},
    migration,
};

const WHEN: &str = "when it ran once more";

/// Applies scripts one after the other, tries each a second time, and returns those that fail then or change something. This is
/// for many scripts: where a second run changes nothing, PostgreSQL itself tells so, and no catalog is read.
pub fn rerun_each<'a>(database: &Database, scripts: &[Script<'a>]) -> Result<Vec<(Script<'a>, Failure)>, Error> {
    let mut connection = Connection::over(database.client()?);
    let mut failed = Vec::new();
    for &script in scripts {
        database.run_with(&mut connection.client, script)?;
        let split = SplitScript::new(script);
        if let Some(cause) = again(database, &mut connection, &split)? {
            let suspect = match &cause {
                Cause::Differs(changes) => migration::suspect(std::slice::from_ref(&split), changes),
                _ => None,
            };
            let failure = Failure { proof: Proof::Rerun, when: WHEN.to_owned(), cause, suspect, proved: Vec::new() };
            failed.push((script, failure));
        }
    }
    Ok(failed)
}

/// What a second run does that it should not.
fn again(database: &Database, connection: &mut Connection, split: &SplitScript<'_>) -> Result<Option<Cause>, Error> {
    if split.statements().any(|statement| statement.is_not_transactional()) {
        return for_real(database, connection, split.script);
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
        Err(Refused::Script(error)) if minds_transaction(&error) => for_real(database, connection, split.script),
        Err(Refused::Script(error)) => Ok(Some(Cause::Script(error))),
        Err(error) => Err(error.into()),
    }
}

/// Runs a script in a transaction that is rolled back, after a look at what it did.
fn in_transaction<T>(
    database: &Database,
    connection: &mut Connection,
    script: Script<'_>,
    look: impl FnOnce(&mut Connection) -> Result<T, Refused>,
) -> Result<T, Refused> {
    execute(&mut connection.client, "BEGIN")?;
    let seen = database.run_with(&mut connection.client, script).and_then(|()| look(connection));
    execute(&mut connection.client, "ROLLBACK")?;
    seen
}

/// Whether the transaction may have changed something: PostgreSQL gives it a number as soon as it writes.
fn is_changed(connection: &mut Connection) -> Result<bool, Refused> {
    let number = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL";
    let row = connection.client.query_one(number, &[]).map_err(refused("to ask for the transaction's number"))?;
    Ok(row.get(0))
}

fn for_real(database: &Database, connection: &mut Connection, script: Script<'_>) -> Result<Option<Cause>, Error> {
    let before = connection.read_all()?;
    match database.run_with(&mut connection.client, script) {
        Ok(()) => Ok(difference(&before, &connection.read_all()?)),
        Err(Refused::Script(error)) => {
            // It can have begun a transaction.
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

/// The script with indexes built in one go, each statement on its line.
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
