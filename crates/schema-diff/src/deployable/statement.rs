//! Statements of the deployable style.

/// A statement with the properties that decide where it can run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DeployableStatement {
    /// The SQL, with a semicolon.
    pub(super) sql: String,
    /// Whether it locks an existing table, so that other sessions may have to wait.
    pub(super) locks: bool,
    /// Whether it cannot run in a transaction, and must therefore be the only statement of its migration.
    pub(super) non_transactional: bool,
    /// Whether the rule `destructive-statement` of migration-lint reports it.
    pub(super) is_destructive: bool,
}

impl DeployableStatement {
    pub(super) fn new(sql: String) -> Self {
        Self { sql, locks: false, non_transactional: false, is_destructive: false }
    }

    /// A statement that locks an existing table.
    pub(super) fn locking(sql: String) -> Self {
        Self { locks: true, ..Self::new(sql) }
    }
}
