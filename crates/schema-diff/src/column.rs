//! What differs between a column that is and the same column as it shall be.

use sql_schema::{Column, SqlSchema};

use crate::{
    casts::{self, Cast},
    defaults,
};

/// What differs between two columns of the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnChange {
    /// Required, nullable or a list: that changes.
    pub arity: bool,
    /// The default changes.
    pub default: bool,
    /// A sequence starts or ceases to fill the column.
    pub autoincrement: bool,
    /// The type changes, and this is how the values follow.
    pub cast: Option<Cast>,
}

impl ColumnChange {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the column is dropped and added again.
    #[must_use]
    pub fn recreates(&self) -> bool {
        self.cast == Some(Cast::Impossible)
    }
}

pub(crate) fn compare(from: (&SqlSchema, &Column), to: (&SqlSchema, &Column)) -> ColumnChange {
    ColumnChange {
        arity: from.1.arity != to.1.arity,
        default: !defaults::equal(from.1, to.1),
        autoincrement: from.1.autoincrement != to.1.autoincrement,
        cast: casts::cast(from, to),
    }
}
