//! What can change, how bad that is for old pods, and what to do about it. Each rule stands here once.

use crate::{Finding, LockMode, Rating};

/// Something that changed about an object that was there before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    TableDropped,
    TableRenamed {
        to: String,
    },
    ColumnDropped,
    ColumnRenamed {
        to: String,
    },
    /// The old client cannot read or write the new type.
    TypeReplaced {
        from: String,
        to: String,
    },
    /// A row without a value for the column is rejected, whether the column is new or not.
    ValueRequired,
    EnumValueRemoved {
        value: String,
    },
    NullForbidden,
    DefaultDropped,
    TypeNarrowed {
        from: String,
        to: String,
    },
    UniqueAdded,
    UniqueDropped,
    ConstraintAdded {
        definition: String,
    },
    ForeignKeyAdded {
        referenced: String,
    },
    DeletesRestricted {
        by: String,
    },
    NullAllowed,
    EnumValueAdded {
        value: String,
    },
    ColumnAdded,
    TypeChanged {
        from: String,
        to: String,
    },
    Locked(LockOn),
    /// Each row that an `UPDATE` or `DELETE` without an index on its condition finds.
    RowsLocked,
    DefaultChanged {
        to: String,
    },
    IndexDropped,
    ConstraintDropped,
}

/// A lock that keeps others from a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LockOn {
    pub(crate) mode: LockMode,
    pub(crate) work: Work,
    pub(crate) is_hot: bool,
    pub(crate) waits_for_ever: bool,
}

/// What a statement does for longer on a larger table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    None,
    /// It reads all rows, and leaves the table as it is otherwise.
    Rows,
    /// It reads all rows to see whether they are as the table wants them from now on.
    Check,
    /// It reads all rows for a new index.
    Index,
    /// It writes the table, or an index that it had, anew.
    Rewrite,
}

/// What there is to say about a change.
struct Explanation {
    rating: Rating,
    kind: &'static str,
    meaning: String,
    advice: &'static str,
}

impl Change {
    pub(crate) fn of(self, object: impl Into<String>) -> Finding {
        let Explanation { rating, kind, meaning, advice } = self.explain();
        Finding { rating, kind, object: object.into(), meaning, advice }
    }

