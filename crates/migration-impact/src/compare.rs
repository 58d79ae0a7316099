//! What is different in the catalogs for a program that knows only the earlier ones.
//!
//! Programs ask for tables, columns and enums by name, so things are the same if their names are.

use std::{collections::BTreeMap, rc::Rc};

use crate::{
    Finding, Oid,
    catalog::{Catalog, Column, Constraint, ForeignKey, Index, IndexKey, Name, Relation},
    change::Change,
    column_type::Retyping,
};

/// What the difference means to a program that was made for the catalogs before.
pub(crate) fn findings(before: &Catalog, after: &Catalog) -> Vec<Finding> {
    let by_name: BTreeMap<&Name, (Oid, &Rc<Relation>)> =
        after.relations.iter().map(|(oid, relation)| (&relation.name, (*oid, relation))).collect();
    let mut findings = Vec::new();
    for (oid, old) in &before.relations {
        match (by_name.get(&old.name), after.relations.get(oid)) {
            (Some(&(new_oid, new)), _) => {
                if old != new || before.enums != after.enums {
                    let is_same = *oid == new_oid;
                    Comparison { before, after, old, new, is_same, findings: &mut findings }.compare();
                }
            }
            (None, Some(renamed)) => {
                findings.push(Change::TableRenamed { to: renamed.name.to_string() }.of(old.name.to_string()));
            }
            (None, None) => findings.push(Change::TableDropped.of(old.name.to_string())),
        }
    }
    enums(before, after, &mut findings);
    restricted_deletes(before, after, &mut findings);
    findings
}

/// Compares a table with what has its name now.
struct Comparison<'a> {
    before: &'a Catalog,
    after: &'a Catalog,
    old: &'a Relation,
    new: &'a Relation,
    /// Whether it is the same table, and not another one of its name.
    is_same: bool,
    findings: &'a mut Vec<Finding>,
}

