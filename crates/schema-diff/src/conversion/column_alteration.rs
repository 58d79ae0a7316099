//! A column before and after a change.

use sql_schema::{Arity, Column, ColumnType, SqlSchema, Table};

use super::{
    Preserved,
    enum_columns::rebuild_sets_default,
    expression::{Conversion, conversion},
};
use crate::{
    AlterColumn, AlterTable, Cast, ColumnChange, Diff,
    sql::{Name, StoredTypeOf},
};

/// A column before and after a change.
#[derive(Clone, Copy)]
pub(crate) struct ColumnAlteration<'a> {
    pub(crate) from_schema: &'a SqlSchema,
    pub(crate) from_table: &'a Table,
    pub(crate) from: &'a Column,
    pub(crate) to_schema: &'a SqlSchema,
    pub(crate) to_table: &'a Table,
    pub(crate) to: &'a Column,
    /// The differences, without a default that the rebuild of an enum already sets.
    pub(crate) change: ColumnChange,
}

impl<'a> ColumnAlteration<'a> {
    pub(crate) fn new(diff: &Diff<'a>, alter: &AlterTable, column: &AlterColumn) -> Self {
        let (from_schema, to_schema) = (diff.from(), diff.to());
        let (from_table, to_table) = (from_schema.table(alter.from), to_schema.table(alter.to));
        let (from, to) = (from_table.column(column.from), to_table.column(column.to));
        let mut change = column.change;
        change.default &= !(matches!(from.ty, ColumnType::Enum(_)) && rebuild_sets_default(diff, from));
        Self { from_schema, from_table, from, to_schema, to_table, to, change }
    }

    /// The values that the change preserves.
    pub(crate) fn preserved(&self) -> Preserved {
        if !self.changes_type() {
            return Preserved::All;
        }
        match self.conversion() {
            None => Preserved::Nothing,
            Some(Conversion::Using { preserved, .. }) => preserved,
            Some(Conversion::Assignment) if self.change.cast == Some(Cast::Safe) => Preserved::All,
            Some(Conversion::Assignment) => Preserved::FittingValues,
        }
    }

    /// Whether the column is dropped and added again.
    pub(crate) fn is_recreated(&self) -> bool {
        self.preserved() == Preserved::Nothing
    }

    /// Whether the type changes, or the column becomes a list or stops being one.
    pub(crate) fn changes_type(&self) -> bool {
        let is_list = |column: &Column| column.arity == Arity::List;
        self.change.cast.is_some() || is_list(self.from) != is_list(self.to)
    }

    /// The conversion to the new type; `None` if the column is dropped and added again.
    pub(crate) fn conversion(&self) -> Option<Conversion> {
        if self.stays_computed() {
            return Some(Conversion::Assignment);
        }
        let through_text = || {
            let expression = format!("{}::text::{}", Name(&self.to.name), StoredTypeOf(self.to_schema, self.to));
            // Prisma knows a cast here, and therefore keeps the objects that depend on the column.
            let conversion = Conversion::Using { expression, preserved: Preserved::FittingValues };
            (!self.change.recreates()).then_some(conversion)
        };
        conversion((self.from_schema, self.from), (self.to_schema, self.to)).or_else(through_text)
    }

    /// Whether PostgreSQL continues to compute the column, in its new type if Prisma knows a cast. No expression can
    /// convert such a column.
    fn stays_computed(&self) -> bool {
        self.from.generated && !self.change.default && !self.change.autoincrement && !self.change.recreates()
    }
}
