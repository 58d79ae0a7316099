//! Conversion of the values in a column whose type changes.
//!
//! The deployable style converts more types than Prisma: PostgreSQL knows more casts, and expressions cover the rest. This
//! module only decides. The SQL is written in `deployable`, and the losses are reported in `losses`.

mod column_alteration;
mod enum_columns;
mod expression;

use crate::{AlterColumn, AlterTable, Cast, Diff, Style};

pub(crate) use column_alteration::ColumnAlteration;
pub(crate) use enum_columns::{EnumColumn, enum_columns};
pub(crate) use expression::Conversion;

/// The values of a column that a change of its type preserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preserved {
    /// All values, unchanged.
    All,
    /// The values that fit the new type. PostgreSQL shortens or rounds other values, or rejects them and the migration
    /// fails.
    FittingValues,
    /// The first element of each list.
    FirstElements,
    /// No values: the column is dropped and added again.
    Nothing,
}

/// The values of a changed column that the SQL of a style preserves.
pub(crate) fn preserved(diff: &Diff<'_>, alter: &AlterTable, column: &AlterColumn, style: Style) -> Preserved {
    match (style, column.cast()) {
        (Style::Deployable, _) => ColumnAlteration::new(diff, alter, column).preserved(),
        (Style::Prisma, None | Some(Cast::Safe)) => Preserved::All,
        (Style::Prisma, Some(Cast::Risky)) => Preserved::FittingValues,
        (Style::Prisma, Some(Cast::Impossible)) => Preserved::Nothing,
    }
}
