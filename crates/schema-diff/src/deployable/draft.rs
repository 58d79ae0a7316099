/// The SQL of a statement with the properties that decide where it runs, before [`plan`](super::plan) places it.
pub(super) struct StatementDraft {
    pub(super) sql: String,
    /// Whether it locks an existing table.
    pub(super) locks: bool,
    /// Whether it cannot run in a transaction.
    pub(super) non_transactional: bool,
    /// Whether the rule `destructive-statement` of migration-lint reports it.
    pub(super) is_destructive: bool,
}

impl StatementDraft {
    pub(super) fn new(sql: String) -> Self {
        Self { sql, locks: false, non_transactional: false, is_destructive: false }
    }

    /// A statement that locks an existing table.
    pub(super) fn locking(sql: String) -> Self {
        Self { locks: true, ..Self::new(sql) }
    }
}
