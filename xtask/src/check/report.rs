//! How what the checks found is shown.

pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
