//! Tests with real servers, each in a helper program.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "these are tests")]

mod cache;
mod client;
mod leaks;
mod limits;
#[path = "../../src/pg_protocol.rs"]
#[allow(dead_code, reason = "the tests use only the encoding half")]
mod pg_protocol;
mod roles;
mod sessions;
