//! Tests of the real program on small checkouts. The snapshots are the whole output.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod check;
mod checkout;
mod compare_with_prisma;
mod conformance;
mod diff;
mod doctor;
mod edits;
mod field_reports;
mod help;
mod hostile;
mod migrate;
mod migrate_failures;
mod migrate_stale;
mod postgres;
mod replay;
mod schema_sync;

scratch_postgres::guardian_for_tests!();
