//! What each statement of a migration does to the database, and to pods that still run the previous version.
//!
//! Nothing is guessed from the text of a statement: it runs, on a database in which the earlier migrations were replayed.
//! What it locks stands in `pg_locks` while its transaction is open, what it rewrites has another file afterwards, and what
//! it means follows from the catalogs before and after it. So blocks that decide by themselves what to do, and SQL that
//! they put together, are seen for what they do.
//!
//! ```no_run
//! use migration_impact::{Options, measure};
//! use scratch_postgres::{Script, guardian, replay};
//!
//! # fn main() -> Result<(), scratch_postgres::Error> {
//! guardian::main_if_reentered();
//! let earlier = Script { name: "1_init", sql: "CREATE TABLE users (id int, name text)" };
//! let database = replay(&Default::default(), &[earlier], &mut ())?.into_writable()?;
//! let new = Script { name: "2_drop_name", sql: "ALTER TABLE users DROP COLUMN name" };
//! let report = measure(&database, &mut database.client()?, &[new], &Options { hot_tables: &[] })?;
//! print!("{}", report.render(false));
//! # Ok(())
//! # }
//! ```
//!
//! What is not looked at: functions, triggers, row security, privileges, and new names of namespaces.

mod activity;
mod alone;
mod catalog;
mod change;
mod column_type;
mod compare;
mod effects;
mod ledger;
mod lock_mode;
mod measure;
mod render;
mod report;

pub use crate::{
    lock_mode::LockMode,
    measure::{Options, measure},
    render::wrap,
    report::{Basis, Finding, Lock, Migration, Rating, Report, Statement, TableEffect},
};

/// The number by which PostgreSQL knows an object.
type Oid = u32;