impl Comparison<'_> {
    fn compare(&mut self) {
        self.columns();
        self.indexes();
        self.constraints();
    }

    fn columns(&mut self) {
        for (number, old) in &self.old.columns {
            match (self.new.column(&old.name), self.new.columns.get(number)) {
                (Some(new), _) => self.column(old, new),
                (None, Some(new)) if self.is_same => {
                    self.report(&old.name, Change::ColumnRenamed { to: new.name.clone() });
                }
                (None, _) => self.report(&old.name, Change::ColumnDropped),
            }
        }
        for (number, new) in &self.new.columns {
            let is_renamed = self.is_same && self.old.columns.contains_key(number);
            if is_renamed || self.old.column(&new.name).is_some() {
                continue;
            }
            if new.must_be_given() {
                self.report(&new.name, Change::ValueRequired);
            }
            self.report(&new.name, Change::ColumnAdded);
        }
    }

    fn column(&mut self, old: &Column, new: &Column) {
        let (from, to) = (old.ty.spelling(self.before), new.ty.spelling(self.after));
        let retyping = old.ty.retyping(self.before, &new.ty, self.after);
        match retyping {
            Retyping::Same => {}
            Retyping::Compatible => self.report(&old.name, Change::TypeChanged { from, to }),
            Retyping::Narrower => {
                self.report(&old.name, Change::TypeNarrowed { from: from.clone(), to: to.clone() });
                self.report(&old.name, Change::TypeChanged { from, to });
            }
            Retyping::Incompatible => self.report(&old.name, Change::TypeReplaced { from, to }),
        }
        match (old.is_required, new.is_required) {
            (false, true) if new.must_be_given() => self.report(&old.name, Change::ValueRequired),
            (false, true) if !new.is_generated => self.report(&old.name, Change::NullForbidden),
            (true, true) if new.must_be_given() && old.is_numbered() => self.report(&old.name, Change::ValueRequired),
            (true, true) if new.must_be_given() && !old.must_be_given() => {
                self.report(&old.name, Change::DefaultDropped);
            }
            (true, false) => self.report(&old.name, Change::NullAllowed),
            _ => {}
        }
        // A default is cast to the type of its column.
        if let (Retyping::Same, Some(to)) = (retyping, &new.default)
            && old.default.as_ref() != Some(to)
        {
            self.report(&old.name, Change::DefaultChanged { to: to.clone() });
        }
    }

    fn indexes(&mut self) {
        for (oid, index) in &self.old.indexes {
            let key = Key::of(self.old, index);
            let is_kept = self.new.indexes.iter().any(|(new_oid, new)| {
                let new_key = Key::of(self.new, new);
                if index.is_unique {
                    new.is_unique && (oid == new_oid || key == new_key)
                } else {
                    oid == new_oid || key.begins(&new_key)
                }
            });
            if !is_kept && self.has_all(&index.key.columns) {
                let change = if index.is_unique { Change::UniqueDropped } else { Change::IndexDropped };
                self.report_on_columns(self.old, &index.key.columns, change);
            }
        }
        for (oid, index) in self.new.indexes.iter().filter(|(_, index)| index.is_unique) {
            let mut unique = self.old.indexes.iter().filter(|(_, old)| old.is_unique);
            let key = Key::of(self.new, index);
            let was_so = unique.any(|(old_oid, old)| oid == old_oid || Key::of(self.old, old).implies(&key));
            if !was_so && !self.is_out_of_reach(&index.key.columns) {
                self.report_on_columns(self.new, &index.key.columns, Change::UniqueAdded);
            }
        }
    }

    fn constraints(&mut self) {
        for (oid, constraint) in &self.old.constraints {
            let is_kept =
                self.new.constraints.iter().any(|(new_oid, new)| {
                    oid == new_oid || is_same_constraint((self.old, constraint), (self.new, new))
                });
            if !is_kept && self.has_all(constraint.columns()) {
                self.report_on_columns(self.old, constraint.columns(), Change::ConstraintDropped);
            }
        }
        for (oid, constraint) in &self.new.constraints {
            let is_old =
                self.old.constraints.iter().any(|(old_oid, old)| {
                    oid == old_oid || is_same_constraint((self.old, old), (self.new, constraint))
                });
            if is_old || self.is_harmless(constraint) {
                continue;
            }
            let change = match constraint {
                Constraint::Rule(rule) => Change::ConstraintAdded { definition: rule.definition.clone() },
                Constraint::ForeignKey(key) => {
                    Change::ForeignKeyAdded { referenced: self.after.name_of(key.referenced) }
                }
            };
            self.report_on_columns(self.new, constraint.columns(), change);
        }
    }

    /// Whether all of these columns of the old table are still there.
    fn has_all(&self, columns: &[i16]) -> bool {
        let mut found = columns.iter().filter_map(|number| self.old.columns.get(number));
        found.all(|column| self.new.column(&column.name).is_some())
    }

    /// Whether a new constraint cannot reject a row of old pods.
    fn is_harmless(&self, constraint: &Constraint) -> bool {
        self.is_out_of_reach(constraint.columns())
            && match constraint {
                Constraint::ForeignKey(_) => true,
                // What NULL makes of a condition is neither true nor false, and passes, unless it is asked about NULL.
                Constraint::Rule(rule) => {
                    let condition = rule.definition.to_uppercase();
                    !condition.contains("NULL")
                        && !condition.contains("COALESCE")
                        && constraint.columns().iter().all(|column| self.is_out_of_reach(&[*column]))
                }
            }
    }

    /// Whether rows of old pods have NULL, or a number that is given to them, in one of these columns of the new table.
    /// NULL equals nothing and refers to nothing.
    fn is_out_of_reach(&self, columns: &[i16]) -> bool {
        let mut found = columns.iter().filter_map(|number| self.new.columns.get(number));
        found
            .any(|column| self.old.column(&column.name).is_none() && (column.default.is_none() || column.is_numbered()))
    }

    fn report(&mut self, column: &str, change: Change) {
        self.findings.push(change.of(format!("{}.{column}", self.old.name)));
    }

    fn report_on_columns(&mut self, of: &Relation, columns: &[i16], change: Change) {
        self.findings.push(change.of(format!("{}({})", self.old.name, of.column_names(columns))));
    }
}

