//! Errors and warnings.

use crate::Span;

/// An error or a warning about a place in a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in Prisma's words.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Other places that it is about, each with a few words of our own.
    pub related: Vec<Related>,
    /// What to do about it, in our own words.
    pub help: Option<String>,
}

/// Another place that a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What it has to do with the matter.
    pub note: String,
    /// Where.
    pub span: Span,
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The schema is refused.
    Error,
    /// The schema is taken all the same.
    Warning,
}
