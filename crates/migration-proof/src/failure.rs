//! Why a migration is not proved.

use std::fmt;

use catalog::Change;
use sql_script::{ScriptError, Statement};

use crate::{Proof, Proved};

/// A proof that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The proof.
    pub proof: Proof,
    /// When it failed, such as `when all ran once more`.
    pub when: String,
    /// What happened.
    pub cause: Cause,
    /// The statement to look at, where that is known and the cause does not have it.
    pub suspect: Option<Suspect>,
    /// What was proved before.
    pub proved: Vec<Proved>,
}

/// What happened in a proof that failed.
#[derive(Clone, Debug)]
pub enum Cause {
    /// A script failed.
    Script(Box<ScriptError>),
    /// The catalog is another one than it should be; the changes are from what it should be to what it is.
    Differs(Vec<Change>),
    /// What is in another namespace was changed.
    Elsewhere(Vec<Change>),
    /// The schema is not reached; the text says what is missing.
    NotReached(String),
}

/// A statement that seems to be at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// The script's name.
    pub script: String,
    /// The line that it begins in, counted from one.
    pub line: usize,
    /// The statement.
    pub statement: String,
}

impl From<Statement<'_>> for Suspect {
    fn from(statement: Statement<'_>) -> Self {
        Self {
            script: statement.script.name.to_owned(),
            line: statement.line(),
            statement: statement.text().to_owned(),
        }
    }
}

/// Why there is no report.
#[derive(Debug)]
pub enum Error {
    /// A proof failed.
    Failed(Box<Failure>),
    /// The server refused something else, or is gone.
    Server(scratch_postgres::Error),
    /// Whether the schema is reached could not be told.
    Reached(Box<dyn std::error::Error + Send + Sync>),
}

impl From<scratch_postgres::Error> for Error {
    fn from(error: scratch_postgres::Error) -> Self {
        Self::Server(error)
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(failure) => failure.fmt(f),
            Self::Server(error) => error.fmt(f),
            Self::Reached(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { proof, when, cause, suspect, .. } = self;
        write!(f, "Not proved that the migration {}: {when}, ", proof.claim())?;
        match cause {
            Cause::Script(error) => error.fmt(f)?,
            Cause::Differs(changes) => list(f, "the database is another one than it should be", changes)?,
            Cause::Elsewhere(changes) => list(f, "something in the other schema was changed", changes)?,
            Cause::NotReached(rest) => write!(f, "this remains to be done:\n{}", rest.trim_end())?,
        }
        if let Some(Suspect { script, line, statement }) = suspect {
            write!(f, "\nLook at line {line} of {script}: {statement}")?;
        }
        write!(f, "\n{}", self.advice())
    }
}

impl Failure {
    /// What mends it.
    pub fn advice(&self) -> &'static str {
        if let Cause::Differs(changes) = &self.cause
            && changes.iter().any(|change| change.name.kind == catalog::Kind::Index && is_invalid(change))
        {
            return "An INVALID index was left by a build that broke off. Drop it with DROP INDEX, then apply the \
                    migration again.";
        }
        match self.proof {
            Proof::Applies => "Change the migration so that it leads from the existing migrations to the schema.",
            Proof::Rerun | Proof::Interrupted => {
                "Give the statement IF [NOT] EXISTS, or put it into a DO block that looks first whether it is done \
                 already: a migration that was interrupted is applied again."
            }
            Proof::SecondSchema => {
                "Let a guard look at the table too (conrelid = '\"Table\"'::regclass), not at a name alone, and name no \
                 schema: another schema of the same database may hold everything under the same names."
            }
            Proof::Rows => "Change the migration so that it applies to tables that have rows.",
        }
    }
}

/// Whether an index becomes INVALID, or is new and INVALID.
pub(crate) fn is_invalid(change: &Change) -> bool {
    match &change.difference {
        catalog::Difference::New(object) => object.is("INVALID"),
        catalog::Difference::Changed(properties) => {
            properties.iter().any(|property| property.property == "INVALID" && property.after.is_some())
        }
        catalog::Difference::Gone(_) => false,
    }
}

fn list(f: &mut fmt::Formatter<'_>, what: &str, changes: &[Change]) -> fmt::Result {
    write!(f, "{what}:")?;
    changes.iter().try_for_each(|change| write!(f, "\n- {change}"))
}
