//! What a statement did to the tables in use.

use crate::{
    Basis, Finding, LockMode, Oid, TableEffect,
    activity::Activity,
    catalog::{Catalog, Index, Relation},
    change::{Change, LockOn, Work},
};

/// What there is at a moment, and what the transaction has done until then.
#[derive(Debug)]
pub(crate) struct Moment {
    pub(crate) catalog: Catalog,
    pub(crate) activity: Activity,
}

/// The tables in use.
#[derive(Debug)]
pub(crate) struct Watch<'a> {
    /// As pods of the previous version know them.
    pub(crate) baseline: Catalog,
    pub(crate) hot_tables: &'a [String],
}

/// What a statement did to the tables in use, and what is to say about that.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    pub(crate) tables: Vec<TableEffect>,
    pub(crate) findings: Vec<Finding>,
}

impl Watch<'_> {
    /// What happened between two moments of a transaction.
    pub(crate) fn effects(&self, before: &Moment, after: &Moment, basis: Basis) -> Effects {
        let mut effects = Effects::default();
        for (oid, table) in &self.baseline.relations {
            let (held, mode) = (strongest_lock(*oid, table, before), strongest_lock(*oid, table, after));
            let lock = mode.filter(|_| mode > held);
            let work = work(*oid, before, after);
            if lock.is_none() && work == Work::None {
                continue;
            }
            let name = table.name.to_string();
            let hot = self.hot_tables.contains(&table.name.name);
            let waits_for_ever = after.activity.waits_for_ever;
            effects.findings.extend(mode.and_then(|mode| {
                Some(meaning(LockOn { mode, work, is_hot: hot, waits_for_ever }, lock.is_some())?.of(&name))
            }));
            let (rewritten, scanned) = (work == Work::Rewrite, work != Work::None);
            effects.tables.push(TableEffect { table: name, hot, lock, held: mode, basis, rewritten, scanned });
        }
        effects.tables.sort_by(|a, b| a.table.cmp(&b.table));
        effects
    }
}

/// The strongest lock on a table or an index of it: who plans a query locks all indexes.
fn strongest_lock(oid: Oid, table: &Relation, moment: &Moment) -> Option<LockMode> {
    let relations = std::iter::once(&oid).chain(table.indexes.keys());
    relations.filter_map(|relation| moment.activity.locks.get(relation)).max().copied()
}

fn work(oid: Oid, before: &Moment, after: &Moment) -> Work {
    let scans = |moment: &Moment| moment.activity.scans.get(&oid).copied().unwrap_or(0);
    match (before.catalog.relations.get(&oid), after.catalog.relations.get(&oid)) {
        (Some(old), Some(new)) if is_rewritten(old, new) => Work::Rewrite,
        (Some(old), Some(new)) if has_built_index(old, new) => Work::Index,
        (Some(old), Some(new)) if scans(after) > scans(before) => {
            if old == new {
                Work::Rows
            } else {
                Work::Check
            }
        }
        _ => Work::None,
    }
}

fn is_rewritten(old: &Relation, new: &Relation) -> bool {
    let is_reindexed = |(oid, index): (&Oid, &Index)| old.indexes.get(oid).is_some_and(|it| it.file != index.file);
    old.file != new.file || new.indexes.iter().any(is_reindexed)
}

/// A column that becomes longer gives its indexes another number, but leaves them their files.
fn has_built_index(old: &Relation, new: &Relation) -> bool {
    new.indexes.values().any(|index| old.indexes.values().all(|it| it.file != index.file))
}

fn meaning(lock: LockOn, is_new: bool) -> Option<Change> {
    if lock.mode.blocks_writers() {
        return (is_new || lock.work != Work::None).then_some(Change::Locked(lock));
    }
    (lock.mode == LockMode::RowExclusive && lock.work == Work::Rows).then_some(Change::RowsLocked)
}
