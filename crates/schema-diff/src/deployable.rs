//! SQL that can run while a service uses the database.
//!
//! Several replicas apply a migration when they start, while others still serve requests. A replica tries again after a
//! failure, and every database is in a different state. Therefore each statement
//!
//! - is idempotent: running it again, even after all of the migrations, changes nothing
//! - checks exactly the table or type that it changes, and not one of the same name in another namespace
//! - contains no namespace that the schema does not contain
//! - never blocks writers for long: indexes are built concurrently and foreign keys are validated later, each in a
//!   migration of its own
//! - keeps the values of a column whose type changes, if PostgreSQL can convert them.
//!
//! PostgreSQL runs each migration as one batch, and therefore as one transaction. [`migrations`] splits a diff where one
//! transaction is not enough.

mod columns;
mod diff_index;
mod enums;
mod extensions;
mod guard;
mod indexes;
mod keys;
mod migration;
mod open_decisions;
mod plan;
mod statement;
mod tables;
#[cfg(test)]
mod tests;

pub use migration::{DeployableMigration, MigrationPart};
pub use open_decisions::{OpenDecision, open_decisions};
pub use plan::migrations;
