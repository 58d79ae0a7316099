//! What was proved.

use std::{fmt, time::Duration};

use catalog::Change;

use crate::Rows;

/// What can be proved of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It runs, and leads to the schema.
    Applies,
    /// It runs once more, and changes nothing any more.
    Rerun,
    /// It does the same beside another schema that has everything under the same names.
    SecondSchema,
    /// Interrupted after any statement and applied again, it ends in the same catalog.
    Interrupted,
    /// It applies to tables that have rows.
    Rows,
}

/// What was found out about a migration.
#[derive(Clone, Debug)]
pub struct Report {
    /// What the migration changes in the catalog, if that was looked at.
    pub changes: Vec<Change>,
    /// The proofs, in order.
    pub proved: Vec<Proved>,
}

/// A proof that was made.
#[derive(Clone, Debug)]
pub struct Proved {
    /// What it stands on. Its text is a line for people; [`Evidence::warnings`] are more of them.
    pub evidence: Evidence,
    /// How long it took.
    pub took: Duration,
}

/// What a proof stands on.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// All ran, and led to the schema.
    Applies {
        /// How many scripts there are.
        scripts: usize,
        /// How many statements they have.
        statements: usize,
        /// How many objects are new, gone or changed, if that was looked at.
        changes: Option<usize>,
    },
    /// All ran twice, and the second time changed nothing.
    Rerun,
    /// All ran beside another schema.
    SecondSchema {
        /// How many objects the other schema had under names that the scripts have to do with.
        decoys: usize,
        /// What could not be made there.
        left_out: Vec<String>,
        /// Whether the other schema was `public`, and the migration's own had another name.
        other_is_public: bool,
    },
    /// All ran after each of their beginnings.
    Interrupted {
        /// After how many statements they were interrupted.
        places: usize,
        /// What does not mend itself.
        left_invalid: Vec<LeftInvalid>,
    },
    /// All ran with rows in the tables.
    Rows(Rows),
}

/// An index that stays INVALID if its build is interrupted, whatever runs after that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftInvalid {
    /// The script that builds it.
    pub script: String,
    /// The index.
    pub index: String,
    /// Whether it was tried. A server that takes one connection at a time cannot be held up; there it is what PostgreSQL
    /// documents.
    pub tried: bool,
}

impl Proof {
    /// All proofs in the order that they are made in.
    pub const ALL: [Self; 5] = [Self::Applies, Self::Rerun, Self::SecondSchema, Self::Interrupted, Self::Rows];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Applies => "applies",
            Self::Rerun => "rerun",
            Self::SecondSchema => "second-schema",
            Self::Interrupted => "interrupted",
            Self::Rows => "rows",
        }
    }

    /// What it proves of the migration.
    pub fn claim(self) -> &'static str {
        match self {
            Self::Applies => "leads to the schema",
            Self::Rerun => "can be applied twice",
            Self::SecondSchema => "does the same beside a second schema",
            Self::Interrupted => "can be interrupted",
            Self::Rows => "applies to tables that have rows",
        }
    }
}

impl Report {
    /// What the migration does to rows, if that was looked at.
    pub fn rows(&self) -> Option<&Rows> {
        self.proved.iter().find_map(|proved| match &proved.evidence {
            Evidence::Rows(rows) => Some(rows),
            _ => None,
        })
    }
}

impl Evidence {
    /// What it proves.
    pub fn proof(&self) -> Proof {
        match self {
            Self::Applies { .. } => Proof::Applies,
            Self::Rerun => Proof::Rerun,
            Self::SecondSchema { .. } => Proof::SecondSchema,
            Self::Interrupted { .. } => Proof::Interrupted,
            Self::Rows(_) => Proof::Rows,
        }
    }

    /// What holds nevertheless, a sentence each: what does not mend itself, and what becomes of rows.
    pub fn warnings(&self) -> Vec<String> {
        match self {
            Self::Interrupted { left_invalid, .. } => left_invalid.iter().map(ToString::to_string).collect(),
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
                write!(f, "{statements} in {scripts} led to the schema")?;
                changes.map_or(Ok(()), |changes| write!(f, "; {} changed", count(changes, "object")))
            }
            Self::Rerun => f.write_str("all ran once more and changed nothing"),
            Self::SecondSchema { decoys, left_out, other_is_public } => {
                let other = if *other_is_public { "\"public\"" } else { "the other schema" };
                write!(f, "the same came out while {other} held {} of the same names", count(*decoys, "object"))?;
                if left_out.is_empty() { Ok(()) } else { write!(f, ", without {}", left_out.join(", ")) }
            }
            Self::Interrupted { places: 0, .. } => f.write_str("one statement runs as a whole or not at all"),
            Self::Interrupted { places, .. } => write!(
                f,
                "interrupted after {} and applied again, it ended in the same catalog",
                count(*places, "statement")
            ),
            Self::Rows(rows) => rows.fmt(f),
        }
    }
}

impl fmt::Display for LeftInvalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { script, index, .. } = self;
        write!(
            f,
            "a build of {script} that breaks off leaves the index \"{index}\" INVALID, and a second run skips it: run DROP \
             INDEX CONCURRENTLY \"{index}\" first"
        )
    }
}

/// A number of things.
pub(crate) fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
