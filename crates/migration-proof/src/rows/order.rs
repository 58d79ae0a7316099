//! The order of the tables for inserting rows.

use std::collections::BTreeSet;

use super::tables::{ForeignKey, Tables};

/// The OIDs of the tables, each after the tables that it refers to, with the columns that must be NULL. In a cycle,
/// these are the columns of an optional foreign key. Deferrable foreign keys and those to the table itself do not
/// affect the order.
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
        let (required, optional) = self.keys(oid);
        for key in required {
            self.visit(key.referenced);
        }
        let mut nullified = BTreeSet::new();
        for key in optional {
            if !self.depends_on_unfinished(key.referenced, &mut BTreeSet::new()) {
                self.visit(key.referenced);
            }
            if key.referenced != oid && !self.is_done(key.referenced) {
                nullified.extend(key.columns.iter().copied().filter(|number| self.may_be_null(oid, *number)));
            }
        }
        self.done.push((oid, nullified));
    }

    /// Whether a table needs rows of a table whose visit has begun but not ended.
    fn depends_on_unfinished(&self, oid: u32, seen: &mut BTreeSet<u32>) -> bool {
        let is_unfinished = self.begun.contains(&oid) && !self.is_done(oid);
        let (required, _) = self.keys(oid);
        is_unfinished || seen.insert(oid) && required.iter().any(|key| self.depends_on_unfinished(key.referenced, seen))
    }

    fn is_done(&self, oid: u32) -> bool {
        self.done.iter().any(|(done, _)| *done == oid)
    }

    /// The required and the optional foreign keys.
    fn keys(&self, oid: u32) -> (Vec<&'t ForeignKey>, Vec<&'t ForeignKey>) {
        let keys = self.tables.by_oid[&oid].foreign_keys.iter().filter(|key| !key.is_deferrable);
        keys.partition(|key| !key.columns.iter().any(|number| self.may_be_null(oid, *number)))
    }

    fn may_be_null(&self, oid: u32, number: i16) -> bool {
        self.tables.by_oid[&oid].columns.iter().any(|column| column.number == number && !column.is_required)
    }
}
