//! Compares two states of a database, as a program sees them that knows only the earlier one.
//!
//! Programs name tables, columns and enums, so two of them are the same if their names are.

use std::{collections::BTreeMap, rc::Rc};

use catalog::Name;

use crate::{
    ImpactFinding, Oid,
    column_type::Retyping,
    finding_kind::{self as kinds, FindingKind},
    relations::{Column, Constraint, ForeignKey, Index, IndexKey, Relation, Relations},
};

/// The findings for a program that knows the relations before.
pub(crate) fn findings(before: &Relations, after: &Relations) -> Vec<ImpactFinding> {
    let by_name: BTreeMap<&Name, (Oid, &Rc<Relation>)> =
        after.by_oid.iter().map(|(oid, relation)| (&relation.name, (*oid, relation))).collect();
    let mut findings = Vec::new();
    for (oid, old) in &before.by_oid {
        match (by_name.get(&old.name), after.by_oid.get(oid)) {
            (Some(&(new_oid, new)), _) => {
                if old != new || before.enums != after.enums {
                    let is_same = *oid == new_oid;
                    Comparison { before, after, old, new, is_same, findings: &mut findings }.compare();
                }
            }
            (None, Some(renamed)) => {
                findings.push(kinds::TABLE_RENAMED.about(old.name.qualified(), &[&renamed.name.qualified()]));
            }
            (None, None) => findings.push(kinds::TABLE_DROPPED.about(old.name.qualified(), &[])),
        }
    }
    enums(before, after, &mut findings);
    restricted_deletes(before, after, &mut findings);
    findings
}

/// Compares a table with the relation that has its name afterwards.
struct Comparison<'a> {
    before: &'a Relations,
    after: &'a Relations,
    old: &'a Relation,
    new: &'a Relation,
    /// Whether it is the same table, and not another one with the same name.
    is_same: bool,
    findings: &'a mut Vec<ImpactFinding>,
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
                    self.report(&old.name, &kinds::COLUMN_RENAMED, &[&new.name]);
                }
                (None, _) => self.report(&old.name, &kinds::COLUMN_DROPPED, &[]),
            }
        }
        for (number, new) in &self.new.columns {
            let is_renamed = self.is_same && self.old.columns.contains_key(number);
            if is_renamed || self.old.column(&new.name).is_some() {
                continue;
            }
            if new.must_be_given() {
                self.report(&new.name, &kinds::VALUE_REQUIRED, &[]);
            }
            self.report(&new.name, &kinds::COLUMN_ADDED, &[]);
        }
    }

    fn column(&mut self, old: &Column, new: &Column) {
        let (from, to) = (old.ty.spelling(&self.before.enums), new.ty.spelling(&self.after.enums));
        let retyping = old.ty.retyping(&self.before.enums, &new.ty, &self.after.enums);
        let types = [from.as_str(), to.as_str()];
        if retyping == Retyping::Narrower {
            self.report(&old.name, &kinds::TYPE_NARROWED, &types);
        }
        match retyping {
            Retyping::Same => {}
            Retyping::Compatible | Retyping::Narrower if from == to => {
                self.report(&old.name, &kinds::TYPE_RECREATED, &[&to]);
            }
            Retyping::Compatible | Retyping::Narrower => self.report(&old.name, &kinds::TYPE_CHANGED, &types),
            Retyping::Incompatible => self.report(&old.name, &kinds::TYPE_REPLACED, &types),
        }
        match (old.is_required, new.is_required) {
            (false, true) if new.must_be_given() => self.report(&old.name, &kinds::VALUE_REQUIRED, &[]),
            (false, true) if !new.is_generated => self.report(&old.name, &kinds::NULL_FORBIDDEN, &[]),
            (true, true) if new.must_be_given() && old.is_numbered() => {
                self.report(&old.name, &kinds::VALUE_REQUIRED, &[]);
            }
            (true, true) if new.must_be_given() && !old.must_be_given() => {
                self.report(&old.name, &kinds::DEFAULT_DROPPED, &[]);
            }
            (true, false) => self.report(&old.name, &kinds::NULL_ALLOWED, &[]),
            _ => {}
        }
        // A default is cast to the type of its column.
        if let (Retyping::Same, Some(to)) = (retyping, &new.default)
            && old.default.as_ref() != Some(to)
        {
            self.report(&old.name, &kinds::DEFAULT_CHANGED, &[to]);
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
                let kind = if index.is_unique { &kinds::UNIQUE_DROPPED } else { &kinds::INDEX_DROPPED };
                self.report_on_columns(self.old, &index.key.columns, kind, &[]);
            }
        }
        for (oid, index) in self.new.indexes.iter().filter(|(_, index)| index.is_unique) {
            let mut unique = self.old.indexes.iter().filter(|(_, old)| old.is_unique);
            let key = Key::of(self.new, index);
            let was_so = unique.any(|(old_oid, old)| oid == old_oid || Key::of(self.old, old).implies(&key));
            if !was_so && !self.is_out_of_reach(&index.key.columns) {
                self.report_on_columns(self.new, &index.key.columns, &kinds::UNIQUE_ADDED, &[]);
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
                self.report_on_columns(self.old, constraint.columns(), &kinds::CONSTRAINT_DROPPED, &[]);
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
            let (kind, value) = match constraint {
                Constraint::Rule(rule) => (&kinds::CONSTRAINT_ADDED, rule.definition.clone()),
                Constraint::ForeignKey(key) => (&kinds::FOREIGN_KEY_ADDED, self.after.name_of(key.referenced)),
            };
            self.report_on_columns(self.new, constraint.columns(), kind, &[&value]);
        }
    }

    /// Whether the new table has all of these columns of the old one.
    fn has_all(&self, columns: &[i16]) -> bool {
        let mut found = columns.iter().filter_map(|number| self.old.columns.get(number));
        found.all(|column| self.new.column(&column.name).is_some())
    }

    /// Whether a new constraint cannot reject a row of old pods.
    fn is_harmless(&self, constraint: &Constraint) -> bool {
        self.is_out_of_reach(constraint.columns())
            && match constraint {
                Constraint::ForeignKey(_) => true,
                // With NULL, a condition is neither true nor false and passes, unless it tests for NULL.
                Constraint::Rule(rule) => {
                    let condition = rule.definition.to_uppercase();
                    !condition.contains("NULL")
                        && !condition.contains("COALESCE")
                        && constraint.columns().iter().all(|column| self.is_out_of_reach(&[*column]))
                }
            }
    }

    /// Whether rows of old pods have NULL, or a number that the database assigns, in one of these columns of the new
    /// table. NULL equals no value and refers to no row.
    fn is_out_of_reach(&self, columns: &[i16]) -> bool {
        let mut found = columns.iter().filter_map(|number| self.new.columns.get(number));
        found
            .any(|column| self.old.column(&column.name).is_none() && (column.default.is_none() || column.is_numbered()))
    }

    fn report(&mut self, column: &str, kind: &FindingKind, values: &[&str]) {
        self.findings.push(kind.about(format!("{}.{column}", self.old.name.qualified()), values));
    }

    fn report_on_columns(&mut self, of: &Relation, columns: &[i16], kind: &FindingKind, values: &[&str]) {
        let object = format!("{}({})", self.old.name.qualified(), of.column_names(columns));
        self.findings.push(kind.about(object, values));
    }
}

