//! Finds the statement of a script that failed.

use std::ops::Range;

use postgres::{
    Client,
    error::{DbError, ErrorPosition},
};
use sql_script::{DatabaseError, Script, ScriptError, byte_offset, statement_ranges};

/// The error of a script that ran in one batch. A syntax error has a position. For any other error, the statements run again
/// one by one: the failure has rolled all of them back.
pub(super) fn script_error(script: Script<'_>, error: &DbError, client: &mut Client) -> ScriptError {
    let statements = statement_ranges(script.sql);
    let (offset, range) = match (error.position(), statements.as_slice()) {
        (Some(&ErrorPosition::Original(position)), all) => {
            let offset = byte_offset(script.sql, position);
            (Some(offset), all.iter().find(|it| it.contains(&offset)).or(all.last()))
        }
        (_, [only]) => (Some(only.start), Some(only)),
        (_, all) => {
            let failing = failing_statement(script.sql, all, error, client);
            (failing.map(|it| it.start), failing)
        }
    };
    ScriptError::new(script, offset, range, database_error(error))
}

/// The error of a script that ran statement by statement. `range` is the failed statement; `None` means that the commit
/// failed.
pub fn statement_error(script: Script<'_>, range: Option<&Range<usize>>, error: &DbError) -> ScriptError {
    ScriptError::new(script, range.map(|range| range.start), range, database_error(error))
}

fn database_error(error: &DbError) -> DatabaseError {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    DatabaseError {
        message: error.message().to_owned(),
        sqlstate: error.code().code().to_owned(),
        detail: owned(error.detail()),
        hint: owned(error.hint()),
        context: owned(error.where_()),
    }
}

/// The first statement that fails with the same error. This run is one transaction too, like the batch.
fn failing_statement<'a>(
    sql: &str,
    statements: &'a [Range<usize>],
    error: &DbError,
    client: &mut Client,
) -> Option<&'a Range<usize>> {
    // The script may have started a transaction of its own.
    client.batch_execute("ROLLBACK; BEGIN").ok()?;
    let failed = statements.iter().find_map(|it| Some((it, client.batch_execute(&sql[it.clone()]).err()?)));
    _ = client.batch_execute("ROLLBACK");
    let (statement, second_error) = failed?;
    let second_error = second_error.as_db_error()?;
    ((second_error.code(), second_error.message()) == (error.code(), error.message())).then_some(statement)
}
