//! One file per command.

pub(crate) mod check;
pub(crate) mod conformance;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod migrate;
pub(crate) mod postgres;
pub(crate) mod replay;
pub(crate) mod restamp;
pub(crate) mod schema_sync;
