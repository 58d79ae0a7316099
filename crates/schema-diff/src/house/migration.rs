use std::fmt::Write as _;

/// Statements that are one file, and so one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Why it is a migration of its own.
    pub part: Part,
    /// Its statements, in order. Never empty.
    pub statements: Vec<Statement>,
}

/// The migrations that a diff can make, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// New values of enums that a later part uses: PostgreSQL lets nobody use them before they are committed.
    EnumValues,
    /// All that needs no migration of its own.
    Main,
    /// One index of an existing table. It is built concurrently, which no transaction can do.
    Index,
    /// What has to wait for an index: foreign keys that refer to its columns, and the drop of the one that it replaces.
    AfterIndexes,
    /// The validation of foreign keys, without the locks that adding them takes.
    Validation,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The place in [`Diff::steps`](crate::Diff::steps) of the step that it is for. A step can take several statements, or
    /// none if another step's do its work.
    pub step: usize,
    /// The kind of step, as Prisma's comments name it, or `ValidateForeignKey`.
    pub title: &'static str,
    /// The table that it is about, as SQL names it.
    pub table: Option<String>,
    /// Whether it locks a table that exists already, so that others may have to wait.
    pub locks: bool,
    /// Whether it can be in no transaction, and so is the only one of its migration.
    pub alone: bool,
    /// Why it may stay though it destroys something, or looks so, for `cargo xtask check`.
    pub accepted: Option<&'static str>,
    /// The SQL, with its semicolon.
    pub sql: String,
}

impl Migration {
    /// The file. Where it locks tables, it waits for each lock at most for `lock_timeout`, such as `10s`: a migration that
    /// waits for a long query makes all who come after it wait as well.
    #[must_use]
    pub fn to_sql(&self, lock_timeout: &str) -> String {
        let mut sql = String::new();
        if self.statements.iter().any(|statement| statement.locks && !statement.alone) {
            // PostgreSQL takes `LOCAL` to the end of the batch, though nothing says BEGIN.
            _ = writeln!(sql, "SET LOCAL lock_timeout = {};\n", sql_script::literal(lock_timeout));
        }
        let mut previous = None;
        for statement in &self.statements {
            if previous != Some(statement.step) {
                let separator = if previous.is_some() { "\n" } else { "" };
                _ = writeln!(sql, "{separator}-- {}", statement.title);
                if previous.is_none() {
                    sql.push_str(self.part.comment());
                }
            }
            if let Some(reason) = statement.accepted {
                _ = writeln!(sql, "-- xtask: allow(destructive-statement) because {reason}");
            }
            _ = writeln!(sql, "{}", statement.sql);
            previous = Some(statement.step);
        }
        sql
    }
}

impl Part {
    /// What to add to the name of the migration that this part belongs to; nothing for the main one.
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

    /// Why it is a migration of its own, for those who read it later.
    fn comment(self) -> &'static str {
        match self {
            Self::EnumValues => {
                "-- A value cannot be used in the transaction that adds it, so this is a migration of its own.\n"
            }
            Self::Main => "",
            Self::Index => {
                "-- It must be the only statement of its migration, as it cannot run in a transaction. A build that breaks off\n\
                 -- leaves an invalid index: drop it (DROP INDEX CONCURRENTLY) before the migration is applied again.\n"
            }
            Self::AfterIndexes => "-- This needs the indexes of the migrations before, or makes way for them.\n",
            Self::Validation => "-- The rows that were there before the key are checked while others write.\n",
        }
    }
}