/// Values of enums that columns of the earlier tables have. A new name of the enum is a new type of these columns.
fn enums(before: &Catalog, after: &Catalog, findings: &mut Vec<Finding>) {
    if before.enums == after.enums {
        return;
    }
    let is_used =
        |oid: &Oid| before.relations.values().any(|it| it.columns.values().any(|it| it.ty.enum_ == Some(*oid)));
    for (_, old) in before.enums.iter().filter(|(oid, _)| is_used(oid)) {
        let Some(new) = after.enums.values().find(|new| new.name == old.name) else { continue };
        for value in old.values.iter().filter(|value| !new.values.contains(value)) {
            findings.push(Change::EnumValueRemoved { value: value.clone() }.of(old.name.to_string()));
        }
        for value in new.values.iter().filter(|value| !old.values.contains(value)) {
            findings.push(Change::EnumValueAdded { value: value.clone() }.of(old.name.to_string()));
        }
    }
}

/// Foreign keys of any table, new ones included, that keep rows of earlier tables from being deleted.
fn restricted_deletes(before: &Catalog, after: &Catalog, findings: &mut Vec<Finding>) {
    for (oid, relation) in &after.relations {
        let old = before.relations.get(oid);
        for key in relation.foreign_keys().filter(|key| key.restricts) {
            let (Some(referenced), true) =
                (before.relations.get(&key.referenced), after.relations.contains_key(&key.referenced))
            else {
                continue;
            };
            let is_old = old.is_some_and(|old| {
                old.foreign_keys().any(|it| it.restricts && is_same_foreign_key((old, it), (relation, key)))
            });
            if !is_old {
                let change = Change::DeletesRestricted { by: relation.name.to_string() };
                findings.push(change.of(referenced.name.to_string()));
            }
        }
    }
}

/// What an index is of, by the names of the columns.
#[derive(PartialEq, Eq)]
struct Key<'a> {
    columns: Vec<&'a str>,
    expressions: Option<&'a str>,
    predicate: Option<&'a str>,
}

impl<'a> Key<'a> {
    fn of(table: &'a Relation, index: &'a Index) -> Self {
        let IndexKey { columns, expressions, predicate } = &index.key;
        Self {
            columns: columns.iter().map(|column| table.column_name(*column)).collect(),
            expressions: expressions.as_deref(),
            predicate: predicate.as_deref(),
        }
    }

    fn is_plain(&self) -> bool {
        self.expressions.is_none() && self.predicate.is_none()
    }

    /// Whether an index of the other key serves all queries that one of this key serves.
    fn begins(&self, other: &Self) -> bool {
        self == other || self.is_plain() && other.is_plain() && other.columns.starts_with(&self.columns)
    }

    /// Whether rows that differ by this key always differ by the other one, too.
    fn implies(&self, other: &Self) -> bool {
        self == other || self.is_plain() && self.columns.iter().all(|column| other.columns.contains(column))
    }
}

fn is_same_constraint((old_table, old): (&Relation, &Constraint), (new_table, new): (&Relation, &Constraint)) -> bool {
    match (old, new) {
        (Constraint::Rule(old), Constraint::Rule(new)) => old.definition == new.definition,
        (Constraint::ForeignKey(old), Constraint::ForeignKey(new)) => {
            is_same_foreign_key((old_table, old), (new_table, new))
        }
        _ => false,
    }
}

fn is_same_foreign_key((old_table, old): (&Relation, &ForeignKey), (new_table, new): (&Relation, &ForeignKey)) -> bool {
    (old.referenced, &old.referenced_columns) == (new.referenced, &new.referenced_columns)
        && old_table.column_names(&old.columns) == new_table.column_names(&new.columns)
}

impl Catalog {
    fn name_of(&self, relation: Oid) -> String {
        self.relations.get(&relation).map_or_else(|| relation.to_string(), |relation| relation.name.to_string())
    }
}

impl Relation {
    fn foreign_keys(&self) -> impl Iterator<Item = &ForeignKey> {
        self.constraints.values().filter_map(|constraint| match constraint {
            Constraint::ForeignKey(key) => Some(key),
            Constraint::Rule(_) => None,
        })
    }
}

impl Constraint {
    fn columns(&self) -> &[i16] {
        match self {
            Self::Rule(rule) => &rule.columns,
            Self::ForeignKey(key) => &key.columns,
        }
    }
}

impl Column {
    /// Whether a row without a value for it is rejected.
    fn must_be_given(&self) -> bool {
        self.is_required && self.default.is_none() && !self.is_generated
    }

    /// Whether the database gives each row a value of its own, so that programs give none.
    fn is_numbered(&self) -> bool {
        self.is_generated || self.default.as_ref().is_some_and(|default| default.starts_with("nextval("))
    }
}
