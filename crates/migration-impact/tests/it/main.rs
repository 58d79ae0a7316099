//! The impact of migrations, measured on a server.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "tests print why they are skipped")]

mod hostile_sessions;
mod locks;
mod ratings;
mod reports;
mod support;

scratch_postgres::guardian_for_tests!();
