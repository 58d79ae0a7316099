//! The proofs and their evidence.

use std::{fmt, time::Duration};

use crate::Rows;

/// A property of migrations that can be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// They run and lead to the schema.
    Applies,
    /// A second run changes nothing.
    Rerun,
    /// They have the same result next to a schema with equal names.
    SecondSchema,
    /// Interrupted after any statement and applied again, they lead to the same catalog.
    Interrupted,
    /// They apply to tables with rows.
    Rows,
}

/// A proof that succeeded.
#[derive(Clone, Debug)]
pub struct Proved {
    /// The evidence. It prints as one line for people; [`Evidence::warnings`] are further lines.
    pub evidence: Evidence,
    /// The time that the proof took.
    pub took: Duration,
}

/// The evidence of a proof.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// All statements ran and led to the schema.
    Applies {
        /// The number of scripts.
        scripts: usize,
        /// The number of their statements.
        statements: usize,
        /// The number of new, dropped or changed objects; `None` if only this proof was made.
        changes: Option<usize>,
    },
    /// A second run changed nothing.
    Rerun,
    /// All statements ran next to another schema.
    SecondSchema {
        /// The number of objects in the other schema with names that the scripts touch.
        decoys: usize,
        /// The objects that could not be created there.
        left_out: Vec<String>,
        /// Whether the other schema was `public` and the migrations' own schema was renamed.
        other_is_public: bool,
    },
    /// All statements ran again after each interruption.
    Interrupted {
        /// The number of statements after which the scripts were interrupted.
        interruptions: usize,
        /// The indexes that a second run does not repair.
        invalid_indexes: Vec<InvalidIndex>,
    },
    /// All statements ran on tables with rows.
    Rows(Rows),
}

/// An index that stays INVALID after an interrupted build, even if the migration runs again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidIndex {
    /// The script that builds it.
    pub script: String,
    /// The index.
    pub index: String,
}

impl Proof {
    /// All proofs, in order.
    pub const ALL: [Self; 5] = [Self::Applies, Self::Rerun, Self::SecondSchema, Self::Interrupted, Self::Rows];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Applies => "applies",
            Self::Rerun => "rerun",
            Self::SecondSchema => "second-schema",
            Self::Interrupted => "interrupted",
            Self::Rows => "rows",
        }
    }

    /// The claim about the migration, as a predicate.
    pub fn claim(self) -> &'static str {
        match self {
            Self::Applies => "leads to the schema",
            Self::Rerun => "is idempotent",
            Self::SecondSchema => "is schema-scoped",
            Self::Interrupted => "is interruptible",
            Self::Rows => "applies to existing rows",
        }
    }
}

impl Evidence {
    /// The proof that it belongs to.
    pub fn proof(&self) -> Proof {
        match self {
            Self::Applies { .. } => Proof::Applies,
            Self::Rerun => Proof::Rerun,
            Self::SecondSchema { .. } => Proof::SecondSchema,
            Self::Interrupted { .. } => Proof::Interrupted,
            Self::Rows(_) => Proof::Rows,
        }
    }

    /// Warnings, one sentence each: indexes that stay INVALID, lost values and rejected rows.
    pub fn warnings(&self) -> Vec<String> {
        match self {
            Self::Interrupted { invalid_indexes, .. } => invalid_indexes.iter().map(ToString::to_string).collect(),
            Self::Rows(rows) => rows.warnings(),
            Self::Applies { .. } | Self::Rerun | Self::SecondSchema { .. } => Vec::new(),
        }
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applies { scripts, statements, changes } => {
                let (statements, scripts) = (count(*statements, "statement"), count(*scripts, "script"));
                write!(f, "complete: the schema is reached ({statements} in {scripts}")?;
                changes.map_or(Ok(()), |changes| write!(f, ", {} changed", count(changes, "object")))?;
                f.write_str(")")
            }
            Self::Rerun => f.write_str("idempotent: a second run changes nothing"),
            Self::SecondSchema { decoys, left_out, other_is_public } => {
                let schema = if *other_is_public { "a schema \"public\"" } else { "a schema" };
                write!(
                    f,
                    "schema-scoped: same result next to {schema} with equal names ({}",
                    count(*decoys, "object")
                )?;
                if !left_out.is_empty() {
                    write!(f, ", without {}", left_out.join(", "))?;
                }
                f.write_str(")")
            }
            Self::Interrupted { interruptions: 0, .. } => {
                f.write_str("interruptible: a single statement runs as a whole or not at all")
            }
            Self::Interrupted { interruptions, .. } => write!(
                f,
                "interruptible: same result if interrupted after any statement and run again ({interruptions} tried)"
            ),
            Self::Rows(rows) => rows.fmt(f),
        }
    }
}

impl fmt::Display for InvalidIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { script, index } = self;
        write!(
            f,
            "an interrupted build in {script} leaves the index \"{index}\" INVALID, and a second run skips it: run DROP INDEX \
             CONCURRENTLY \"{index}\" first"
        )
    }
}

/// A number with a noun, such as `2 tables`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
