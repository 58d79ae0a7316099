//! Tests with real containers. They are skipped if no Docker daemon answers.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "these are tests, and say why they are skipped")]

mod errors;
mod leaks;
mod replay;
mod support;

scratch_postgres::guardian_for_tests!();
