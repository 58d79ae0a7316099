//! Migrations of the deployable style, and their text.

use std::fmt::Write as _;

use super::statement::DeployableStatement;

/// One migration of the deployable style: statements that run in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployableMigration {
    /// The reason why it is a separate migration.
    pub part: MigrationPart,
    /// Its statements, in order. Never empty.
    pub(super) statements: Vec<PlannedStatement>,
}

/// The parts into which a diff is split, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MigrationPart {
    /// New enum values that a later part uses. PostgreSQL rejects a value before the transaction that adds it commits.
    EnumValues,
    /// Statements that need no migration of their own.
    Main,
    /// One index of an existing table. It is built concurrently, which is impossible in a transaction.
    Index,
    /// Foreign keys that refer to the columns of a new index, and drops of indexes that a new index replaces.
    AfterIndexes,
    /// The validation of foreign keys, without the locks that adding the keys takes.
    Validation,
}

/// A statement with its step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PlannedStatement {
    /// The index of the step in [`Diff::steps`](crate::Diff::steps).
    pub(super) step: usize,
    /// The kind of the step, as in Prisma's comments, or `ValidateForeignKey`.
    pub(super) title: &'static str,
    /// The reason to accept the statement, if migration-lint reports it as destructive.
    pub(super) accepted: Option<&'static str>,
    pub(super) statement: DeployableStatement,
}

impl DeployableMigration {
    /// The number of statements that it runs.
    #[must_use]
    pub fn statement_count(&self) -> usize {
        self.statements.len()
    }

    /// The text of the migration file.
    ///
    /// If the migration locks tables, it waits at most `lock_timeout`, such as `10s`, for each lock. A migration that waits
    /// for a long query blocks all later sessions.
    #[must_use]
    pub fn to_sql(&self, lock_timeout: &str) -> String {
        let mut sql = String::new();
        if self.statements.iter().any(|planned| planned.statement.locks && !planned.statement.non_transactional) {
            // `LOCAL` applies until the end of the batch, although the migration contains no BEGIN.
            _ = writeln!(sql, "SET LOCAL lock_timeout = {};\n", sql_script::literal(lock_timeout));
        }
        let mut previous = None;
        for planned in &self.statements {
            if previous != Some(planned.step) {
                let separator = if previous.is_some() { "\n" } else { "" };
                _ = writeln!(sql, "{separator}-- {}", planned.title);
                if previous.is_none() {
                    sql.push_str(self.part.comment());
                }
            }
            if let Some(reason) = planned.accepted {
                _ = writeln!(sql, "-- xtask: allow(destructive-statement) because {reason}");
            }
            _ = writeln!(sql, "{}", planned.statement.sql);
            previous = Some(planned.step);
        }
        sql
    }
}

impl MigrationPart {
    /// The suffix for the name of the migration; empty for the main part.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::EnumValues => "_enum_values",
            Self::Main => "",
            Self::Index => "_index",
            Self::AfterIndexes => "_after_indexes",
            Self::Validation => "_validate",
        }
    }

    /// The comment that explains to readers of the migration why it is separate.
    fn comment(self) -> &'static str {
        match self {
            Self::EnumValues => {
                "-- A new enum value cannot be used in the transaction that adds it, so this is a separate migration.\n"
            }
            Self::Main => "",
            Self::Index => {
                "-- CONCURRENTLY cannot run in a transaction, so this is the only statement of the migration. An interrupted\n\
                 -- build leaves an invalid index: drop it with DROP INDEX CONCURRENTLY, then apply the migration again.\n"
            }
            Self::AfterIndexes => {
                "-- This runs after the index migrations: it needs their indexes, or drops an index that they replace.\n"
            }
            Self::Validation => "-- PostgreSQL checks the existing rows while other sessions can write to the table.\n",
        }
    }
}
