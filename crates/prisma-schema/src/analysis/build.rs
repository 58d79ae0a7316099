//! Turns the drafts into the data model.

use super::{
    context::{Context, PerModel},
    draft::{
        DefaultDraftValue, DraftFieldId, EnumDraft, FieldDraft, FieldKind, IndexDraft, IndexFieldDraft, IndexKind,
        ModelDraft,
    },
    predicates,
    relations::{InferredRelation, InlineRelation, RelationField},
};
use crate::{
    DataModel, Datasource, Enum, Extension, Field, FieldId, FieldType, Index, IndexField, ManyToMany, Model,
    PrimaryKey, Relation, syntax::ModelKind,
};

pub(super) fn data_model(context: &Context<'_>, relations: &[InferredRelation<'_>]) -> DataModel {
    let columns = PerModel::new(context, |id| Columns::new(&context.models[id]));
    let model = |id| build_model(&context.models[id], &columns[id]);
    let mut data_model = DataModel {
        datasource: build_datasource(context),
        enums: context.enums.iter().map(build_enum).collect(),
        models: context.model_ids().map(model).collect(),
        many_to_many: Vec::new(),
        partial_indexes: context.configuration.has_feature("partialIndexes"),
    };
    for relation in relations {
        match relation {
            InferredRelation::Inline(inline) => {
                data_model.models[inline.referencing].relations.extend(build_relation(inline, &columns));
            }
            InferredRelation::ManyToMany(fields) => data_model.many_to_many.push(build_many_to_many(*fields)),
            InferredRelation::Embedded(_) => {}
        }
    }
    data_model
}

fn build_datasource(context: &Context<'_>) -> Datasource {
    let configuration = &context.configuration;
    let schemas = configuration.schemas.as_ref().map(|schemas| schemas.names.as_slice()).unwrap_or_default();
    let mut extensions: Vec<Extension> = configuration
        .extensions
        .iter()
        .flat_map(|extensions| extensions.list.iter().map(|(_, extension)| extension.clone()))
        .collect();
    extensions.sort_by(|a, b| a.name.cmp(&b.name));
    Datasource {
        schemas: schemas.iter().map(|&name| name.to_owned()).collect(),
        relation_mode: configuration.relation_mode,
        extensions: configuration.has_feature("postgresqlExtensions").then_some(extensions),
    }
}

/// The ID of each draft field in the data model, which keeps only columns.
struct Columns(Vec<Option<FieldId>>);

impl Columns {
    fn new(model: &ModelDraft<'_>) -> Self {
        let mut next = 0;
        let id = |field: &FieldDraft<'_>| {
            field.is_column().then(|| {
                next += 1;
                FieldId(next - 1)
            })
        };
        Self(model.fields.iter().map(id).collect())
    }

    fn id(&self, field: DraftFieldId) -> Option<FieldId> {
        self.0[field.0 as usize]
    }

    fn ids(&self, fields: impl IntoIterator<Item = DraftFieldId>) -> Vec<FieldId> {
        fields.into_iter().filter_map(|field| self.id(field)).collect()
    }
}

fn build_enum(draft: &EnumDraft<'_>) -> Enum {
    Enum {
        database_name: draft.database_name().to_owned(),
        schema: draft.schema.map(|(name, _)| name.to_owned()),
        values: draft.values.iter().map(|&value| value.to_owned()).collect(),
    }
}

fn build_model(draft: &ModelDraft<'_>, columns: &Columns) -> Model {
    let primary_key = draft
        .primary_key
        .as_ref()
        .map(|key| PrimaryKey { name: key.database_name.to_string(), fields: columns.ids(key.field_ids()) });
    Model {
        name: draft.name().to_owned(),
        database_name: draft.database_name().to_owned(),
        schema: draft.schema.map(|(name, _)| name.to_owned()),
        is_view: draft.ast.kind == ModelKind::View,
        fields: draft.fields.iter().filter_map(build_field).collect(),
        primary_key,
        indexes: draft.indexes.iter().map(|index| build_index(index, draft, columns)).collect(),
        relations: Vec::new(),
    }
}

fn build_field(draft: &FieldDraft<'_>) -> Option<Field> {
    let ty = match draft.kind {
        FieldKind::Scalar(scalar) => FieldType::Scalar(scalar, draft.native_type()),
        FieldKind::Enum(id) => FieldType::Enum(id),
        FieldKind::Unsupported(text) => FieldType::Unsupported(text.to_owned()),
        FieldKind::Model(_) | FieldKind::Composite(_) | FieldKind::Unknown => return None,
    };
    let default = draft.default.as_ref().and_then(|default| match &default.value {
        DefaultDraftValue::Known(value) => Some(value.clone()),
        _ => None,
    });
    Some(Field {
        name: draft.name().to_owned(),
        database_name: draft.database_name().to_owned(),
        ty,
        arity: draft.arity(),
        default,
        span: draft.ast.span,
    })
}

fn build_index(index: &IndexDraft<'_>, model: &ModelDraft<'_>, columns: &Columns) -> Index {
    Index {
        name: index.database_name.to_string(),
        unique: index.kind == IndexKind::Unique,
        fields: index.fields.iter().filter_map(|field| build_index_field(field, columns)).collect(),
        algorithm: index.algorithm.unwrap_or_default(),
        predicate: index.predicate.as_ref().map(|predicate| predicates::to_sql(predicate, model)),
        span: index.attribute.span,
    }
}

fn build_index_field(field: &IndexFieldDraft, columns: &Columns) -> Option<IndexField> {
    let operator_class = field.operator_class.as_ref().map(Into::into);
    Some(IndexField { field: columns.id(field.field)?, sort: field.sort, operator_class })
}

fn build_relation(inline: &InlineRelation<'_>, columns: &PerModel<Columns>) -> Option<Relation> {
    let forward = inline.forward?;
    let (fields, references) = (forward.relation.fields.as_ref()?, forward.relation.references.as_ref()?);
    Some(Relation {
        name: inline.constraint_name.to_string(),
        fields: columns[inline.referencing].ids(fields.iter().copied()),
        referenced_model: inline.referenced,
        referenced_fields: columns[inline.referenced].ids(references.iter().copied()),
        on_delete: forward.on_delete(),
        on_update: forward.on_update(),
    })
}

fn build_many_to_many([a, b]: [RelationField<'_>; 2]) -> ManyToMany {
    let default_name = || format!("{}To{}", a.model.name(), b.model.name());
    let name = a.relation.name.map_or_else(default_name, str::to_owned);
    ManyToMany { name, model_a: a.id.0, model_b: b.id.0 }
}
