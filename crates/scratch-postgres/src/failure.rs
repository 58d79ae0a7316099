//! Which statement of a failed script is at fault.

use std::ops::Range;

use postgres::{
    Client,
    error::{DbError, ErrorPosition},
};
use sql_script::{DatabaseError, Script, ScriptError, byte_offset, statement_ranges};

/// Finds the statement that failed. A syntax error carries its position. For any other error the statements run again, one
/// by one, since the failure has rolled all of them back.
pub(crate) fn locate(script: Script<'_>, error: &DbError, client: &mut Client) -> ScriptError {
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

/// The error of a script that ran statement by statement: of the statement at `range`, or of the commit after all of them.
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

/// The first statement that fails with the same error. Like the batch before it, the second run is one transaction.
fn failing_statement<'a>(
    sql: &str,
    statements: &'a [Range<usize>],
    error: &DbError,
    client: &mut Client,
) -> Option<&'a Range<usize>> {
    // The script may have begun a transaction of its own.
    client.batch_execute("ROLLBACK; BEGIN").ok()?;
    let failed = statements.iter().find_map(|it| Some((it, client.batch_execute(&sql[it.clone()]).err()?)));
    _ = client.batch_execute("ROLLBACK");
    let (statement, again) = failed?;
    let again = again.as_db_error()?;
    ((again.code(), again.message()) == (error.code(), error.message())).then_some(statement)
}
