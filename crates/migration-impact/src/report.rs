//! The report as values. Their fields are the fields of the JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use sql_script::Statement;

use crate::{LockMode, effects::Effects};

/// The severity of an impact on pods of the previous release, from harmless to worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rating {
    /// They work as before, except that a query may become slower or faster.
    #[default]
    Info,
    /// They wait for a lock on a table in use.
    Lock,
    /// Their prepared statements fail until they reconnect, because the type of the result changes.
    PreparedPlan,
    /// They work until the database rejects a row that they write, or until they read a row that a new pod has written.
    WriteReject,
    /// They fail as soon as the migration is committed.
    Breaking,
}

/// The impact of migrations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImpactReport {
    /// The worst rating of all migrations.
    pub rating: Rating,
    /// The migrations, in order.
    pub migrations: Vec<MigrationImpact>,
}

/// The impact of one migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MigrationImpact {
    /// The name of its script.
    pub name: String,
    /// The worst rating of its statements.
    pub rating: Rating,
    /// The strongest lock on each table in use. The transaction holds a lock until the migration ends.
    pub locks: Vec<TableLock>,
    /// Its statements, in order.
    pub statements: Vec<StatementImpact>,
}

/// A lock on a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableLock {
    /// The table.
    pub table: String,
    /// The mode.
    pub mode: LockMode,
}

/// The impact of one statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementImpact {
    /// The line that it begins in, counted from one.
    pub line: usize,
    /// Its text, without the comments around it.
    pub sql: String,
    /// The worst rating of its findings.
    pub rating: Rating,
    /// The tables in use that it locks, reads or rewrites, by name.
    pub tables: Vec<TableEffect>,
    /// Its findings, worst first.
    pub findings: Vec<ImpactFinding>,
}

/// The effect of a statement on a table that existed before the new migrations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableEffect {
    /// The table's name before the migrations, after its namespace unless that is the connection's own.
    pub table: String,
    /// Whether it is one of the hot tables.
    pub hot: bool,
    /// The lock that the statement adds to the transaction's locks on the table.
    pub lock: Option<LockMode>,
    /// The strongest lock on the table that the transaction holds after the statement.
    pub held: Option<LockMode>,
    /// How the lock is known.
    pub basis: Basis,
    /// Whether the table, or an existing index of it, was rewritten.
    pub rewritten: bool,
    /// Whether all rows were read.
    pub scanned: bool,
}

/// The source of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// It was observed.
    Measured,
    /// It is in PostgreSQL's documentation; the server could not be observed.
    Documented,
}

/// The meaning of a statement for pods of the previous release, called old pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImpactFinding {
    /// The rating.
    pub rating: Rating,
    /// The kind of finding, such as `column-dropped`. It is stable.
    pub kind: &'static str,
    /// A table, `table.column`, `table(column, column)` for a key, or an enum.
    pub object: String,
    /// The meaning, as sentences.
    pub meaning: String,
    /// How to avoid the impact; empty if it needs no action.
    pub advice: &'static str,
}

impl Rating {
    /// The name, such as `write-reject`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Lock => "lock",
            Self::PreparedPlan => "prepared-plan",
            Self::WriteReject => "write-reject",
            Self::Breaking => "breaking",
        }
    }
}

impl ImpactReport {
    pub(crate) fn new(migrations: Vec<MigrationImpact>) -> Self {
        Self { rating: worst(migrations.iter().map(|migration| migration.rating)), migrations }
    }
}

impl MigrationImpact {
    pub(crate) fn new(name: &str, statements: Vec<StatementImpact>) -> Self {
        let mut locks: BTreeMap<&str, LockMode> = BTreeMap::new();
        for effect in statements.iter().flat_map(|statement| &statement.tables) {
            if let Some(mode) = effect.lock {
                let strongest = locks.entry(&effect.table).or_insert(mode);
                *strongest = mode.max(*strongest);
            }
        }
        let locks = locks.into_iter().map(|(table, mode)| TableLock { table: table.to_owned(), mode }).collect();
        Self { name: name.to_owned(), rating: worst(statements.iter().map(|it| it.rating)), locks, statements }
    }
}

impl StatementImpact {
    pub(crate) fn new(statement: Statement<'_>, effects: Effects) -> Self {
        let mut impact = Self {
            line: statement.line(),
            sql: statement.text().to_owned(),
            rating: Rating::default(),
            tables: effects.tables,
            findings: Vec::new(),
        };
        effects.findings.into_iter().for_each(|finding| impact.add(finding));
        impact
    }

    pub(crate) fn add(&mut self, finding: ImpactFinding) {
        self.rating = self.rating.max(finding.rating);
        let index = self.findings.partition_point(|other| other.rating >= finding.rating);
        self.findings.insert(index, finding);
    }
}

fn worst(ratings: impl Iterator<Item = Rating>) -> Rating {
    ratings.max().unwrap_or_default()
}
