//! Proofs that fail.

use std::fmt;

use catalog::{Change, Difference, Kind};
use sql_script::{ScriptError, Statement};

use crate::{Proof, Proved};

/// A proof that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The proof.
    pub proof: Proof,
    /// The circumstances, such as `in a second run`.
    pub when: String,
    /// The cause.
    pub cause: Cause,
    /// The statement that probably is at fault, if the cause does not name one.
    pub suspect: Option<Suspect>,
    /// The proofs that succeeded before.
    pub proved: Vec<Proved>,
}

/// The cause of a failure.
#[derive(Clone, Debug)]
pub enum Cause {
    /// A script failed.
    Script(Box<ScriptError>),
    /// The catalog differs from the expected one; the changes are from the expected to the actual one.
    Differs(Vec<Change>),
    /// Objects in another namespace changed.
    Elsewhere(Vec<Change>),
    /// The schema is not reached. The text is the SQL that remains.
    NotReached(String),
}

/// A statement that probably is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// The name of the script.
    pub script: String,
    /// The line that the statement begins in, counted from one.
    pub line: usize,
    /// The text of the statement.
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

/// The error of [`prove`](crate::prove) and [`rerun_each`](crate::rerun_each).
#[derive(Debug)]
pub enum Error {
    /// A proof failed.
    Failed(Box<Failure>),
    /// The server failed.
    Server(scratch_postgres::Error),
    /// The goal could not tell whether the schema is reached.
    Goal(Box<dyn std::error::Error + Send + Sync>),
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
            Self::Goal(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { proof, when, cause, suspect, .. } = self;
        write!(f, "The proof that the migration {} failed: {when}, ", proof.claim())?;
        match cause {
            Cause::Script(error) => error.fmt(f)?,
            Cause::Differs(changes) => list(f, "the database differs from the expected one", changes)?,
            Cause::Elsewhere(changes) => list(f, "the other schema changed", changes)?,
            Cause::NotReached(rest) => write!(f, "this SQL remains:\n{}", rest.trim_end())?,
        }
        if let Some(Suspect { script, line, statement }) = suspect {
            write!(f, "\nSee line {line} of {script}: {statement}")?;
        }
        write!(f, "\n{}", self.advice())
    }
}

impl Failure {
    /// How to fix the migration.
    pub fn advice(&self) -> &'static str {
        if let Cause::Differs(changes) = &self.cause
            && changes.iter().any(|change| change.name.kind == Kind::Index && is_invalid(change))
        {
            return "An interrupted build has left an INVALID index. Drop it with DROP INDEX, then apply the migration \
                    again.";
        }
        match self.proof {
            Proof::Applies => "Change the migration so that it leads from the existing migrations to the schema.",
            Proof::Rerun | Proof::Interrupted => {
                "Add IF [NOT] EXISTS to the statement, or put it into a DO block that checks whether it is already done: \
                 an interrupted migration is applied again."
            }
            Proof::SecondSchema => {
                "Let each guard check the table too (conrelid = '\"Table\"'::regclass), and name no schema: another schema \
                 of the same database can contain objects with equal names."
            }
            Proof::Rows => "Change the migration so that it applies to tables with rows.",
        }
    }
}

/// Whether an index becomes INVALID, or is new and INVALID.
pub(crate) fn is_invalid(change: &Change) -> bool {
    match &change.difference {
        Difference::New(object) => object.is("INVALID"),
        Difference::Changed(properties) => {
            properties.iter().any(|property| property.property == "INVALID" && property.after.is_some())
        }
        Difference::Dropped(_) => false,
    }
}

fn list(f: &mut fmt::Formatter<'_>, title: &str, changes: &[Change]) -> fmt::Result {
    write!(f, "{title}:")?;
    changes.iter().try_for_each(|change| write!(f, "\n- {change}"))
}
