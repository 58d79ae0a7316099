//! Columns that get a new type because their enum is rebuilt.

use std::ptr;

use sql_schema::{Column, ColumnType, Table};

use crate::{AlterEnum, Diff, EnumRebuild, Step, sql::default_of};

/// A column that has the enum before and after the rebuild.
pub(crate) struct EnumColumn<'a> {
    /// The table in the old model.
    pub(crate) table: &'a Table,
    /// The column in the old model.
    pub(crate) from: &'a Column,
    /// The default of the column in the new model; `None` if the arity changes.
    pub(crate) default: Option<String>,
}

/// The columns that have the enum in both models.
///
/// Other columns with the enum are dropped, are added later, or get another type when their table is altered.
pub(crate) fn enum_columns<'a>(diff: &Diff<'a>, alter: &AlterEnum, uses: &EnumRebuild) -> Vec<EnumColumn<'a>> {
    let column = |&column: &crate::ColumnRef| {
        let (to_table, to) = column.resolve(diff.to());
        let table = diff.from().table_named(to_table.qualified_name())?;
        let from = table.columns.iter().find(|column| column.name == to.name)?;
        let default = default_of(diff.to(), to).filter(|_| from.arity == to.arity).map(|default| default.to_string());
        (from.ty == ColumnType::Enum(alter.from)).then_some(EnumColumn { table, from, default })
    };
    uses.columns.iter().filter_map(column).collect()
}

/// Whether the rebuild of an enum already sets the new default of a column of the old model.
pub(super) fn rebuild_sets_default(diff: &Diff<'_>, column: &Column) -> bool {
    let is_set = |rebuilt: &EnumColumn<'_>| {
        ptr::eq(rebuilt.from, column) && column.default.is_some() && rebuilt.default.is_some()
    };
    diff.steps().iter().any(|step| match step {
        Step::AlterEnum(alter) => {
            alter.rebuild.iter().flat_map(|uses| enum_columns(diff, alter, uses)).any(|rebuilt| is_set(&rebuilt))
        }
        _ => false,
    })
}
