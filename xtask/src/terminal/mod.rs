//! What the user sees: output, progress, exit statuses, and text made for a terminal.

pub(crate) mod exit;
mod inert;
pub(crate) mod output;
pub(crate) mod progress;
pub(crate) mod shell;
pub(crate) mod unified_diff;
pub(crate) mod wrap;
