//! The error of a failed script.

use std::{fmt, ops::Range};

use crate::{Script, line_number};

/// An error as PostgreSQL reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseError {
    /// The message.
    pub message: String,
    /// The SQLSTATE code, such as `42P07`.
    pub sqlstate: String,
    /// The detail.
    pub detail: Option<String>,
    /// The hint.
    pub hint: Option<String>,
    /// The call stack of functions and blocks.
    pub context: Option<String>,
}

/// A script that failed: PostgreSQL's error, and the statement that raised it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// The script's name.
    pub script: String,
    /// The line of the error, counted from one. `None` if no single statement caused the error: the commit failed, or the script
    /// controls transactions itself and the error could not be reproduced.
    pub line: Option<usize>,
    /// The statement that failed.
    pub statement: Option<String>,
    /// PostgreSQL's error.
    pub database: DatabaseError,
}

impl ScriptError {
    /// Creates the error of the statement at `range`. `offset` is the byte offset of the error in the script. Without a range, the
    /// script as a whole failed.
    pub fn new(
        script: Script<'_>,
        offset: Option<usize>,
        range: Option<&Range<usize>>,
        database: DatabaseError,
    ) -> Self {
        Self {
            script: script.name.to_owned(),
            line: offset.map(|offset| line_number(script.sql, offset)),
            statement: range.map(|range| script.sql[range.clone()].to_owned()),
            database,
        }
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DatabaseError { message, sqlstate, detail, hint, context } = &self.database;
        write!(f, "{} failed", self.script)?;
        if let Some(line) = self.line {
            write!(f, " at line {line}")?;
        }
        write!(f, ": {message} ({sqlstate})")?;
        for (title, text) in [("Detail", detail), ("Hint", hint), ("Context", context)] {
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
