//! How strongly a table is locked.

use std::fmt;

use serde::{Serialize, Serializer};

/// The mode of a lock on a table, the strongest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockMode {
    /// Of a query.
    AccessShare,
    /// Of `SELECT ... FOR UPDATE`, and on a table that a foreign key refers to.
    RowShare,
    /// Of `INSERT`, `UPDATE` and `DELETE`.
    RowExclusive,
    /// Of `CREATE INDEX CONCURRENTLY`, `VALIDATE CONSTRAINT`, `VACUUM`.
    ShareUpdateExclusive,
    /// Of `CREATE INDEX`.
    Share,
    /// Of a new foreign key, on both of its tables.
    ShareRowExclusive,
    /// Of a materialized view's refresh.
    Exclusive,
    /// Of nearly all of `ALTER TABLE`, and of `DROP`.
    AccessExclusive,
}

impl LockMode {
    const ALL: [(Self, &str, &str); 8] = [
        (Self::AccessShare, "ACCESS SHARE", "AccessShareLock"),
        (Self::RowShare, "ROW SHARE", "RowShareLock"),
        (Self::RowExclusive, "ROW EXCLUSIVE", "RowExclusiveLock"),
        (Self::ShareUpdateExclusive, "SHARE UPDATE EXCLUSIVE", "ShareUpdateExclusiveLock"),
        (Self::Share, "SHARE", "ShareLock"),
        (Self::ShareRowExclusive, "SHARE ROW EXCLUSIVE", "ShareRowExclusiveLock"),
        (Self::Exclusive, "EXCLUSIVE", "ExclusiveLock"),
        (Self::AccessExclusive, "ACCESS EXCLUSIVE", "AccessExclusiveLock"),
    ];

    /// The mode of this name in `pg_locks`.
    pub(crate) fn from_catalog(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(.., found)| *found == name).map(|(mode, ..)| *mode)
    }

    /// Its name in SQL, such as `ACCESS EXCLUSIVE`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// Whether `INSERT`, `UPDATE` and `DELETE` wait for it.
    #[must_use]
    pub fn blocks_writers(self) -> bool {
        self >= Self::Share
    }

    /// Whether queries wait for it.
    #[must_use]
    pub fn blocks_readers(self) -> bool {
        self == Self::AccessExclusive
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for LockMode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
