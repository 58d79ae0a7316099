//! Steps as SQL that can be shipped.
//!
//! Several replicas apply a migration when they start, while others still serve; they try again after a failure, and their
//! databases are in every state. So each statement here
//!
//! - can run again: after it, or after all of the migrations, it changes nothing;
//! - looks at the very table or type that it is about, and not at whatever bears its name in another namespace;
//! - names no namespace that the schema does not name;
//! - keeps writers waiting neither for a lock nor for as long as it takes to read a table: indexes are built concurrently,
//!   foreign keys are validated when they are there, each in a migration of its own;
//! - keeps the values of a column that gets another type wherever PostgreSQL knows how.
//!
//! PostgreSQL runs each migration as one batch, and so as one transaction. [`migrations`] splits a diff where that would
//! not do.

mod columns;
mod conversion;
mod destructive;
mod enums;
mod extensions;
mod facts;
mod indexes;
mod keys;
mod migration;
mod plan;
mod sql;
mod tables;
#[cfg(test)]
mod tests;
mod undecided;

pub use migration::{Migration, Part, Statement};
pub use plan::migrations;
pub use undecided::{Undecided, undecided};

pub(crate) use conversion::Keeps;
pub(crate) use tables::keeps;
