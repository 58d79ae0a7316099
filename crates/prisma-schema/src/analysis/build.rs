//! Drafts to data model: names by convention, and defaults that are not written.

use super::{
    context::Context,
    draft::{FieldDraft, FieldKind, IndexDraft, IndexFieldDraft, ModelDraft, OperatorClassDraft},
    fields::is_view,
    is_composite,
    relations::{FieldRef, Relation, field, relation},
};
use crate::{
    DataModel, Datasource, Enum, EnumId, Field, FieldId, FieldType, Index, IndexField, ManyToMany, Model, ModelId,
    OperatorClass, PrimaryKey, ReferentialAction, names,
    syntax::{EnumValue, Expression, FieldArity},
};

pub(super) fn data_model(context: &Context<'_>, relations: &[Relation]) -> DataModel {
    let columns: Vec<Columns> = context.models.iter().map(Columns::new).collect();
    let mut data_model = DataModel {
        datasource: Datasource {
            schemas: context.configuration.schemas.iter().map(|(name, _)| name.clone()).collect(),
            relation_mode: context.configuration.relation_mode,
            extensions: context.configuration.extensions.clone(),
        },
        enums: context.enums.iter().map(build_enum).collect(),
        models: context.models.iter().zip(&columns).map(|(draft, columns)| build_model(draft, columns)).collect(),
        many_to_many: Vec::new(),
    };
    for relation in relations {
        match *relation {
            Relation::Inline { forward, .. } => {
                let built = build_relation(forward, &columns, context);
                data_model.models[forward.model].relations.extend(built);
            }
            Relation::ManyToMany { a, b } => data_model.many_to_many.push(build_many_to_many(a, b, context)),
            Relation::Dangling { .. } | Relation::Embedded { .. } => {}
        }
    }
    data_model
}

/// The name of a value in the database, whether or not the enum's attributes have been read.
pub(super) fn enum_value_name<'a>(value: &'a EnumValue<'a>) -> &'a str {
    let map = value.attributes.iter().find(|attribute| attribute.name.name == "map");
    match map.and_then(|map| map.arguments.list.first()).map(|argument| &argument.value) {
        Some(Expression::String(text, _)) => text,
        _ => value.name.name,
    }
}

/// Where each field of the syntax tree is among the columns.
struct Columns(Vec<Option<FieldId>>);

impl Columns {
    fn new(model: &ModelDraft<'_>) -> Self {
        let mut next = 0;
        Self(
            model
                .fields
                .iter()
                .map(|field| {
                    field.is_scalar().then(|| {
                        next += 1;
                        FieldId(next - 1)
                    })
                })
                .collect(),
        )
    }

    fn ids(&self, fields: impl IntoIterator<Item = usize>) -> Vec<FieldId> {
        fields.into_iter().filter_map(|field| self.0[field]).collect()
    }
}

fn build_enum(draft: &super::draft::EnumDraft<'_>) -> Enum {
    Enum {
        database_name: draft.database_name.unwrap_or(draft.ast.name.name).to_owned(),
        schema: draft.schema.map(|(name, _)| name.to_owned()),
        values: draft.values.iter().map(|&value| value.to_owned()).collect(),
    }
}

fn build_model(draft: &ModelDraft<'_>, columns: &Columns) -> Model {
    let table = draft.database_name();
    let primary_key = draft.primary_key.as_ref().map(|key| PrimaryKey {
        name: key.map.map_or_else(|| names::primary_key(table), str::to_owned),
        fields: columns.ids(key.field_indexes()),
    });
    Model {
        name: draft.name().to_owned(),
        database_name: table.to_owned(),
        schema: draft.schema.map(|(name, _)| name.to_owned()),
        is_view: is_view(draft.ast.kind) || is_composite(draft.ast.kind),
        fields: draft.fields.iter().filter_map(build_field).collect(),
        primary_key,
        indexes: draft.indexes.iter().map(|index| build_index(index, draft, columns)).collect(),
        relations: Vec::new(),
    }
}

