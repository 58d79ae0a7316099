//! Compares two relational models and writes the difference as SQL.
//!
//! [`Diff::between`] compares a starting point with a target. The result is a list of [`Step`]s, in the order in which
//! they run. [`Diff::to_sql`] writes the steps exactly as `prisma migrate diff --script` does, byte for byte. This crate
//! reads no file, no clock and no database.
//!
//! - `compare`: the steps that turn one model into another
//! - [`Step`]: the steps, as data
//! - [`Cast`]: Prisma's rules for changing the type of a column
//! - `conversion`: the deployable style's rules for the same
//! - `sql`: names, types, values, tables, indexes and keys in SQL, for both styles
//! - `prisma`: the SQL and the warnings of Prisma's engine
//! - [`deployable`]: SQL that can run while a service uses the database
//! - `losses`: the data and the guarantees that the steps destroy
//! - `renames`: tables and columns with a new name
//! - `name_suggestion`: a name for the migration

mod cast;
mod compare;
mod conversion;
pub mod deployable;
mod losses;
mod name_suggestion;
mod prisma;
mod renames;
mod sql;
mod step;
mod style;
#[cfg(test)]
mod testing;

use prisma_schema::Flavour;
use sql_schema::SqlSchema;

pub use cast::Cast;
pub use losses::Loss;
pub use prisma::Warning;
pub use renames::{InvalidRename, Rename, RenameCandidate, RenamedSchema};
pub use step::{
    AlterColumn, AlterEnum, AlterTable, ColumnChange, ColumnRef, CreateIndex, EnumDefault, EnumRebuild, ForeignKeyId,
    IndexId, Step, TableChange,
};
pub use style::Style;

/// The steps from one relational model to another.
#[derive(Clone, Debug)]
pub struct Diff<'a> {
    from: &'a SqlSchema,
    to: &'a SqlSchema,
    flavour: Flavour,
    steps: Vec<Step>,
}

impl<'a> Diff<'a> {
    /// Compares the starting point `from` with the target `to`.
    #[must_use]
    pub fn between(from: &'a SqlSchema, to: &'a SqlSchema, flavour: Flavour) -> Self {
        Self { from, to, flavour, steps: compare::steps(Vec::new(), from, to, flavour) }
    }

    /// The steps, in the order in which they run. Their ids refer to [`Diff::from`] and [`Diff::to`].
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether the models are equal.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The starting point.
    #[must_use]
    pub fn from(&self) -> &'a SqlSchema {
        self.from
    }

    /// The target.
    #[must_use]
    pub fn to(&self) -> &'a SqlSchema {
        self.to
    }

    /// Prisma's warnings: first about data that the steps may destroy, then about steps that may fail.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        prisma::warnings(self)
    }

    /// The SQL below a comment that lists [`Diff::warnings`], as `prisma migrate dev` writes a migration.
    #[must_use]
    pub fn to_sql_with_warnings(&self) -> String {
        format!("{}{}", prisma::WarningsComment(&self.warnings()), self.to_sql())
    }

    /// The SQL that Prisma's engine writes. It ends with one newline.
    #[must_use]
    pub fn to_sql(&self) -> String {
        prisma::PrismaScript(self).to_string()
    }
}
