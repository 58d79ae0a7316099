//! One file per command.

pub(crate) mod schema_sync;
