//! Finds possible renames.

use sql_schema::{Arity, Column, ColumnId, SqlSchema, Table, TableId};

use super::{Rename, table_path};
use crate::{AlterTable, Diff, Step, TableChange, cast::same_type, compare::defaults};

/// The share of equal columns from which two tables count as similar.
const MIN_COMMON_COLUMNS: f64 = 0.6;

/// A dropped object and a new one that may be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameCandidate {
    /// The possible rename.
    pub rename: Rename,
    /// Whether it renames a table, and not a column.
    pub is_table: bool,
    /// The similarity of the two objects in percent: of their names and their other properties.
    pub similarity: u8,
}

impl Diff<'_> {
    /// The possible renames, the most similar first. Each object occurs at most once.
    ///
    /// A dropped and an added column of a table are a candidate if they have the same type. A dropped and a created table
    /// are a candidate if most of their columns are equal. The columns of such a table become candidates only when the
    /// table is renamed.
    #[must_use]
    pub fn rename_candidates(&self) -> Vec<RenameCandidate> {
        let mut candidates = tables(self);
        for step in self.steps() {
            if let Step::AlterTable(alter) = step {
                candidates.extend(columns(self, alter));
            }
        }
        candidates.sort_by_key(|candidate| (!candidate.is_table, u8::MAX - candidate.similarity));
        candidates
    }
}

fn tables(diff: &Diff<'_>) -> Vec<RenameCandidate> {
    let (mut dropped, mut created) = (Vec::new(), Vec::new());
    for step in diff.steps() {
        match step {
            Step::DropTable(table) => dropped.push(*table),
            Step::CreateTable(table) => created.push(*table),
            _ => {}
        }
    }
    let similarity = |&from: &TableId, &to: &TableId| {
        let (from, to) = (diff.from().table(from), diff.to().table(to));
        let common = common_columns((diff.from(), from), (diff.to(), to));
        let is_similar = from.namespace == to.namespace && common >= MIN_COMMON_COLUMNS;
        is_similar.then(|| 0.7 * common + 0.3 * name_similarity(&from.name, &to.name))
    };
    let candidate = |(from, to, similarity)| {
        let (from, to): (TableId, TableId) = (from, to);
        let rename = Rename { old: table_path(diff.from().table(from)), new: diff.to().table(to).name.clone() };
        RenameCandidate { rename, is_table: true, similarity: percent(similarity) }
    };
    best_pairs(&dropped, &created, similarity).into_iter().map(candidate).collect()
}

fn columns(diff: &Diff<'_>, alter: &AlterTable) -> Vec<RenameCandidate> {
    let (from_table, to_table) = (diff.from().table(alter.from), diff.to().table(alter.to));
    let (mut dropped, mut added) = (Vec::new(), Vec::new());
    for change in &alter.changes {
        match change {
            TableChange::DropColumn(column) => dropped.push(*column),
            TableChange::AddColumn(column) => added.push(*column),
            _ => {}
        }
    }
    let similarity = |&from_id: &ColumnId, &to_id: &ColumnId| {
        let (from, to) = (from_table.column(from_id), to_table.column(to_id));
        let position = |id: ColumnId, table: &Table| f64::from(id.0) / table.columns.len() as f64;
        let distance = (position(from_id, from_table) - position(to_id, to_table)).abs();
        has_same_type((diff.from(), from), (diff.to(), to)).then(|| {
            0.5 * name_similarity(&from.name, &to.name)
                + 0.2 * f64::from(u8::from(from.arity == to.arity))
                + 0.2 * f64::from(u8::from(defaults::equal(from, to)))
                + 0.1 * (1.0 - distance)
        })
    };
    let candidate = |(from, to, similarity)| {
        let old = format!("{}.{}", table_path(from_table), from_table.column(from).name);
        let rename = Rename { old, new: to_table.column(to).name.clone() };
        RenameCandidate { rename, is_table: false, similarity: percent(similarity) }
    };
    best_pairs(&dropped, &added, similarity).into_iter().map(candidate).collect()
}

/// Pairs the items, the most similar first. Items without a similarity form no pair.
fn best_pairs<T: Copy + PartialEq>(
    from: &[T],
    to: &[T],
    similarity: impl Fn(&T, &T) -> Option<f64>,
) -> Vec<(T, T, f64)> {
    let mut pairs: Vec<_> = from
        .iter()
        .flat_map(|a| to.iter().filter_map(|b| Some((*a, *b, similarity(a, b)?))).collect::<Vec<_>>())
        .collect();
    pairs.sort_by(|a, b| b.2.total_cmp(&a.2));
    let mut best: Vec<(T, T, f64)> = Vec::new();
    for pair in pairs {
        if best.iter().all(|other| other.0 != pair.0 && other.1 != pair.1) {
            best.push(pair);
        }
    }
    best
}

/// The share of columns with the same name and type.
fn common_columns((from_schema, from): (&SqlSchema, &Table), (to_schema, to): (&SqlSchema, &Table)) -> f64 {
    let is_common = |column: &&Column| {
        to.columns
            .iter()
            .any(|other| other.name == column.name && has_same_type((from_schema, column), (to_schema, other)))
    };
    from.columns.iter().filter(is_common).count() as f64 / from.columns.len().max(to.columns.len()) as f64
}

fn has_same_type(from: (&SqlSchema, &Column), to: (&SqlSchema, &Column)) -> bool {
    let is_list = |column: &Column| column.arity == Arity::List;
    same_type(from, to) && is_list(from.1) == is_list(to.1)
}

fn name_similarity(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(&a.to_lowercase(), &b.to_lowercase())
}

fn percent(share: f64) -> u8 {
    (share * 100.0).round() as u8
}
