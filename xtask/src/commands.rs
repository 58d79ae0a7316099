//! Commands that move soon.

pub(crate) mod conformance;
