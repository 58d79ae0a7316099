//! All kinds of findings: the rating, the meaning for old pods, and the advice. Old pods run the previous release.

use crate::{ImpactFinding, LockMode, Rating};

/// A kind of finding.
#[derive(Debug)]
pub(crate) struct FindingKind {
    rating: Rating,
    name: &'static str,
    /// Each `{}` stands for a value.
    meaning: &'static str,
    advice: &'static str,
}

macro_rules! finding_kinds {
    ($($kind:ident: $rating:ident, $name:literal, $meaning:literal, $advice:literal;)*) => {
        $(pub(crate) const $kind: FindingKind =
            FindingKind { rating: Rating::$rating, name: $name, meaning: $meaning, advice: $advice };)*
    };
}

// `Breaking` affects old pods as soon as the migration is committed. `WriteReject` depends on later rows: the
// database rejects a row of an old pod, or an old pod cannot read a row of a new one.
finding_kinds! {
    TABLE_DROPPED: Breaking, "table-dropped",
        "The table is dropped with its rows. Every query of old pods on it fails.",
        "Release a version that does not use the table, and drop it in a later release.";
    TABLE_RENAMED: Breaking, "table-renamed",
        "The table is renamed to {}. Every query of old pods on it fails.",
        "Keep the table's name with `@@map` in the schema, or keep a view with the old name for one release.";
    COLUMN_DROPPED: Breaking, "column-dropped",
        "The column is dropped. Prisma's client names every column, so every query of old pods on the table fails.",
        "Release a version whose schema lacks the column, and drop it in a later release.";
    COLUMN_RENAMED: Breaking, "column-renamed",
        "The column is renamed to {}. Prisma's client names every column, so every query of old pods on the table \
         fails.",
        "Keep the column's name with `@map` in the schema. Or add a column, write both, and drop the old one in a \
         later release.";
    TYPE_REPLACED: Breaking, "type-replaced",
        "The type changes from {} to {}. The client of old pods cannot read or write the new type.",
        "Add a column of the new type, write both, and drop the old one in a later release.";
    VALUE_REQUIRED: Breaking, "value-required",
        "The column is required and has no default. Rows that old pods insert without it are rejected.",
        "Give the column a default, or add it as optional and require it in a later release.";
    ENUM_VALUE_REMOVED: Breaking, "enum-value-removed",
        "The value {} is removed. Queries of old pods that name it fail.",
        "Release a version that does not use the value, and remove it in a later release.";
    NULL_FORBIDDEN: WriteReject, "null-forbidden",
        "The column is now required. Rows in which old pods write NULL are rejected.",
        "First release a version that always writes a value.";
    DEFAULT_DROPPED: WriteReject, "default-dropped",
        "The column is required and no longer has a default. Rows that old pods insert without it are rejected.",
        "Drop the default in a release after the first one that always writes a value.";
    TYPE_NARROWED: WriteReject, "type-narrowed",
        "The type changes from {} to {}. Values of old pods that do not fit are rejected.",
        "First release a version that only writes values that fit.";
    UNIQUE_ADDED: WriteReject, "unique-added",
        "The values must now be unique. Duplicates that old pods write are rejected.",
        "First release a version that writes no duplicates.";
    UNIQUE_DROPPED: WriteReject, "unique-dropped",
        "The columns no longer have a unique index of their own. Upserts of old pods that name them in ON CONFLICT \
         fail.",
        "Drop the index in a release after the last one that upserts by these columns.";
    CONSTRAINT_ADDED: WriteReject, "constraint-added",
        "The constraint {} is added. Rows of old pods that violate it are rejected.",
        "First release a version that writes no such rows.";
    FOREIGN_KEY_ADDED: WriteReject, "foreign-key-added",
        "The values must now exist in {}. Rows of old pods with other values are rejected.",
        "First release a version that writes no such rows.";
    DELETES_RESTRICTED: WriteReject, "deletes-restricted",
        "Rows of {} can now refer to rows of this table. Old pods cannot delete a row while another refers to it.",
        "Use ON DELETE CASCADE or SET NULL in the foreign key, or delete the referring rows first.";
    NULL_ALLOWED: WriteReject, "null-allowed",
        "The column is now optional. The client of old pods cannot read a row in which it is NULL.",
        "Write no NULL until the last old pod has stopped.";
    ENUM_VALUE_ADDED: WriteReject, "enum-value-added",
        "The value {} is added. The client of old pods cannot read a row that contains it.",
        "Write the value only in a later release.";
    COLUMN_ADDED: PreparedPlan, "column-added",
        "The column is new. A `SELECT *` that old pods have prepared fails with \"cached plan must not change result \
         type\" until they reconnect.",
        "Name the columns in raw SQL, as Prisma's client does.";
    TYPE_CHANGED: PreparedPlan, "type-changed",
        "The type changes from {} to {}. Old pods cannot read values that only the new type can hold. Queries of the \
         column that old pods have prepared fail with \"cached plan must not change result type\" until they \
         reconnect.",
        "Restart old pods after the migration, or add a column of the new type instead.";
    TYPE_RECREATED: PreparedPlan, "type-changed",
        "The type {} is recreated. Queries of the column that old pods have prepared fail with \"cached plan must \
         not change result type\" until they reconnect.",
        "Restart old pods after the migration, or add a column of the new type instead.";
    // An `UPDATE` or `DELETE` without an index on its condition.
    ROWS_LOCKED: Lock, "rows-locked",
        "The statement reads every row, and each row that it changes stays locked until the migration ends. Old pods \
         that write to these rows wait.",
        "Change many rows in batches, outside a migration.";
    DEFAULT_CHANGED: Info, "default-changed",
        "The default is now {}, also for rows that old pods insert.",
        "";
    INDEX_DROPPED: Info, "index-dropped",
        "The index is dropped. Queries of old pods that rely on it become slow.",
        "Drop the index in a release after the last one whose queries need it.";
    CONSTRAINT_DROPPED: Info, "constraint-dropped",
        "The constraint is dropped and no longer rejects rows.",
        "";
}