fn build_field(draft: &FieldDraft<'_>) -> Option<Field> {
    let r#type = match draft.kind {
        FieldKind::Scalar(scalar) => FieldType::Scalar(scalar, draft.native_type),
        FieldKind::Enum(id) => FieldType::Enum(EnumId(u32::try_from(id).ok()?)),
        FieldKind::Unsupported(text) => FieldType::Unsupported(text.to_owned()),
        FieldKind::Model(_) | FieldKind::Composite(_) => return None,
    };
    Some(Field {
        name: draft.name().to_owned(),
        database_name: draft.database_name().to_owned(),
        r#type,
        arity: draft.arity(),
        default: draft.default.as_ref().map(|default| default.value.clone()),
        updated_at: draft.updated_at,
    })
}

fn build_index(index: &IndexDraft<'_>, model: &ModelDraft<'_>, columns: &Columns) -> Index {
    Index {
        name: index_name(index, model),
        unique: index.unique,
        fields: index.fields.iter().filter_map(|field| build_index_field(field, columns)).collect(),
        algorithm: index.algorithm.unwrap_or_default(),
        predicate: index.predicate.clone(),
    }
}

/// The name of an index in the database.
pub(super) fn index_name(index: &IndexDraft<'_>, model: &ModelDraft<'_>) -> String {
    if let Some(map) = index.map {
        return map.to_owned();
    }
    let columns = model.columns(index.field_indexes());
    let name = if index.unique { names::unique_index } else { names::index };
    name(model.database_name(), &columns)
}

fn build_index_field(field: &IndexFieldDraft, columns: &Columns) -> Option<IndexField> {
    let operator_class = field.operator_class.as_ref().map(|class| match class {
        OperatorClassDraft::Named(class) => OperatorClass { name: class.sql.to_owned(), is_default: class.is_default },
        OperatorClassDraft::Raw(name) => OperatorClass { name: name.clone(), is_default: false },
    });
    Some(IndexField { field: columns.0[field.field]?, sort: field.sort, operator_class })
}

fn build_relation(forward: FieldRef, columns: &[Columns], context: &Context<'_>) -> Option<crate::Relation> {
    let draft = relation(forward, context)?;
    let (fields, references) = (draft.fields.as_deref()?, draft.references.as_deref()?);
    let related = field(forward, context).related_model()?;
    let on_delete = draft.on_delete.map_or_else(|| default_on_delete(forward, context), |(action, _)| action);
    let on_update = draft.on_update.map_or(ReferentialAction::Cascade, |(action, _)| action);
    Some(crate::Relation {
        name: foreign_key_name(forward, context)?,
        fields: columns[forward.model].ids(fields.iter().copied()),
        referenced_model: ModelId(u32::try_from(related).ok()?),
        referenced_fields: columns[related].ids(references.iter().copied()),
        on_delete,
        on_update,
    })
}

/// The name of the foreign key of a relation with `fields`.
pub(super) fn foreign_key_name(forward: FieldRef, context: &Context<'_>) -> Option<String> {
    let draft = relation(forward, context)?;
    if let Some(map) = draft.map {
        return Some(map.to_owned());
    }
    let model = &context.models[forward.model];
    let columns = model.columns(draft.fields.as_deref()?.iter().copied());
    Some(names::foreign_key(model.database_name(), &columns))
}

/// A row that must refer to another keeps it from being deleted; a row that may is left without one.
pub(super) fn default_on_delete(forward: FieldRef, context: &Context<'_>) -> ReferentialAction {
    if is_required(forward, context) { ReferentialAction::Restrict } else { ReferentialAction::SetNull }
}

/// A relation is required if its field is, or any of the columns that hold the key.
pub(super) fn is_required(forward: FieldRef, context: &Context<'_>) -> bool {
    let model = &context.models[forward.model];
    let fields = relation(forward, context).and_then(|relation| relation.fields.as_deref()).unwrap_or_default();
    fields.iter().any(|&field| model.fields[field].arity() == FieldArity::Required)
        || field(forward, context).is_required()
}

fn build_many_to_many(a: FieldRef, b: FieldRef, context: &Context<'_>) -> ManyToMany {
    let name_of = |at: FieldRef| context.models[at.model].name();
    let named = relation(a, context).and_then(|relation| relation.name);
    let name = named.map_or_else(|| format!("{}To{}", name_of(a), name_of(b)), str::to_owned);
    let id = |at: FieldRef| ModelId(u32::try_from(at.model).unwrap_or(u32::MAX));
    ManyToMany { name, model_a: id(a), model_b: id(b) }
}
