//! What changes in a column.

use sql_schema::{Arity, Column, DefaultValue, SqlSchema, Table};
use sql_script::literal;

use super::{
    conversion::{Conversion, Keeps, conversion},
    sql::{alter_table, has_column_of_another_type, only_if},
};
use crate::{
    Cast, ColumnChange,
    render::{
        names::{Name, QualifiedName},
        tables::{self, Definition},
        types::StoredTypeOf,
        values::default_of,
    },
    serial,
};

/// A column before and after.
#[derive(Clone, Copy)]
pub(super) struct Alteration<'a> {
    pub(super) from_schema: &'a SqlSchema,
    pub(super) from_table: &'a Table,
    pub(super) from: &'a Column,
    pub(super) to_schema: &'a SqlSchema,
    pub(super) to_table: &'a Table,
    pub(super) to: &'a Column,
    pub(super) change: ColumnChange,
}

/// How to write what changes.
pub(super) enum Altered {
    /// As clauses of `ALTER TABLE` that do nothing when they run again.
    Clauses(Vec<String>),
    /// As a statement that looks first whether it ran before.
    Statement(String),
}

impl Alteration<'_> {
    pub(super) fn render(&self) -> Altered {
        if !self.changes_type() {
            return Altered::Clauses(self.clauses(None));
        }
        match self.conversion() {
            Some(Conversion::Assignment) => Altered::Clauses(self.clauses(None)),
            Some(Conversion::Using { expression, .. }) => {
                Altered::Statement(self.once(&self.clauses(Some(&expression))))
            }
            None => Altered::Statement(self.once(&self.recreate())),
        }
    }

    /// The way to keep the values; `None` if the column is dropped and added again.
    fn conversion(&self) -> Option<Conversion> {
        if self.stays_computed() {
            return Some(Conversion::Assignment);
        }
        let through_text = || {
            let expression = format!("{}::text::{}", Name(&self.to.name), StoredTypeOf(self.to_schema, self.to));
            // Prisma expects a cast, and so keeps what depends on the column.
            (!self.change.recreates()).then_some(Conversion::Using { expression, keeps: Keeps::WhatFits })
        };
        conversion((self.from_schema, self.from), (self.to_schema, self.to)).or_else(through_text)
    }

    /// What is left of the values; `None` if the column is dropped and added again.
    pub(super) fn keeps(&self) -> Option<Keeps> {
        if !self.changes_type() {
            return Some(Keeps::All);
        }
        Some(match self.conversion()? {
            Conversion::Using { keeps, .. } => keeps,
            Conversion::Assignment if self.change.cast == Some(Cast::Safe) => Keeps::All,
            Conversion::Assignment => Keeps::WhatFits,
        })
    }

    /// Whether a sequence has to be made. A column that is added again brings its own.
    pub(super) fn starts_sequence(&self) -> bool {
        self.change.autoincrement && self.to.autoincrement && self.keeps().is_some()
    }

    /// Whether an identity column becomes an ordinary one. A database tells no default of it.
    pub(super) fn drops_identity(&self) -> bool {
        self.change.autoincrement && self.from.autoincrement && self.from.default.is_none() && self.keeps().is_some()
    }

    /// Whether a column that PostgreSQL computes becomes an ordinary one, with what it holds.
    pub(super) fn drops_expression(&self) -> bool {
        let is_converted = self.changes_type() && !matches!(self.conversion(), Some(Conversion::Assignment));
        let is_told_more = self.change.default || self.change.autoincrement || is_converted;
        self.from.generated && is_told_more && self.keeps().is_some()
    }

    /// Whether PostgreSQL goes on to compute the column, in its new type if Prisma expects a cast. No other expression can
    /// convert it.
    fn stays_computed(&self) -> bool {
        self.from.generated && !self.change.default && !self.change.autoincrement && !self.change.recreates()
    }

    /// Whether there is a default to drop.
    fn has_default(&self) -> bool {
        self.from.default.is_some() && !self.from.generated
    }

    /// The sequence that filled the column and fills nothing any more, as SQL names it.
    pub(super) fn dropped_sequence(&self, drops_sequence: bool) -> Option<String> {
        let by_convention = serial::sequence(&self.from_table.name, &self.from.name);
        let name = match self.from.default.as_ref()? {
            DefaultValue::Sequence(name) if name.is_empty() => &by_convention,
            DefaultValue::Sequence(name) => name,
            _ => return None,
        };
        // With a column that is dropped and added again, only its own sequence goes.
        let is_dropped = drops_sequence && (!self.change.recreates() || *name == by_convention);
        is_dropped.then(|| QualifiedName::new(self.from_table.namespace.as_deref(), name).to_string())
    }

    /// The sequence to fill the column, as SQL names it.
    pub(super) fn sequence(&self) -> String {
        let name = if self.change.recreates() {
            serial::sequence(&self.to_table.name, &self.to.name)
        } else {
            tables::new_sequence(self.to_table, self.to)
        };
        QualifiedName::new(self.to_table.namespace.as_deref(), &name).to_string()
    }

    /// Creates the sequence that Prisma creates, if need be by a serial type.
    pub(super) fn create_sequence(&self) -> String {
        let ty = StoredTypeOf(self.to_schema, self.to);
        let ty = if self.change.recreates() { format!(" AS {ty}") } else { String::new() };
        format!("CREATE SEQUENCE IF NOT EXISTS {}{ty};", self.sequence())
    }

    fn changes_type(&self) -> bool {
        let is_list = |column: &Column| column.arity == Arity::List;
        self.change.cast.is_some() || is_list(self.from) != is_list(self.to)
    }

    /// What would do something else, or all of the work again, if it ran twice.
    fn once(&self, clauses: &[String]) -> String {
        let ty = StoredTypeOf(self.to_schema, self.to).to_string();
        let is_old = has_column_of_another_type(self.to_table, &self.to.name, &ty);
        only_if(&is_old, &[alter_table(self.to_table, clauses)])
    }

    fn recreate(&self) -> Vec<String> {
        let definition = Definition { schema: self.to_schema, column: self.to };
        vec![format!("DROP COLUMN {}", Name(&self.from.name)), format!("ADD COLUMN {definition}")]
    }

    /// `using` is the expression that makes the new values.
    fn clauses(&self, using: Option<&str>) -> Vec<String> {
        let (from, to) = (self.from, self.to);
        let mut actions = Vec::new();
        // PostgreSQL converts a default only where it needs no expression.
        let drops_default = using.is_some() && self.has_default();
        if drops_default {
            actions.push("DROP DEFAULT".to_owned());
        }
        match (from.arity, to.arity) {
            (Arity::Required, Arity::Nullable | Arity::List) | (Arity::List, Arity::Nullable) => {
                actions.push("DROP NOT NULL".to_owned());
            }
            (Arity::Nullable | Arity::List, Arity::Required) => actions.push("SET NOT NULL".to_owned()),
            _ => {}
        }
        if self.changes_type() {
            let using = using.map(|expression| format!(" USING {expression}")).unwrap_or_default();
            actions.push(format!("SET DATA TYPE {}{using}", StoredTypeOf(self.to_schema, to)));
        }
        if self.starts_sequence() {
            actions.push(format!("SET DEFAULT nextval({})", literal(&self.sequence())));
        } else if let (true, Some(default)) = (self.change.default || drops_default, default_of(self.to_schema, to)) {
            actions.push(format!("SET DEFAULT {default}"));
        } else if (self.change.default || self.change.autoincrement)
            && !drops_default
            && !self.drops_identity()
            && !self.drops_expression()
        {
            actions.push("DROP DEFAULT".to_owned());
        }
        actions.into_iter().map(|action| format!("ALTER COLUMN {} {action}", Name(&to.name))).collect()
    }
}
