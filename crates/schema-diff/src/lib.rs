//! Two relational models to ordered steps to SQL text.
//!
//! [`Diff::between`] compares what a database is with what it shall become. Its answer is a list of [`Step`]s: data, in
//! the order in which they must run. [`Diff::to_sql`] writes them as `prisma migrate diff --script` writes them, byte
//! for byte. Nothing here reads a file, a clock or a database.
//!
//! Where to look:
//!
//! - `matching`: which tables, columns and enums of the two sides are the same,
//! - `column` and `defaults`: what differs between two columns,
//! - [`Cast`]: why a column is dropped and added again,
//! - `predicates`: whether two partial indexes cover the same rows,
//! - `table`, `indexes`, `foreign_keys`, `enums`, `extensions`, `namespaces`: which steps the differences make,
//! - `order`: the order of the steps,
//! - `render`: the SQL of each step,
//! - [`house`]: the SQL of each step, such that it can be shipped,
//! - `renames`: what is another thing only by name,
//! - `losses`: what the steps destroy; `warnings`: the same in Prisma's words,
//! - `suggestion`: a name for what they do.

mod casts;
mod column;
mod defaults;
mod enums;
mod extensions;
mod foreign_keys;
pub mod house;
mod indexes;
mod losses;
mod matching;
mod namespaces;
mod order;
mod predicates;
mod renames;
mod render;
mod serial;
mod step;
mod suggestion;
mod table;
#[cfg(test)]
mod testing;
mod warnings;

use prisma_schema::Flavour;
use sql_schema::SqlSchema;

pub use casts::Cast;
pub use column::ColumnChange;
pub use losses::{Loss, Style};
pub use renames::{Candidate, InvalidRename, Rename, Renamed};
pub use step::{
    AlterColumn, AlterEnum, AlterTable, ColumnRef, CreateIndex, EnumDefault, EnumRebuild, ForeignKeyId, IndexId, Step,
    TableChange,
};
pub use warnings::Warning;

/// The steps that lead from one relational model to another.
#[derive(Clone, Debug)]
pub struct Diff<'a> {
    from: &'a SqlSchema,
    to: &'a SqlSchema,
    flavour: Flavour,
    steps: Vec<Step>,
}

impl<'a> Diff<'a> {
    /// Compares `from`, what is, with `to`, what shall be.
    #[must_use]
    pub fn between(from: &'a SqlSchema, to: &'a SqlSchema, flavour: Flavour) -> Self {
        Self::after(from, &[], to, flavour)
    }

    /// Compares `from`, which some steps lead to, with `to`.
    fn after(from: &'a SqlSchema, steps: &[Step], to: &'a SqlSchema, flavour: Flavour) -> Self {
        let pairs = matching::Pairs::new(from, to);
        let mut steps = steps.to_vec();
        namespaces::push_steps(&pairs, flavour, &mut steps);
        extensions::push_steps(&pairs, &mut steps);
        enums::push_steps(&pairs, &mut steps);
        table::push_steps(&pairs, &mut steps);
        indexes::push_steps(&pairs, &mut steps);
        foreign_keys::push_steps(&pairs, &mut steps);
        order::sort(&mut steps, from, to);
        Self { from, to, flavour, steps }
    }

    /// The steps, in the order in which they run. Their ids point into [`Diff::from`] and [`Diff::to`].
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// What is.
    #[must_use]
    pub fn from(&self) -> &'a SqlSchema {
        self.from
    }

    /// What shall be.
    #[must_use]
    pub fn to(&self) -> &'a SqlSchema {
        self.to
    }

    /// What the steps may destroy, then what may keep them from running.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        warnings::of(self)
    }

    /// The steps as SQL under a comment that lists [`Diff::warnings`], as `prisma migrate dev` writes a migration.
    #[must_use]
    pub fn to_sql_with_warnings(&self) -> String {
        format!("{}{}", warnings::Block(&self.warnings()), self.to_sql())
    }

    /// The steps as SQL, as Prisma's engine writes them. Ends in one newline.
    #[must_use]
    pub fn to_sql(&self) -> String {
        render::Script(self).to_string()
    }
}
