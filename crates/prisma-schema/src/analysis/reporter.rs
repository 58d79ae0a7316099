//! Collects errors and warnings, in the forms of Prisma's messages.

use crate::{
    Diagnostic, Severity, Span,
    syntax::{Attribute, Field, Model},
};

#[derive(Default)]
pub(super) struct Reporter {
    diagnostics: Vec<Diagnostic>,
    errors: usize,
}

impl Reporter {
    pub(super) fn new(diagnostics: Vec<Diagnostic>) -> Self {
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        Self { diagnostics, errors }
    }

    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    pub(super) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The errors, then the warnings, in the order of the reports.
    pub(super) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(|diagnostic| diagnostic.severity == Severity::Warning);
        self.diagnostics
    }

    /// Reports an error. The caller can add notes to the returned diagnostic.
    pub(super) fn error(&mut self, message: impl Into<String>, span: Span) -> &mut Diagnostic {
        self.errors += 1;
        self.push(Severity::Error, message.into(), span)
    }

    pub(super) fn warning(&mut self, message: impl Into<String>, span: Span) -> &mut Diagnostic {
        self.push(Severity::Warning, message.into(), span)
    }

    /// Reports an error of the most general kind.
    pub(super) fn invalid(&mut self, message: &str, span: Span) -> &mut Diagnostic {
        self.error(format!("Error validating: {message}"), span)
    }

    /// Reports an error about an attribute. `name` includes `@` or `@@`.
    pub(super) fn attribute_error(&mut self, name: &str, message: &str, span: Span) -> &mut Diagnostic {
        self.error(format!("Error parsing attribute \"{name}\": {message}"), span)
    }

    /// Reports an error about a whole attribute. Prisma spells it with one `@`, even a block attribute.
    pub(super) fn misused(&mut self, attribute: &Attribute<'_>, message: &str) -> &mut Diagnostic {
        self.attribute_error(&format!("@{}", attribute.name.name), message, attribute.span)
    }

    /// Reports an error about a model or view.
    pub(super) fn model_error(&mut self, model: &Model<'_>, message: &str, span: Span) -> &mut Diagnostic {
        self.error(format!("Error validating {} \"{}\": {message}", model.kind.word(), model.name.name), span)
    }

    /// Reports an error about an attribute of a model or view. Prisma calls both a model here.
    pub(super) fn definition_error(&mut self, model: &Model<'_>, message: &str, span: Span) -> &mut Diagnostic {
        self.error(format!("Error validating model \"{}\": {message}", model.name.name), span)
    }

    /// Reports an error about a field.
    pub(super) fn field_error(&mut self, model: &Model<'_>, field: &Field<'_>, message: &str) -> &mut Diagnostic {
        let (name, word) = (field.name.name, model.kind.word());
        self.error(format!("Error validating field `{name}` in {word} `{}`: {message}", model.name.name), field.span)
    }

    fn push(&mut self, severity: Severity, message: String, span: Span) -> &mut Diagnostic {
        let index = self.diagnostics.len();
        self.diagnostics.push(Diagnostic::new(severity, message, span));
        &mut self.diagnostics[index]
    }
}
