//! A rule and its documentation.

use serde::Serialize;

/// The documentation of a rule for migrations. Its page in `docs/lint` is made from it.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The name in findings and in the comments that accept them.
    pub(crate) name: &'static str,
    pub(crate) severity: Severity,
    /// The requirement in one line.
    pub(crate) summary: &'static str,
    /// The reason, and the way to meet the requirement.
    pub(crate) why: &'static str,
    /// A migration with a finding.
    pub(crate) bad: &'static str,
    /// Migrations without a finding, applied one after the other.
    pub(crate) good: &'static [&'static str],
}

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The migration must not be merged.
    Error,
    /// A person should review the migration.
    Warning,
}
