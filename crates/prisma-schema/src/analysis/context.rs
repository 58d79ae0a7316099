//! The state that the passes share.

use std::{
    collections::HashSet,
    ops::{Index, IndexMut},
};

use super::{
    draft::{EnumDraft, ModelDraft},
    reporter::Reporter,
};
use crate::{
    Diagnostic, EnumId, Extension, Flavour, ModelId, RelationMode, Span,
    name_hash::NameMap,
    syntax::{Identifier, ModelKind},
};

pub(super) struct Context<'a> {
    pub(super) flavour: Flavour,
    pub(super) report: Reporter,
    pub(super) configuration: Configuration<'a>,
    /// Models, views and composite types, in the order of the text.
    pub(super) models: Vec<ModelDraft<'a>>,
    pub(super) enums: Vec<EnumDraft<'a>>,
    /// Models, views, composite types and enums in the order of the text.
    pub(super) order: Vec<TypeId>,
    /// Models, views, composite types and enums by name.
    pub(super) types: NameMap<&'a str, TypeId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TypeId {
    Model(ModelId),
    Enum(EnumId),
}

/// The contents of the `datasource` and `generator` blocks.
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
    /// Each extension with its name in the schema, in alphabetical order of those names.
    pub(super) list: Vec<(Identifier<'a>, Extension)>,
    pub(super) span: Span,
}

impl Configuration<'_> {
    pub(super) fn has_feature(&self, name: &str) -> bool {
        self.preview_features.contains(name)
    }

    /// Whether Prisma's client keeps references intact, without foreign keys.
    pub(super) fn emulates_foreign_keys(&self) -> bool {
        self.relation_mode == RelationMode::Prisma
    }
}

impl<'a> Context<'a> {
    pub(super) fn new(flavour: Flavour, diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            flavour,
            report: Reporter::new(diagnostics),
            configuration: Configuration::default(),
            models: Vec::new(),
            enums: Vec::new(),
            order: Vec::new(),
            types: NameMap::default(),
        }
    }

    pub(super) fn define_model(&mut self, model: ModelDraft<'a>) {
        let id = ModelId(position(&self.models));
        self.define(model.name(), TypeId::Model(id));
        self.models.push(model);
    }

    pub(super) fn define_enum(&mut self, enum_: EnumDraft<'a>) {
        let id = EnumId(position(&self.enums));
        self.define(enum_.ast.name.name, TypeId::Enum(id));
        self.enums.push(enum_);
    }

    fn define(&mut self, name: &'a str, id: TypeId) {
        self.order.push(id);
        self.types.insert(name, id);
    }

    /// Whether `@@schema` is allowed.
    pub(super) fn has_multi_schema(&self) -> bool {
        self.flavour.has_multi_schema() || self.configuration.has_feature("multiSchema")
    }

    pub(super) fn model_ids(&self) -> impl Iterator<Item = ModelId> + use<> {
        (0..).map(ModelId).take(self.models.len())
    }

    /// The models, then the views: the order of Prisma's validation.
    pub(super) fn models_then_views(&self) -> impl Iterator<Item = (ModelId, &ModelDraft<'a>)> {
        let of_kind = |kind: ModelKind| {
            let models = self.model_ids().map(|id| (id, &self.models[id]));
            models.filter(move |(_, model)| model.ast.kind == kind)
        };
        of_kind(ModelKind::Model).chain(of_kind(ModelKind::View))
    }
}

/// The position of the next item. A schema with more than 2³² items does not fit into memory.
#[expect(clippy::cast_possible_truncation)]
fn position<T>(list: &[T]) -> u32 {
    list.len() as u32
}

/// One value for each model.
pub(super) struct PerModel<T>(Vec<T>);

impl<T> PerModel<T> {
    pub(super) fn new(context: &Context<'_>, value: impl FnMut(ModelId) -> T) -> Self {
        Self(context.model_ids().map(value).collect())
    }
}

impl<T> Index<ModelId> for PerModel<T> {
    type Output = T;

    fn index(&self, id: ModelId) -> &T {
        &self.0[id.0 as usize]
    }
}

impl<T> IndexMut<ModelId> for PerModel<T> {
    fn index_mut(&mut self, id: ModelId) -> &mut T {
        &mut self.0[id.0 as usize]
    }
}
