//! Relations: which relation fields belong together, and which side holds the foreign key.

use std::borrow::Cow;

use super::{
    context::Context,
    draft::{DraftFieldId, FieldDraft, IndexKind, ModelDraft, RelationDraft},
    reporter::Reporter,
};
use crate::{ModelId, ReferentialAction, Span, name_hash::NameMap, names, syntax::FieldArity};

/// A relation field, with its model and the model that it refers to.
#[derive(Clone, Copy)]
pub(super) struct RelationField<'s> {
    pub(super) id: (ModelId, DraftFieldId),
    pub(super) model: &'s ModelDraft<'s>,
    pub(super) field: &'s FieldDraft<'s>,
    /// The arguments of `@relation`.
    pub(super) relation: &'s RelationDraft<'s>,
    pub(super) related_id: ModelId,
    pub(super) related: &'s ModelDraft<'s>,
}

impl<'s> RelationField<'s> {
    /// `None` if the field is no relation field.
    fn new((model, field): (ModelId, DraftFieldId), schema: &'s Context<'s>) -> Option<Self> {
        let draft = &schema.models[model].fields[field];
        let related = draft.related_model()?;
        Some(Self {
            id: (model, field),
            model: &schema.models[model],
            field: draft,
            relation: draft.relation(),
            related_id: related,
            related: &schema.models[related],
        })
    }

    pub(super) fn name(&self) -> &'s str {
        self.field.name()
    }

    pub(super) fn span(&self) -> Span {
        self.field.ast.span
    }

    pub(super) fn is_required(&self) -> bool {
        self.field.is_required()
    }

    /// The columns that `fields` names.
    pub(super) fn columns(&self) -> impl Iterator<Item = &'s FieldDraft<'s>> {
        self.relation.fields.iter().flatten().map(|&column| &self.model.fields[column])
    }

    /// The field, as messages spell it.
    pub(super) fn label(&self) -> String {
        format!("`{}` on Model `{}`", self.name(), self.model.name())
    }

    /// Reports an error about `@relation` at the field.
    pub(super) fn error(&self, message: &str, report: &mut Reporter) {
        report.attribute_error("@relation", message, self.span());
    }

    /// `onDelete`, or its default.
    pub(super) fn on_delete(&self) -> ReferentialAction {
        self.relation.on_delete.map_or_else(|| self.default_on_delete(), |draft| draft.action)
    }

    /// `onUpdate`, or its default.
    pub(super) fn on_update(&self) -> ReferentialAction {
        self.relation.on_update.map_or(ReferentialAction::Cascade, |draft| draft.action)
    }

    /// `Restrict` for a required relation, else `SetNull`. A relation is required if its field is, or any of the columns
    /// that hold the key.
    pub(super) fn default_on_delete(&self) -> ReferentialAction {
        let is_required = self.is_required() || self.columns().any(FieldDraft::is_required);
        if is_required { ReferentialAction::Restrict } else { ReferentialAction::SetNull }
    }

    fn full_name(&self) -> (&'s str, &'s str) {
        (self.model.name(), self.name())
    }
}

