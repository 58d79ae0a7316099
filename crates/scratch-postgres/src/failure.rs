//! Why a script failed, and where.

use std::{fmt, ops::Range};

use postgres::{
    Client,
    error::{DbError, ErrorPosition},
};

use crate::{Script, statements::statements};

/// A script that failed: what PostgreSQL said, and about which statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// The script's name.
    pub script: String,
    /// The line that is to blame, counted from one. Without it, the script as a whole is: its transaction could not be
    /// committed, or it has transactions of its own and its way to the error could not be gone again.
    pub line: Option<usize>,
    /// The statement that failed.
    pub statement: Option<String>,
    /// PostgreSQL's message.
    pub message: String,
    /// PostgreSQL's code for the error.
    pub sqlstate: String,
    /// PostgreSQL's details.
    pub detail: Option<String>,
    /// PostgreSQL's hint.
    pub hint: Option<String>,
    /// Where within functions and blocks it happened.
    pub context: Option<String>,
}

impl ScriptError {
    /// Finds out where the script failed. An error of the parser's says where it is. Any other is looked for by going through
    /// the statements one by one: the failure has undone them all.
    pub(crate) fn new(script: Script<'_>, error: &DbError, client: &mut Client) -> Self {
        let statements = statements(script.sql);
        let (offset, statement) = match (error.position(), statements.as_slice()) {
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
        Self::at(script, offset, statement, error)
    }

    /// The failure of a script that ran statement by statement: at the one that is at `range`, or when all had run.
    pub fn of_statement(script: Script<'_>, range: Option<&Range<usize>>, error: &DbError) -> Self {
        Self::at(script, range.map(|range| range.start), range, error)
    }

    fn at(script: Script<'_>, offset: Option<usize>, statement: Option<&Range<usize>>, error: &DbError) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self {
            script: script.name.to_owned(),
            line: offset.map(|offset| script.sql[..offset].matches('\n').count() + 1),
            statement: statement.map(|range| script.sql[range.clone()].to_owned()),
            message: error.message().to_owned(),
            sqlstate: error.code().code().to_owned(),
            detail: owned(error.detail()),
            hint: owned(error.hint()),
            context: owned(error.where_()),
        }
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed", self.script)?;
        if let Some(line) = self.line {
            write!(f, " at line {line}")?;
        }
        write!(f, ": {} ({})", self.message, self.sqlstate)?;
        for (title, text) in [("Detail", &self.detail), ("Hint", &self.hint), ("Context", &self.context)] {
            if let Some(text) = text {
                write!(f, "\n{title}: {text}")?;
            }
        }
        match &self.statement {
            Some(statement) => write!(f, "\nStatement: {statement}"),
            None => Ok(()),
        }
    }
}

/// PostgreSQL counts characters, from one.
fn byte_offset(text: &str, position: u32) -> usize {
    let before = position.saturating_sub(1) as usize;
    text.char_indices().nth(before).map_or(text.trim_end().len(), |(offset, _)| offset)
}

/// The first statement that fails in the same way. A batch is a transaction; so is this.
fn failing_statement<'a>(
    sql: &str,
    statements: &'a [Range<usize>],
    error: &DbError,
    client: &mut Client,
) -> Option<&'a Range<usize>> {
    // The script can have begun a transaction of its own.
    client.batch_execute("ROLLBACK; BEGIN").ok()?;
    let failed = statements.iter().find_map(|it| Some((it, client.batch_execute(&sql[it.clone()]).err()?)));
    _ = client.batch_execute("ROLLBACK");
    let (statement, again) = failed?;
    let again = again.as_db_error()?;
    ((again.code(), again.message()) == (error.code(), error.message())).then_some(statement)
}
