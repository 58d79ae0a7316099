//! The order in which tables get rows.

use std::collections::BTreeSet;

use super::tables::{ForeignKey, Tables};

/// The tables, each behind those that it refers to. In a circle, a foreign key that may be NULL is NULL; its columns are returned.
/// One that can be looked at later is no reason to wait, and neither is a row that refers to itself.
pub(super) fn in_order(tables: &Tables) -> Vec<(u32, BTreeSet<i16>)> {
    let mut order = Order { tables, begun: BTreeSet::new(), done: Vec::new() };
    for &oid in tables.by_oid.keys() {
        order.visit(oid);
    }
    order.done
}

struct Order<'t> {
    tables: &'t Tables,
    begun: BTreeSet<u32>,
    done: Vec<(u32, BTreeSet<i16>)>,
}

impl<'t> Order<'t> {
    fn visit(&mut self, oid: u32) {
        if !self.begun.insert(oid) {
            return;
        }
        let (needed, wanted) = self.keys(oid);
        for key in needed {
            self.visit(key.referenced);
        }
        let mut nullified = BTreeSet::new();
        for key in wanted {
            if !self.needs_one_that_waits(key.referenced, &mut BTreeSet::new()) {
                self.visit(key.referenced);
            }
            if key.referenced != oid && !self.is_done(key.referenced) {
                nullified.extend(key.columns.iter().copied().filter(|number| self.may_be_null(oid, *number)));
            }
        }
        self.done.push((oid, nullified));
    }

    /// Whether a table cannot have rows before one that was begun and waits for others.
    fn needs_one_that_waits(&self, oid: u32, seen: &mut BTreeSet<u32>) -> bool {
        let waits = self.begun.contains(&oid) && !self.is_done(oid);
        let (needed, _) = self.keys(oid);
        waits || seen.insert(oid) && needed.iter().any(|key| self.needs_one_that_waits(key.referenced, seen))
    }

    fn is_done(&self, oid: u32) -> bool {
        self.done.iter().any(|(done, _)| *done == oid)
    }

    /// The foreign keys that a row has to have at once, and those that it can do without.
    fn keys(&self, oid: u32) -> (Vec<&'t ForeignKey>, Vec<&'t ForeignKey>) {
        let keys = self.tables.by_oid[&oid].foreign_keys.iter().filter(|key| !key.is_deferrable);
        keys.partition(|key| !key.columns.iter().any(|number| self.may_be_null(oid, *number)))
    }

    fn may_be_null(&self, oid: u32, number: i16) -> bool {
        self.tables.by_oid[&oid].columns.iter().any(|column| column.number == number && !column.is_required)
    }
}
