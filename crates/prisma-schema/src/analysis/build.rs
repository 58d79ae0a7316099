//! Drafts to data model: names by convention, and defaults that are not written.

use super::{
    context::Context,
    draft::{
        DefaultDraftValue, EnumDraft, FieldDraft, FieldKind, IndexDraft, IndexFieldDraft, IndexKind, ModelDraft,
        OperatorClassDraft,
    },
    relations::{FieldRef, Inline, Relation, field},
};
use crate::{
    DataModel, Datasource, Enum, EnumId, Extension, Field, FieldId, FieldType, Index, IndexField, ManyToMany, Model,
    ModelId, OperatorClass, PrimaryKey, ReferentialAction,
    syntax::{FieldArity, ModelKind},
};

pub(super) fn data_model(context: &Context<'_>, relations: &[Relation<'_>]) -> DataModel {
    let columns: Vec<Columns> = context.models.iter().map(Columns::new).collect();
    let mut data_model = DataModel {
        datasource: build_datasource(context),
        enums: context.enums.iter().map(build_enum).collect(),
        models: context.models.iter().zip(&columns).map(|(draft, columns)| build_model(draft, columns)).collect(),
        many_to_many: Vec::new(),
        partial_indexes: context.configuration.has_feature("partialIndexes"),
    };
    for relation in relations {
        match relation {
            Relation::Inline(inline) => {
                let built = build_relation(inline, &columns, context);
                data_model.models[inline.referencing].relations.extend(built);
            }
            Relation::ManyToMany { a, b } => data_model.many_to_many.push(build_many_to_many(*a, *b, context)),
            Relation::Embedded { .. } => {}
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

/// Where each field of the syntax tree is among the columns.
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

    fn ids(&self, fields: impl IntoIterator<Item = usize>) -> Vec<FieldId> {
        fields.into_iter().filter_map(|field| self.0[field]).collect()
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
        .map(|key| PrimaryKey { name: key.database_name.to_string(), fields: columns.ids(key.field_indexes()) });
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
        FieldKind::Enum(id) => FieldType::Enum(EnumId(u32::try_from(id).ok()?)),
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
        predicate: index.predicate.as_ref().map(|predicate| predicate.to_sql(model)),
        span: index.attribute.span,
    }
}

fn build_index_field(field: &IndexFieldDraft, columns: &Columns) -> Option<IndexField> {
    let operator_class = field.operator_class.as_ref().map(|class| match class {
        OperatorClassDraft::Named(class) => {
            OperatorClass { name: class.sql.to_owned(), is_default: class.is_default, is_raw: false }
        }
        OperatorClassDraft::Raw(name) => OperatorClass { name: name.clone(), is_default: false, is_raw: true },
    });
    Some(IndexField { field: columns.0[field.field]?, sort: field.sort, operator_class })
}

fn build_relation(inline: &Inline<'_>, columns: &[Columns], context: &Context<'_>) -> Option<crate::Relation> {
    let forward = inline.forward?;
    let draft = field(forward, context).relation();
    let (fields, references) = (draft.fields.as_deref()?, draft.references.as_deref()?);
    let on_delete = draft.on_delete.map_or_else(|| default_on_delete(forward, context), |draft| draft.action);
    let on_update = draft.on_update.map_or(ReferentialAction::Cascade, |draft| draft.action);
    Some(crate::Relation {
        name: inline.database_name.to_string(),
        fields: columns[inline.referencing].ids(fields.iter().copied()),
        referenced_model: ModelId(u32::try_from(inline.referenced).ok()?),
        referenced_fields: columns[inline.referenced].ids(references.iter().copied()),
        on_delete,
        on_update,
    })
}

/// A row that must refer to another keeps it from being deleted; a row that may is left without one. A relation is required
/// if its field is, or any of the columns that hold the key.
pub(super) fn default_on_delete(forward: FieldRef, context: &Context<'_>) -> ReferentialAction {
    let model = &context.models[forward.model];
    let field = field(forward, context);
    let mut columns = field.relation().fields.iter().flatten().map(|&column| &model.fields[column]);
    let is_required = columns.any(|column| column.arity() == FieldArity::Required) || field.is_required();
    if is_required { ReferentialAction::Restrict } else { ReferentialAction::SetNull }
}

fn build_many_to_many(a: FieldRef, b: FieldRef, context: &Context<'_>) -> ManyToMany {
    let name_of = |at: FieldRef| context.models[at.model].name();
    let named = field(a, context).relation().name;
    let name = named.map_or_else(|| format!("{}To{}", name_of(a), name_of(b)), str::to_owned);
    let id = |at: FieldRef| ModelId(u32::try_from(at.model).unwrap_or(u32::MAX));
    ManyToMany { name, model_a: id(a), model_b: id(b) }
}