    /// `breaking` is what hits old pods with the commit, whatever the rows are. What depends on rows to come, whether the
    /// database rejects one that old pods write or they cannot read one that new pods write, is `write-reject`.
    fn explain(self) -> Explanation {
        let is =
            |rating, kind, meaning: &str, advice| Explanation { rating, kind, meaning: meaning.to_owned(), advice };
        match self {
            Self::TableDropped => is(
                Rating::Breaking,
                "table-dropped",
                "The table is dropped. Its rows are lost, and every query of old pods on it fails.",
                "Release a version that does not use the table, and drop it in a release after that one.",
            ),
            Self::TableRenamed { to } => is(
                Rating::Breaking,
                "table-renamed",
                &format!("The table is renamed to {to}. Every query of old pods on it fails."),
                "Keep the table's name and say `@@map` in the schema, or leave a view of the old name for one release.",
            ),
            Self::ColumnDropped => is(
                Rating::Breaking,
                "column-dropped",
                "The column is dropped. Prisma's client names every column, so each query of old pods on the table fails.",
                "Release a version whose schema lacks the column, and drop it in a release after that one.",
            ),
            Self::ColumnRenamed { to } => is(
                Rating::Breaking,
                "column-renamed",
                &format!(
                    "The column is renamed to {to}. Prisma's client names every column, so each query of old pods on the \
                     table fails."
                ),
                "Keep the column's name and say `@map` in the schema, or add a column, write both, and drop the old one \
                 in a release after that one.",
            ),
            Self::TypeReplaced { from, to } => is(
                Rating::Breaking,
                "type-replaced",
                &format!("The type changes from {from} to {to}, which the client of old pods cannot read or write."),
                "Add a column of the new type, write both, and drop the old one in a release after that one.",
            ),
            Self::ValueRequired => is(
                Rating::Breaking,
                "value-required",
                "The column is required and has no default. Rows that old pods insert without it are rejected.",
                "Give it a default, or make it optional and require it in a release after that one.",
            ),
            Self::EnumValueRemoved { value } => is(
                Rating::Breaking,
                "enum-value-removed",
                &format!("The value {value} is gone. Queries of old pods that name it fail."),
                "Release a version that does not use the value, and remove it in a release after that one.",
            ),
            Self::NullForbidden => is(
                Rating::WriteReject,
                "null-forbidden",
                "The column is required now. Rows in which old pods write NULL are rejected.",
                "Release a version that always writes a value first.",
            ),
            Self::DefaultDropped => is(
                Rating::WriteReject,
                "default-dropped",
                "The column is required, and its default is gone. Rows that old pods insert without it are rejected.",
                "Drop the default in a release after the first one that always writes a value.",
            ),
            Self::TypeNarrowed { from, to } => is(
                Rating::WriteReject,
                "type-narrowed",
                &format!("The type changes from {from} to {to}. Values of old pods that do not fit are rejected."),
                "Release a version that only writes values that fit first.",
            ),
            Self::UniqueAdded => is(
                Rating::WriteReject,
                "unique-added",
                "The values must be unique now. Rows of old pods that repeat them are rejected.",
                "Release a version that writes no duplicates first.",
            ),
            Self::UniqueDropped => is(
                Rating::WriteReject,
                "unique-dropped",
                "No unique index is of these columns alone any more. Upserts of old pods that name them in ON CONFLICT fail.",
                "Drop it in a release after the last one that upserts by these columns.",
            ),
            Self::ConstraintAdded { definition } => is(
                Rating::WriteReject,
                "constraint-added",
                &format!("There is a new {definition}. Rows of old pods that violate it are rejected."),
                "Release a version that writes no such rows first.",
            ),
            Self::ForeignKeyAdded { referenced } => is(
                Rating::WriteReject,
                "foreign-key-added",
                &format!("The values must be in {referenced} now. Rows of old pods that refer to none are rejected."),
                "Release a version that writes no such rows first.",
            ),
            Self::DeletesRestricted { by } => is(
                Rating::WriteReject,
                "deletes-restricted",
                &format!("Rows of {by} may refer to rows of this table. Old pods can then not delete these any more."),
                "Let the foreign key say ON DELETE CASCADE or SET NULL, or delete what refers to a row first.",
            ),
            Self::NullAllowed => is(
                Rating::WriteReject,
                "null-allowed",
                "The column is optional now. The client of old pods cannot read a row in which it is NULL.",
                "Write no NULL before the last old pod is gone.",
            ),
            Self::EnumValueAdded { value } => is(
                Rating::WriteReject,
                "enum-value-added",
                &format!("The value {value} is new. The client of old pods cannot read a row that has it."),
                "Write the value no earlier than in a release after this one.",
            ),
            Self::ColumnAdded => is(
                Rating::PreparedPlan,
                "column-added",
                "The column is new. A `SELECT *` that old pods have prepared fails with \"cached plan must not change \
                 result type\" until they reconnect.",
                "Name the columns in raw SQL, as Prisma's client does by itself.",
            ),
            Self::TypeChanged { from, to } => is(
                Rating::PreparedPlan,
                "type-changed",
                &format!(
                    "{} Queries of the column that old pods have prepared fail with \"cached plan must not change result \
                     type\" until they reconnect.",
                    if from == to {
                        format!("The type {to} is made anew.")
                    } else {
                        format!("The type changes from {from} to {to}. Old pods cannot read what only {to} can hold.")
                    }
                ),
                "Restart old pods after the migration, or add a column of the new type instead.",
            ),
            Self::Locked(lock) => is(Rating::Lock, lock.kind(), &lock.meaning(), lock.advice()),
            Self::RowsLocked => is(
                Rating::Lock,
                "rows-locked",
                "Every row is looked at, and each that is changed stays locked until the migration ends. Old pods that \
                 write to these rows wait.",
                "Change many rows in batches, outside of a migration.",
            ),
            Self::DefaultChanged { to } => is(
                Rating::Info,
                "default-changed",
                &format!("The default is {to} now, also for rows that old pods insert."),
                "",
            ),
            Self::IndexDropped => is(
                Rating::Info,
                "index-dropped",
                "The index is gone. Queries of old pods that rely on it become slow.",
                "Drop it in a release after the last one whose queries need it.",
            ),
            Self::ConstraintDropped => is(
                Rating::Info,
                "constraint-dropped",
                "The constraint is gone. Nothing is rejected for it any more.",
                "",
            ),
        }
    }
}

impl LockOn {
    fn kind(self) -> &'static str {
        if self.mode.blocks_readers() { "readers-blocked" } else { "writers-blocked" }
    }

    fn meaning(self) -> String {
        let table = if self.is_hot { "this hot table" } else { "the table" };
        let waiting = if self.mode.blocks_readers() { "read or write" } else { "write to" };
        let work = match self.work {
            Work::None => "The statement takes no longer on a larger one.",
            Work::Rows | Work::Check => "All of its rows are read.",
            Work::Index => "All of its rows are read, and an index is built.",
            Work::Rewrite => "All of it is written anew.",
        };
        format!("Nobody can {waiting} {table} until the migration ends. {work}")
    }

    fn advice(self) -> &'static str {
        match self.work {
            Work::None if self.waits_for_ever => {
                "Begin with SET LOCAL lock_timeout: others queue up behind a lock for as long as it is waited for."
            }
            Work::None => "",
            Work::Rows => "Change many rows in batches, outside of a migration.",
            Work::Check => {
                "Add a constraint NOT VALID, and validate it in a migration of its own. Before SET NOT NULL, do so with a \
                 CHECK."
            }
            Work::Index if self.is_hot => {
                "Leave the index to a job that builds it, list it in `built-elsewhere`, and ship an inert migration."
            }
            Work::Index => {
                "Build the index with CREATE INDEX CONCURRENTLY, as the only statement of a migration. A constraint can \
                 take it over with USING INDEX."
            }
            Work::Rewrite => {
                "Add what is new beside it, fill it in batches, and drop the old in a release after that one."
            }
        }
    }
}