impl FindingKind {
    /// A finding of this kind about an object.
    pub(crate) fn about(&self, object: impl Into<String>, values: &[&str]) -> ImpactFinding {
        let meaning = values.iter().fold(self.meaning.to_owned(), |text, value| text.replacen("{}", value, 1));
        ImpactFinding { rating: self.rating, kind: self.name, object: object.into(), meaning, advice: self.advice }
    }
}

/// A lock that keeps others from a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockingLock {
    pub(crate) mode: LockMode,
    pub(crate) work: Work,
    pub(crate) is_hot: bool,
    pub(crate) waits_forever: bool,
}

/// Work of a statement that takes longer on a larger table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    None,
    /// Reading all rows, without a change of the table's definition.
    Rows,
    /// Reading all rows to check them against the new definition.
    Check,
    /// Reading all rows to build an index.
    Index,
    /// Rewriting the table or one of its indexes.
    Rewrite,
}

impl BlockingLock {
    pub(crate) fn about(self, object: impl Into<String>) -> ImpactFinding {
        let (kind, waiting) = match self.mode.blocks_readers() {
            true => ("readers-blocked", "Reads and writes of"),
            false => ("writers-blocked", "Writes to"),
        };
        let table = if self.is_hot { "this hot table" } else { "the table" };
        let work = match self.work {
            Work::None => "takes no longer on a larger table",
            Work::Rows | Work::Check => "reads all rows",
            Work::Index => "reads all rows and builds an index",
            Work::Rewrite => "rewrites the table",
        };
        let meaning = format!("{waiting} {table} wait until the migration ends. The statement {work}.");
        ImpactFinding { rating: Rating::Lock, kind, object: object.into(), meaning, advice: self.advice() }
    }

    fn advice(self) -> &'static str {
        match self.work {
            Work::None if self.waits_forever => {
                "Begin with SET LOCAL lock_timeout: while a statement waits for a lock, other queries queue behind it."
            }
            Work::None => "",
            Work::Rows => ROWS_LOCKED.advice,
            Work::Check => {
                "Add the constraint NOT VALID, and validate it in a migration of its own. Before SET NOT NULL, do so with a CHECK."
            }
            Work::Index if self.is_hot => {
                "Let a job build the index, list it in `built-elsewhere`, and ship an inert migration."
            }
            Work::Index => {
                "Build the index with CREATE INDEX CONCURRENTLY, as the only statement of a migration. A constraint can \
                 take it over with USING INDEX."
            }
            Work::Rewrite => "Add a new column or table, fill it in batches, and drop the old one in a later release.",
        }
    }
}
