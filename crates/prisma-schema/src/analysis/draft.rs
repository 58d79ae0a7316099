//! Models, fields and enums during analysis: the syntax tree with the facts found so far.

use std::borrow::Cow;

use super::operator_classes::OperatorClassDraft;
use crate::{
    DefaultValue, EnumId, IndexAlgorithm, ModelId, NativeType, ReferentialAction, ScalarType, SortOrder, Span,
    id::{id, indexes},
    name_hash::NameMap,
    syntax::{Attribute, Enum, Field, FieldArity, Model},
};

id! {
    /// The position of a field in [`ModelDraft::fields`] and in the syntax tree. Relation fields count, unlike in a
    /// [`FieldId`](crate::FieldId).
    pub(super) DraftFieldId
}
indexes!(DraftFieldId: <'a> FieldDraft<'a>, <'a> Field<'a>);
indexes!(ModelId: <'a> ModelDraft<'a>);
indexes!(EnumId: <'a> EnumDraft<'a>);

/// A model, view or composite type.
pub(super) struct ModelDraft<'a> {
    pub(super) ast: &'a Model<'a>,
    /// `@@map`.
    pub(super) map: Option<&'a str>,
    /// `@@schema`, with the span of its value.
    pub(super) schema: Option<(&'a str, Span)>,
    pub(super) ignored: bool,
    /// In the order of the syntax tree's fields.
    pub(super) fields: Vec<FieldDraft<'a>>,
    pub(super) field_names: NameMap<&'a str, DraftFieldId>,
    /// The fields with `@map`, by their names in the database.
    pub(super) mapped_names: NameMap<&'a str, DraftFieldId>,
    pub(super) primary_key: Option<IndexDraft<'a>>,
    pub(super) indexes: Vec<IndexDraft<'a>>,
}

pub(super) struct FieldDraft<'a> {
    pub(super) ast: &'a Field<'a>,
    pub(super) kind: FieldKind<'a>,
    /// `@map`.
    pub(super) map: Option<&'a str>,
    pub(super) ignored: bool,
    pub(super) default: Option<DefaultDraft<'a>>,
    pub(super) native_type: Option<Box<NativeTypeDraft<'a>>>,
    pub(super) relation: Option<Box<RelationDraft<'a>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldKind<'a> {
    Scalar(ScalarType),
    Enum(EnumId),
    Model(ModelId),
    Composite(ModelId),
    Unsupported(&'a str),
    /// The type does not exist, which is reported already.
    Unknown,
}

/// `@default`.
pub(super) struct DefaultDraft<'a> {
    pub(super) attribute: &'a Attribute<'a>,
    pub(super) value: DefaultDraftValue<'a>,
    pub(super) map: Option<&'a str>,
}

pub(super) enum DefaultDraftValue<'a> {
    Known(DefaultValue),
    /// A value of the right kind with invalid content, such as malformed JSON: messages and their spans.
    Malformed(Vec<(String, Span)>),
    /// `auto()`, which only MongoDB supports.
    Auto(Span),
    /// An unknown function.
    Unknown(&'a str, Span),
}

/// `@db.Name(arguments)`.
pub(super) struct NativeTypeDraft<'a> {
    pub(super) attribute: &'a Attribute<'a>,
    pub(super) prefix: &'a str,
    pub(super) name: &'a str,
    pub(super) arguments: Vec<Cow<'a, str>>,
    /// The type, if the name exists and accepts these arguments.
    pub(super) ty: Option<NativeType>,
}

/// `@relation`.
pub(super) struct RelationDraft<'a> {
    pub(super) attribute: Option<&'a Attribute<'a>>,
    pub(super) name: Option<&'a str>,
    /// Fields of this model.
    pub(super) fields: Option<Vec<DraftFieldId>>,
    /// Fields of the related model.
    pub(super) references: Option<Vec<DraftFieldId>>,
    pub(super) on_delete: Option<ActionDraft>,
    pub(super) on_update: Option<ActionDraft>,
    pub(super) map: Option<&'a str>,
}