/// Compares the values of the enums that earlier tables use. A renamed enum is a new type of their columns.
fn enums(before: &Relations, after: &Relations, findings: &mut Vec<ImpactFinding>) {
    if before.enums == after.enums {
        return;
    }
    let is_used = |oid: &Oid| before.by_oid.values().any(|it| it.columns.values().any(|it| it.ty.enum_ == Some(*oid)));
    for (_, old) in before.enums.iter().filter(|(oid, _)| is_used(oid)) {
        let Some(new) = after.enums.values().find(|new| new.name == old.name) else { continue };
        for value in old.values.iter().filter(|value| !new.values.contains(value)) {
            findings.push(kinds::ENUM_VALUE_REMOVED.about(old.name.qualified(), &[value]));
        }
        for value in new.values.iter().filter(|value| !old.values.contains(value)) {
            findings.push(kinds::ENUM_VALUE_ADDED.about(old.name.qualified(), &[value]));
        }
    }
}

/// Finds foreign keys of any table, including new ones, that keep rows of earlier tables from being deleted.
fn restricted_deletes(before: &Relations, after: &Relations, findings: &mut Vec<ImpactFinding>) {
    for (oid, relation) in &after.by_oid {
        let old = before.by_oid.get(oid);
        for key in relation.foreign_keys().filter(|key| key.restricts) {
            let (Some(referenced), true) =
                (before.by_oid.get(&key.referenced), after.by_oid.contains_key(&key.referenced))
            else {
                continue;
            };
            let is_old = old.is_some_and(|old| {
                old.foreign_keys().any(|it| it.restricts && is_same_foreign_key((old, it), (relation, key)))
            });
            if !is_old {
                let restricted = referenced.name.qualified();
                findings.push(kinds::DELETES_RESTRICTED.about(restricted, &[&relation.name.qualified()]));
            }
        }
    }
}

/// The key of an index, with the names of the columns.
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

    /// Whether an index with the other key serves all queries that one with this key serves.
    fn begins(&self, other: &Self) -> bool {
        self == other || self.is_plain() && other.is_plain() && other.columns.starts_with(&self.columns)
    }

    /// Whether rows that differ in this key always differ in the other one.
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
