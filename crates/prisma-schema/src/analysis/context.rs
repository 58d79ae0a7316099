//! What the passes share.

use std::collections::{HashMap, HashSet};

use super::draft::{EnumDraft, ModelDraft};
use crate::{
    Diagnostic, Flavour, RelationMode, Severity, Span,
    data_model::Extension,
    syntax::{Attribute, Identifier},
};

pub(super) struct Context<'a> {
    pub(super) flavour: Flavour,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) configuration: Configuration<'a>,
    pub(super) models: Vec<ModelDraft<'a>>,
    pub(super) enums: Vec<EnumDraft<'a>>,
    /// Models, views, composite types and enums by name.
    pub(super) types: HashMap<&'a str, TypeId>,
    /// Errors that do not keep the next pass from running, because they are about the configuration.
    tolerated_errors: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TypeId {
    Model(usize),
    Enum(usize),
}

/// What the `datasource` and `generator` blocks say.
#[derive(Default)]
pub(super) struct Configuration<'a> {
    pub(super) datasource: Option<Identifier<'a>>,
    pub(super) schemas: Vec<(String, Span)>,
    pub(super) relation_mode: RelationMode,
    pub(super) extensions: Option<Vec<Extension>>,
    pub(super) preview_features: HashSet<String>,
}

impl Configuration<'_> {
    pub(super) fn has_feature(&self, name: &str) -> bool {
        self.preview_features.contains(name)
    }
}

impl Context<'_> {
    pub(super) fn new(flavour: Flavour, diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            flavour,
            diagnostics,
            configuration: Configuration::default(),
            models: Vec::new(),
            enums: Vec::new(),
            types: HashMap::new(),
            tolerated_errors: 0,
        }
    }

    /// Whether errors were found since the configuration was read.
    pub(super) fn has_new_errors(&self) -> bool {
        self.errors() > self.tolerated_errors
    }

    pub(super) fn tolerate_errors_so_far(&mut self) {
        self.tolerated_errors = self.errors();
    }

    fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// Whether models can say which namespace they are in.
    pub(super) fn has_multi_schema(&self) -> bool {
        self.flavour.has_multi_schema() || self.configuration.has_feature("multiSchema")
    }

    pub(super) fn error(&mut self, message: impl Into<String>, span: Span) {
        let message = message.into();
        self.diagnostics.push(Diagnostic { severity: Severity::Error, message, span, help: None });
    }

    pub(super) fn error_with_help(&mut self, message: impl Into<String>, span: Span, help: Option<String>) {
        let message = message.into();
        self.diagnostics.push(Diagnostic { severity: Severity::Error, message, span, help });
    }

    pub(super) fn warning(&mut self, message: impl Into<String>, span: Span) {
        let message = message.into();
        self.diagnostics.push(Diagnostic { severity: Severity::Warning, message, span, help: None });
    }

    /// An error about an attribute, at `span`; `name` comes with its `@`.
    pub(super) fn attribute_error(&mut self, name: &str, message: &str, span: Span) {
        self.error(format!("Error parsing attribute \"{name}\": {message}"), span);
    }

    /// An error about a whole attribute.
    pub(super) fn error_at(&mut self, attribute: &Attribute<'_>, message: &str) {
        self.attribute_error(&format!("@{}", attribute.name.name), message, attribute.span);
    }

    /// An error about a model or view as a whole.
    pub(super) fn model_error(&mut self, model: usize, message: &str, span: Span) {
        let ast = self.models[model].ast;
        self.error(format!("Error validating {} \"{}\": {message}", ast.kind.word(), ast.name.name), span);
    }

    /// An error about a field of a model.
    pub(super) fn field_error(&mut self, model: usize, field: usize, message: &str, span: Span) {
        let ast = self.models[model].ast;
        let name = ast.fields[field].name.name;
        let message = format!("Error validating field `{name}` in {} `{}`: {message}", ast.kind.word(), ast.name.name);
        self.error(message, span);
    }

    pub(super) fn validation_error(&mut self, message: &str, span: Span) {
        self.error(format!("Error validating: {message}"), span);
    }
}