pub(super) enum InferredRelation<'s> {
    /// One-to-one or one-to-many.
    Inline(InlineRelation<'s>),
    /// Many-to-many. The fields are sorted by the names of their models, then by their own.
    ManyToMany([RelationField<'s>; 2]),
    /// Many-to-many with `fields` on one of the sides, which PostgreSQL does not support.
    Embedded([RelationField<'s>; 2]),
}

pub(super) struct InlineRelation<'s> {
    /// The field on the side that holds the foreign key. `None` only if the opposite is a list.
    pub(super) forward: Option<RelationField<'s>>,
    /// The field on the other side.
    pub(super) back: Option<RelationField<'s>>,
    pub(super) one_to_one: bool,
    /// The model that holds the foreign key.
    pub(super) referencing: ModelId,
    /// The model that it refers to.
    pub(super) referenced: ModelId,
    /// The name of the foreign key.
    pub(super) constraint_name: Cow<'s, str>,
}

/// The relation fields of a model.
pub(super) fn fields_of<'s>(model: ModelId, schema: &'s Context<'s>) -> impl Iterator<Item = RelationField<'s>> {
    schema.models[model].field_ids().filter_map(move |field| RelationField::new((model, field), schema))
}

/// Finds all relations, in the order of their first fields.
pub(super) fn infer<'s>(fields: &RelationFields<'s>, schema: &'s Context<'s>) -> Vec<InferredRelation<'s>> {
    let fields_of_all = schema.model_ids().flat_map(|model| fields_of(model, schema));
    fields_of_all.filter_map(|field| relation_of(field, fields.opposite(field, schema))).collect()
}

/// The relation of a field; `None` if the opposite field yields it.
fn relation_of<'s>(this: RelationField<'s>, opposite: Option<RelationField<'s>>) -> Option<InferredRelation<'s>> {
    use FieldArity::{List, Optional, Required};

    let one_to_one = match (this.field.arity(), opposite.map(|other| (other.field.arity(), other))) {
        (List, None) => {
            return Some(InferredRelation::Inline(InlineRelation {
                forward: None,
                back: Some(this),
                one_to_one: false,
                referencing: this.related_id,
                referenced: this.id.0,
                constraint_name: names::foreign_key(this.related.database_name(), &[]).into(),
            }));
        }
        (List, Some((List, other))) => {
            let is_embedded = this.relation.fields.is_some() || other.relation.fields.is_some();
            let relation = if is_embedded { InferredRelation::Embedded } else { InferredRelation::ManyToMany };
            return (this.full_name() <= other.full_name()).then(|| relation([this, other]));
        }
        (List, Some(_)) => return None,
        (_, None) => this.relation.fields.as_deref().is_some_and(|fields| has_unique_index(this.model, fields)),
        (_, Some((List, _))) => false,
        (Required, Some((Optional, _))) => true,
        (Optional, Some((Required, _))) => return None,
        (Optional, Some(_)) if this.relation.fields.is_some() => true,
        (Optional, Some((_, other))) if other.relation.fields.is_some() => return None,
        // Neither field shows which side holds the key: the names decide.
        (_, Some((_, other))) if this.full_name() > other.full_name() => return None,
        _ => true,
    };
    Some(InferredRelation::Inline(InlineRelation {
        forward: Some(this),
        back: opposite,
        one_to_one,
        referencing: this.id.0,
        referenced: this.related_id,
        constraint_name: constraint_name(this),
    }))
}

fn has_unique_index(model: &ModelDraft<'_>, fields: &[DraftFieldId]) -> bool {
    let mut unique = model.indexes.iter().filter(|index| index.kind == IndexKind::Unique);
    unique.any(|index| index.field_ids().eq(fields.iter().copied()))
}

fn constraint_name(forward: RelationField<'_>) -> Cow<'_, str> {
    match forward.relation.map {
        Some(map) => map.into(),
        None => {
            let columns: Vec<&str> = forward.columns().map(FieldDraft::database_name).collect();
            names::foreign_key(forward.model.database_name(), &columns).into()
        }
    }
}

/// Relation fields by their model, the model that they refer to, and the relation's name.
pub(super) struct RelationFields<'s>(NameMap<(ModelId, ModelId, Option<&'s str>), Vec<DraftFieldId>>);

impl<'s> RelationFields<'s> {
    pub(super) fn new(schema: &'s Context<'s>) -> Self {
        let mut index: NameMap<_, Vec<_>> = NameMap::default();
        for field in schema.model_ids().flat_map(|model| fields_of(model, schema)) {
            index.entry((field.id.0, field.related_id, field.relation.name)).or_default().push(field.id.1);
        }
        Self(index)
    }

    /// The first other field of the related model that refers back under the same name.
    fn opposite(&self, field: RelationField<'s>, schema: &'s Context<'s>) -> Option<RelationField<'s>> {
        let candidates = self.get(field.related_id, field.id.0, field.relation.name);
        let mut ids = candidates.iter().map(|&candidate| (field.related_id, candidate));
        RelationField::new(ids.find(|&id| id != field.id)?, schema)
    }

    /// The fields of `model` that refer to `related` under `name`.
    pub(super) fn get(&self, model: ModelId, related: ModelId, name: Option<&'s str>) -> &[DraftFieldId] {
        self.0.get(&(model, related, name)).map_or(&[], Vec::as_slice)
    }
}
