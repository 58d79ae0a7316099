//! Servers that are really started.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "these are tests, and say why they are skipped")]

mod leaks;
mod replay;
mod server;
mod support;
mod url;

scratch_postgres::guardian_for_tests!();
