//! The real program, run on small checkouts; what the user reads is what is tested.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod check;
mod checkout;
mod compare_with_prisma;
mod conformance;
mod diff;
mod doctor;
mod edits;
mod migrate;
mod migrate_failures;
mod migrate_stale;
mod pains;
mod postgres;
mod replay;
mod schema_sync;

scratch_postgres::guardian_for_tests!();
