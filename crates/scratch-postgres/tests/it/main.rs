//! Tests that start servers.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "tests may panic, and print why they are skipped")]

mod hostile;
mod leaks;
mod replay;
mod server;
mod support;
mod url;

scratch_postgres::guardian_for_tests!();