/// `onDelete` or `onUpdate`.
#[derive(Clone, Copy)]
pub(super) struct ActionDraft {
    pub(super) action: ReferentialAction,
    pub(super) argument: Span,
    pub(super) value: Span,
}

/// `@id`, `@@id`, `@unique`, `@@unique`, `@@index` or `@@fulltext`.
pub(super) struct IndexDraft<'a> {
    pub(super) attribute: &'a Attribute<'a>,
    pub(super) kind: IndexKind,
    /// The field with the attribute; `None` for attributes of the model.
    pub(super) source_field: Option<DraftFieldId>,
    pub(super) fields: Vec<IndexFieldDraft>,
    pub(super) name: Option<&'a str>,
    /// The name in the database: from `map`, or by convention once the names of table and columns are known.
    pub(super) database_name: Cow<'a, str>,
    pub(super) has_map: bool,
    pub(super) has_clustered: bool,
    pub(super) algorithm: Option<IndexAlgorithm>,
    pub(super) predicate: Option<PredicateDraft<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IndexKind {
    PrimaryKey,
    Normal,
    Unique,
    Fulltext,
}

#[derive(Clone, Debug)]
pub(super) struct IndexFieldDraft {
    pub(super) field: DraftFieldId,
    pub(super) sort: Option<SortOrder>,
    pub(super) has_length: bool,
    pub(super) operator_class: Option<OperatorClassDraft>,
}

/// `where: …`: the condition of a partial index.
pub(super) struct PredicateDraft<'a> {
    pub(super) condition: Condition<'a>,
    /// The span of the argument.
    pub(super) span: Span,
}

pub(super) enum Condition<'a> {
    /// SQL.
    Raw(&'a str),
    /// Comparisons, all of which must hold.
    Fields(Vec<FieldCondition<'a>>),
}

pub(super) struct FieldCondition<'a> {
    pub(super) field: DraftFieldId,
    pub(super) negated: bool,
    /// As SQL; `None` is `null`.
    pub(super) value: Option<Cow<'a, str>>,
}

pub(super) struct EnumDraft<'a> {
    pub(super) ast: &'a Enum<'a>,
    /// `@@map`.
    pub(super) map: Option<&'a str>,
    pub(super) schema: Option<(&'a str, Span)>,
    /// The values' names in the database, in order.
    pub(super) values: Vec<&'a str>,
    /// The positions of the values, by their names in the schema.
    pub(super) value_names: NameMap<&'a str, usize>,
}

impl<'a> ModelDraft<'a> {
    pub(super) fn field_ids(&self) -> impl Iterator<Item = DraftFieldId> + use<> {
        (0..).map(DraftFieldId).take(self.fields.len())
    }

    pub(super) fn name(&self) -> &'a str {
        self.ast.name.name
    }

    pub(super) fn database_name(&self) -> &'a str {
        self.map.unwrap_or(self.ast.name.name)
    }

    pub(super) fn find_field(&self, name: &str) -> Option<DraftFieldId> {
        self.field_names.get(name).copied()
    }

    /// The names of these columns in the database.
    pub(super) fn columns(&self, fields: impl IntoIterator<Item = DraftFieldId>) -> Vec<&'a str> {
        fields.into_iter().map(|field| self.fields[field].database_name()).collect()
    }

    /// The names of these fields in the schema, separated by commas.
    pub(super) fn names(&self, fields: impl IntoIterator<Item = DraftFieldId>) -> String {
        let names: Vec<&str> = fields.into_iter().map(|field| self.fields[field].name()).collect();
        names.join(", ")
    }

    /// The fields of the primary key, then those of each unique index.
    pub(super) fn unique_criteria(&self) -> impl Iterator<Item = &[IndexFieldDraft]> {
        let key = self.primary_key.iter().map(|key| key.fields.as_slice());
        let is_unique = |index: &&IndexDraft<'_>| index.kind == IndexKind::Unique;
        key.chain(self.indexes.iter().filter(is_unique).map(|index| index.fields.as_slice()))
    }

    /// The first unique criterion without optional and unsupported fields.
    pub(super) fn strict_unique_criterion(&self) -> Option<&[IndexFieldDraft]> {
        self.unique_criteria().find(|fields| {
            fields
                .iter()
                .map(|field| &self.fields[field.field])
                .all(|field| field.arity() != FieldArity::Optional && !matches!(field.kind, FieldKind::Unsupported(_)))
        })
    }
}

