//! Migrations whose impact is really measured.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "these are tests, and say why they are skipped")]

mod locks;
mod ratings;
mod reports;
mod support;

scratch_postgres::guardian_for_tests!();
