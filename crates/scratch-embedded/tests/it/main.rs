//! Servers within the helper program, really started.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "these are tests")]

mod cache;
mod client;
mod leaks;
mod limits;
mod roles;
mod sessions;
#[path = "../../src/wire.rs"]
#[allow(dead_code, reason = "the program reads what these tests write")]
mod wire;