impl<'a> FieldDraft<'a> {
    pub(super) fn new(ast: &'a Field<'a>) -> Self {
        Self {
            ast,
            kind: FieldKind::Unknown,
            map: None,
            ignored: false,
            default: None,
            native_type: None,
            relation: None,
        }
    }

    pub(super) fn name(&self) -> &'a str {
        self.ast.name.name
    }

    pub(super) fn database_name(&self) -> &'a str {
        self.map.unwrap_or(self.ast.name.name)
    }

    pub(super) fn arity(&self) -> FieldArity {
        self.ast.arity
    }

    pub(super) fn is_required(&self) -> bool {
        self.ast.arity == FieldArity::Required
    }

    /// Whether the field is a column: neither a relation field nor of an unknown type.
    pub(super) fn is_column(&self) -> bool {
        !matches!(self.kind, FieldKind::Model(_) | FieldKind::Unknown)
    }

    /// The model that a relation field refers to.
    pub(super) fn related_model(&self) -> Option<ModelId> {
        match self.kind {
            FieldKind::Model(model) => Some(model),
            _ => None,
        }
    }

    /// The arguments of `@relation`; without the attribute, none are set.
    pub(super) fn relation(&self) -> &RelationDraft<'a> {
        self.relation.as_deref().unwrap_or(&RelationDraft::NONE)
    }

    /// The type that `@db.…` names, if it exists.
    pub(super) fn native_type(&self) -> Option<NativeType> {
        self.native_type.as_ref().and_then(|native_type| native_type.ty)
    }
}

impl<'a> RelationDraft<'a> {
    pub(super) const NONE: Self = Self {
        attribute: None,
        name: None,
        fields: None,
        references: None,
        on_delete: None,
        on_update: None,
        map: None,
    };

    pub(super) fn has_fields(&self) -> bool {
        self.fields.as_ref().is_some_and(|fields| !fields.is_empty())
    }

    pub(super) fn has_references(&self) -> bool {
        self.references.as_ref().is_some_and(|references| !references.is_empty())
    }

    /// `onDelete` and `onUpdate`, if they are set.
    pub(super) fn actions(&self) -> impl Iterator<Item = &ActionDraft> {
        self.on_delete.iter().chain(&self.on_update)
    }

    pub(super) fn has_actions(&self) -> bool {
        self.actions().next().is_some()
    }
}

impl<'a> IndexDraft<'a> {
    /// An index with the name `map` in the database, or with none yet.
    pub(super) fn new(
        kind: IndexKind,
        attribute: &'a Attribute<'a>,
        source_field: Option<DraftFieldId>,
        fields: Vec<IndexFieldDraft>,
        map: Option<&'a str>,
    ) -> Self {
        Self {
            attribute,
            kind,
            source_field,
            fields,
            name: None,
            database_name: map.unwrap_or_default().into(),
            has_map: map.is_some(),
            has_clustered: false,
            algorithm: None,
            predicate: None,
        }
    }

    pub(super) fn field_ids(&self) -> impl Iterator<Item = DraftFieldId> {
        self.fields.iter().map(|field| field.field)
    }

    /// The attribute, as messages spell it.
    pub(super) fn attribute_name(&self) -> &'static str {
        match (self.kind, self.source_field) {
            (IndexKind::PrimaryKey, Some(_)) => "@id",
            (IndexKind::PrimaryKey, None) => "@@id",
            (IndexKind::Unique, Some(_)) => "@unique",
            (IndexKind::Unique, None) => "@@unique",
            (IndexKind::Normal, _) => "@@index",
            (IndexKind::Fulltext, _) => "@@fulltext",
        }
    }
}

impl<'a> EnumDraft<'a> {
    pub(super) fn database_name(&self) -> &'a str {
        self.map.unwrap_or(self.ast.name.name)
    }
}
