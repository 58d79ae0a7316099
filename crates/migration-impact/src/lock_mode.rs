//! The modes of table locks.

use std::fmt;

use serde::{Serialize, Serializer};

/// The mode of a lock on a table. The order is from weakest to strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockMode {
    /// `SELECT`.
    AccessShare,
    /// `SELECT ... FOR UPDATE`, and a foreign key on the table it refers to.
    RowShare,
    /// `INSERT`, `UPDATE` and `DELETE`.
    RowExclusive,
    /// `CREATE INDEX CONCURRENTLY`, `VALIDATE CONSTRAINT`, `VACUUM`.
    ShareUpdateExclusive,
    /// `CREATE INDEX`.
    Share,
    /// A new foreign key, on both of its tables.
    ShareRowExclusive,
    /// `REFRESH MATERIALIZED VIEW CONCURRENTLY`.
    Exclusive,
    /// Most forms of `ALTER TABLE`, and `DROP`.
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

    /// The mode with this name in `pg_locks`.
    pub(crate) fn from_catalog(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(.., found)| *found == name).map(|(mode, ..)| *mode)
    }

    /// The name in SQL, such as `ACCESS EXCLUSIVE`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// Whether `INSERT`, `UPDATE` and `DELETE` wait for it.
    #[must_use]
    pub fn blocks_writers(self) -> bool {
        self >= Self::Share
    }

    /// Whether `SELECT` waits for it.
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
