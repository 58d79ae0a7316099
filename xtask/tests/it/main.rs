//! The real program, run on small checkouts; what the user reads is what is tested.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod checkout;
mod schema_sync;
