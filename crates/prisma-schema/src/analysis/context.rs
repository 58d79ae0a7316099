//! What the passes share.

use std::collections::HashSet;

use super::{
    draft::{EnumDraft, ModelDraft},
    report::Report,
};
use crate::{
    Diagnostic, Flavour, RelationMode, Span,
    data_model::Extension,
    name_hash::NameMap,
    syntax::{Identifier, ModelKind},
};

pub(super) struct Context<'a> {
    pub(super) flavour: Flavour,
    pub(super) report: Report,
    pub(super) configuration: Configuration<'a>,
    /// Models, views and composite types, in order.
    pub(super) models: Vec<ModelDraft<'a>>,
    pub(super) enums: Vec<EnumDraft<'a>>,
    /// Models, views, composite types and enums in the order of the text.
    pub(super) order: Vec<TypeId>,
    /// Models, views, composite types and enums by name.
    pub(super) types: NameMap<&'a str, TypeId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TypeId {
    Model(usize),
    Enum(usize),
}

/// What the `datasource` and `generator` blocks say.
#[derive(Default)]
pub(super) struct Configuration<'a> {
    /// The name of the `datasource` block.
    pub(super) datasource: Option<Identifier<'a>>,
    pub(super) schemas: Option<Schemas<'a>>,
    pub(super) relation_mode: RelationMode,
    pub(super) extensions: Option<Extensions<'a>>,
    pub(super) preview_features: HashSet<&'static str>,
}

/// `schemas = […]`
pub(super) struct Schemas<'a> {
    /// In alphabetical order.
    pub(super) names: Vec<&'a str>,
    pub(super) span: Span,
}

/// `extensions = […]`
pub(super) struct Extensions<'a> {
    /// In alphabetical order of their names in the schema, each with that name and its place.
    pub(super) list: Vec<(Identifier<'a>, Extension)>,
    pub(super) span: Span,
}

impl Configuration<'_> {
    pub(super) fn has_feature(&self, name: &str) -> bool {
        self.preview_features.contains(name)
    }
}

impl<'a> Context<'a> {
    pub(super) fn new(flavour: Flavour, diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            flavour,
            report: Report::new(diagnostics),
            configuration: Configuration::default(),
            models: Vec::new(),
            enums: Vec::new(),
            order: Vec::new(),
            types: NameMap::default(),
        }
    }

    pub(super) fn define(&mut self, name: &Identifier<'a>, id: TypeId) {
        self.order.push(id);
        self.types.insert(name.name, id);
    }

    /// Whether models can say which namespace they are in.
    pub(super) fn has_multi_schema(&self) -> bool {
        self.flavour.has_multi_schema() || self.configuration.has_feature("multiSchema")
    }

    /// The models, then the views: the order that the rules take them in.
    pub(super) fn models_then_views(&self) -> impl Iterator<Item = (usize, &ModelDraft<'a>)> {
        let of_kind = |kind: ModelKind| self.models.iter().enumerate().filter(move |(_, model)| model.ast.kind == kind);
        of_kind(ModelKind::Model).chain(of_kind(ModelKind::View))
    }
}
