//! Measures the effects of each statement of a migration on the database, and on pods that still run the previous
//! release.
//!
//! The statements run on a database with the released migrations; their text is not interpreted. `pg_locks` lists
//! their locks while the transaction is open, a rewritten table has another file afterwards, and the catalogs before
//! and after show the meaning for pods. So blocks with conditions and dynamic SQL are measured too.
//!
//! ```no_run
//! use migration_impact::measure;
//! use scratch_postgres::{guardian, replay};
//! use sql_script::Script;
//!
//! # fn main() -> Result<(), scratch_postgres::Error> {
//! guardian::main_if_reentered();
//! let released = Script { name: "1_init", sql: "CREATE TABLE users (id int, name text)" };
//! let database = replay(&Default::default(), &[released], &mut ())?.into_writable()?;
//! let new = Script { name: "2_drop_name", sql: "ALTER TABLE users DROP COLUMN name" };
//! let report = measure(&database, &mut database.client()?, &[new], &[])?;
//! print!("{}", report.render(false));
//! # Ok(())
//! # }
//! ```
//!
//! Functions, triggers, row security, privileges and renamed namespaces are ignored.

mod activity;
mod column_type;
mod compare;
mod effects;
mod finding_kind;
mod finding_tracker;
mod lock_mode;
mod measure;
mod non_transactional;
mod relations;
mod render;
mod report;

pub use crate::{
    lock_mode::LockMode,
    measure::measure,
    render::wrap,
    report::{Basis, ImpactFinding, ImpactReport, MigrationImpact, Rating, StatementImpact, TableEffect, TableLock},
};

/// The number by which PostgreSQL knows an object.
type Oid = u32;

/// The error of a query of this crate.
fn query_error(source: postgres::Error) -> scratch_postgres::Error {
    scratch_postgres::Error::Sql { purpose: "to measure a statement".to_owned(), source }
}
