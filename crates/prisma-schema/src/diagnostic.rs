//! Errors and warnings.

use crate::Span;

/// An error or a warning about a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// Prisma's message.
    pub message: String,
    /// The text that the message is about.
    pub span: Span,
    /// Other spans that explain the message. Their notes are our own.
    pub related: Vec<Related>,
    /// A fix. The text is our own.
    pub help: Option<String>,
}

impl Diagnostic {
    pub(crate) fn new(severity: Severity, message: impl Into<String>, span: Span) -> Self {
        Self { severity, message: message.into(), span, related: Vec::new(), help: None }
    }

    pub(crate) fn error(message: impl Into<String>, span: Span) -> Self {
        Self::new(Severity::Error, message, span)
    }

    /// Adds another span.
    pub(crate) fn with_related(&mut self, note: &str, span: Span) {
        self.related.push(Related { note: note.to_owned(), span });
    }
}

/// Another span that explains a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// How the span relates to the message.
    pub note: String,
    /// The text that the note is about.
    pub span: Span,
}

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The schema is invalid.
    Error,
    /// The schema is valid.
    Warning,
}
