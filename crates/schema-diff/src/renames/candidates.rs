//! What may have been renamed, and how alike it is.

use sql_schema::{Column, ColumnId, SqlSchema, Table, TableId};

use super::{Rename, table_path};
use crate::{AlterTable, Diff, Step, TableChange, casts::same_type, defaults};

/// The share of columns that two tables must have in common to be of the same shape.
const SAME_SHAPE: f64 = 0.6;

/// Something that is gone and something new that may be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What may have been renamed.
    pub rename: Rename,
    /// Whether it is a table.
    pub is_table: bool,
    /// How alike the two are, in percent: their names, and what else a column or table has.
    pub likeness: u8,
}

impl Diff<'_> {
    /// Dropped and added columns of a table that have the same type, and dropped and created tables that have the same
    /// shape: the most alike first, and each thing once at most.
    ///
    /// The columns of a table that may have been renamed itself are seen once it is.
    #[must_use]
    pub fn rename_candidates(&self) -> Vec<Candidate> {
        let mut candidates = tables(self);
        for step in self.steps() {
            if let Step::AlterTable(alter) = step {
                candidates.extend(columns(self, alter));
            }
        }
        candidates.sort_by_key(|candidate| (!candidate.is_table, u8::MAX - candidate.likeness));
        candidates
    }
}

fn tables(diff: &Diff<'_>) -> Vec<Candidate> {
    let (mut dropped, mut created) = (Vec::new(), Vec::new());
    for step in diff.steps() {
        match step {
            Step::DropTable(table) => dropped.push(*table),
            Step::CreateTable(table) => created.push(*table),
            _ => {}
        }
    }
    let alike = |&from: &TableId, &to: &TableId| {
        let (from, to) = (diff.from().table(from), diff.to().table(to));
        let shape = common_columns((diff.from(), from), (diff.to(), to));
        let is_alike = from.namespace == to.namespace && shape >= SAME_SHAPE;
        is_alike.then(|| 0.7 * shape + 0.3 * names_alike(&from.name, &to.name))
    };
    let candidate = |(from, to, likeness)| {
        let (from, to): (TableId, TableId) = (from, to);
        let rename = Rename { old: table_path(diff.from().table(from)), new: diff.to().table(to).name.clone() };
        Candidate { rename, is_table: true, likeness: percent(likeness) }
    };
    best_pairs(&dropped, &created, alike).into_iter().map(candidate).collect()
}

fn columns(diff: &Diff<'_>, alter: &AlterTable) -> Vec<Candidate> {
    let (from_table, to_table) = (diff.from().table(alter.from), diff.to().table(alter.to));
    let (mut dropped, mut added) = (Vec::new(), Vec::new());
    for change in &alter.changes {
        match change {
            TableChange::DropColumn(column) => dropped.push(*column),
            TableChange::AddColumn(column) => added.push(*column),
            _ => {}
        }
    }
    let alike = |&from_id: &ColumnId, &to_id: &ColumnId| {
        let (from, to) = (from_table.column(from_id), to_table.column(to_id));
        let place = |id: ColumnId, table: &Table| f64::from(id.0) / table.columns.len() as f64;
        let place_alike = 1.0 - (place(from_id, from_table) - place(to_id, to_table)).abs();
        has_same_type((diff.from(), from), (diff.to(), to)).then(|| {
            0.5 * names_alike(&from.name, &to.name)
                + 0.2 * f64::from(u8::from(from.arity == to.arity))
                + 0.2 * f64::from(u8::from(defaults::equal(from, to)))
                + 0.1 * place_alike
        })
    };
    let candidate = |(from, to, likeness)| {
        let old = format!("{}.{}", table_path(from_table), from_table.column(from).name);
        let rename = Rename { old, new: to_table.column(to).name.clone() };
        Candidate { rename, is_table: false, likeness: percent(likeness) }
    };
    best_pairs(&dropped, &added, alike).into_iter().map(candidate).collect()
}

/// Pairs the most alike first. What is not alike at all makes no pair.
fn best_pairs<T: Copy + PartialEq>(from: &[T], to: &[T], alike: impl Fn(&T, &T) -> Option<f64>) -> Vec<(T, T, f64)> {
    let mut pairs: Vec<_> =
        from.iter().flat_map(|a| to.iter().filter_map(|b| Some((*a, *b, alike(a, b)?))).collect::<Vec<_>>()).collect();
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
    let is_list = |column: &Column| column.arity == sql_schema::Arity::List;
    same_type(from, to) && is_list(from.1) == is_list(to.1)
}

fn names_alike(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(&a.to_lowercase(), &b.to_lowercase())
}

fn percent(share: f64) -> u8 {
    (share * 100.0).round() as u8
}
