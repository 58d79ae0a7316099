//! The result: values to read, to print and to write as JSON. The names of the fields are the JSON's.

use std::{collections::BTreeMap, ops::Range};

use serde::Serialize;

use crate::{LockMode, effects::Effects};

/// How bad something is for pods of the previous version, the worst last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rating {
    /// They do not notice, or only how long something takes.
    #[default]
    Info,
    /// They wait: a lock blocks them on a table in use.
    Lock,
    /// What they have prepared fails until they reconnect: the type of its result changes.
    PreparedPlan,
    /// It depends on the rows to come: one that they write may be rejected, or they cannot read one of a new pod.
    WriteReject,
    /// They fail as soon as the migration is committed.
    Breaking,
}

/// What migrations do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The worst of all.
    pub rating: Rating,
    /// The migrations, in order.
    pub migrations: Vec<Migration>,
}

/// What a migration does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Migration {
    /// The name of its script.
    pub name: String,
    /// The worst of its statements.
    pub rating: Rating,
    /// The strongest lock on each table in use. It is held from the statement that takes it to the migration's end.
    pub locks: Vec<Lock>,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
}

/// A lock on a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lock {
    /// The table.
    pub table: String,
    /// The mode, in SQL's words.
    pub mode: LockMode,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The line it begins in, counted from one.
    pub line: usize,
    /// Its text, without the comments around it.
    pub sql: String,
    /// The worst of its findings.
    pub rating: Rating,
    /// The tables in use that it locks, or works through, in the order of their names.
    pub tables: Vec<TableEffect>,
    /// What it means, worst first.
    pub findings: Vec<Finding>,
}

/// What a statement does to a table that was there before the first of the migrations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableEffect {
    /// The table's name before the migrations, behind its namespace unless that is the connection's own.
    pub table: String,
    /// Whether it is one of the hot tables.
    pub hot: bool,
    /// The lock on it that the transaction did not hold before, if there is one.
    pub lock: Option<LockMode>,
    /// The strongest lock on it that the transaction holds then, whichever statement took it.
    pub held: Option<LockMode>,
    /// How the lock is known.
    pub basis: Basis,
    /// Whether the table, or an index that it had, was written anew.
    pub rewritten: bool,
    /// Whether all rows were read.
    pub scanned: bool,
}

/// How something is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// It was seen.
    Measured,
    /// PostgreSQL's documentation says so; the server could not be watched.
    Documented,
}

/// What a statement means for pods of the previous version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub rating: Rating,
    /// What it is, in a word that stays the same, such as `column-dropped`.
    pub kind: &'static str,
    /// What it is about: a table, `table.column`, `table(column, column)` for a key or an enum.
    pub object: String,
    /// What it means. Old pods are those of the previous version.
    pub meaning: String,
    /// What to do; empty if nothing needs to be done.
    pub advice: &'static str,
}

impl Rating {
    /// Its name, such as `write-reject`.
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

impl Report {
    pub(crate) fn new(migrations: Vec<Migration>) -> Self {
        Self { rating: worst(migrations.iter().map(|migration| migration.rating)), migrations }
    }
}

impl Migration {
    pub(crate) fn new(name: &str, statements: Vec<Statement>) -> Self {
        let mut locks: BTreeMap<&str, LockMode> = BTreeMap::new();
        for effect in statements.iter().flat_map(|statement| &statement.tables) {
            if let Some(mode) = effect.lock {
                let strongest = locks.entry(&effect.table).or_insert(mode);
                *strongest = mode.max(*strongest);
            }
        }
        let locks = locks.into_iter().map(|(table, mode)| Lock { table: table.to_owned(), mode }).collect();
        Self { name: name.to_owned(), rating: worst(statements.iter().map(|it| it.rating)), locks, statements }
    }
}

impl Statement {
    /// The statement at `range` of a script.
    pub(crate) fn new(script: &str, range: &Range<usize>, effects: Effects) -> Self {
        let mut statement = Self {
            line: sql_script::line_number(script, range.start),
            sql: script[range.clone()].to_owned(),
            rating: Rating::default(),
            tables: effects.tables,
            findings: Vec::new(),
        };
        effects.findings.into_iter().for_each(|finding| statement.add(finding));
        statement
    }

    pub(crate) fn add(&mut self, finding: Finding) {
        self.rating = self.rating.max(finding.rating);
        let place = self.findings.partition_point(|other| other.rating >= finding.rating);
        self.findings.insert(place, finding);
    }
}

fn worst(ratings: impl Iterator<Item = Rating>) -> Rating {
    ratings.max().unwrap_or_default()
}
