//! The effects of a statement on the tables in use.

use crate::{
    Basis, ImpactFinding, LockMode, Oid, TableEffect,
    activity::Activity,
    finding_kind::{BlockingLock, ROWS_LOCKED, Work},
    relations::{Index, Relation, Relations},
};

/// The relations at one moment, and the activity of the transaction until then.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) relations: Relations,
    pub(crate) activity: Activity,
}

/// The tables in use: the relations before the new migrations.
#[derive(Debug)]
pub(crate) struct Baseline<'a> {
    pub(crate) relations: Relations,
    pub(crate) hot_tables: &'a [String],
}

/// The effects of a statement, and the findings about its locks.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    pub(crate) tables: Vec<TableEffect>,
    pub(crate) findings: Vec<ImpactFinding>,
}

impl Baseline<'_> {
    /// The effects between two snapshots of a transaction.
    pub(crate) fn effects(&self, before: &Snapshot, after: &Snapshot, basis: Basis) -> Effects {
        let mut effects = Effects::default();
        for (oid, table) in &self.relations.by_oid {
            let (held, mode) = (strongest_lock(*oid, table, before), strongest_lock(*oid, table, after));
            let lock = mode.filter(|_| mode > held);
            let work = work(*oid, before, after);
            if lock.is_none() && work == Work::None {
                continue;
            }
            let name = table.name.qualified();
            let hot = self.hot_tables.contains(&table.name.name);
            let waits_forever = after.activity.waits_forever;
            if let Some(mode) = mode {
                if mode.blocks_writers() {
                    effects.findings.push(BlockingLock { mode, work, is_hot: hot, waits_forever }.about(&name));
                } else if mode == LockMode::RowExclusive && work == Work::Rows {
                    effects.findings.push(ROWS_LOCKED.about(&name, &[]));
                }
            }
            let (rewritten, scanned) = (work == Work::Rewrite, work != Work::None);
            effects.tables.push(TableEffect { table: name, hot, lock, held: mode, basis, rewritten, scanned });
        }
        effects.tables.sort_by(|a, b| a.table.cmp(&b.table));
        effects
    }
}

/// The strongest lock on a table or one of its indexes: planning a query locks all indexes.
fn strongest_lock(oid: Oid, table: &Relation, snapshot: &Snapshot) -> Option<LockMode> {
    let relations = std::iter::once(&oid).chain(table.indexes.keys());
    relations.filter_map(|relation| snapshot.activity.locks.get(relation)).max().copied()
}

fn work(oid: Oid, before: &Snapshot, after: &Snapshot) -> Work {
    let scans = |snapshot: &Snapshot| snapshot.activity.scans.get(&oid).copied().unwrap_or(0);
    match (before.relations.by_oid.get(&oid), after.relations.by_oid.get(&oid)) {
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

/// Compares files, not OIDs: a column that gets longer gives its indexes new OIDs but keeps their files.
fn has_built_index(old: &Relation, new: &Relation) -> bool {
    new.indexes.values().any(|index| old.indexes.values().all(|it| it.file != index.file))
}
