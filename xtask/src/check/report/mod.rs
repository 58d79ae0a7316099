//! How results are shown.

pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
