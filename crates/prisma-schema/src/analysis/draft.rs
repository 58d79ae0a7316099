//! Models, fields and enums while they are being read: the syntax tree, and what is known about it so far.

use crate::{
    DefaultValue, IndexAlgorithm, NativeType, ReferentialAction, ScalarType, SortOrder, Span,
    syntax::{Attribute, Enum, Field, FieldArity, Model},
};

pub(super) struct ModelDraft<'a> {
    pub(super) ast: &'a Model<'a>,
    /// `@@map`.
    pub(super) database_name: Option<&'a str>,
    /// `@@schema`, and where its value stands.
    pub(super) schema: Option<(&'a str, Span)>,
    pub(super) ignored: bool,
    /// In the order of the syntax tree's fields.
    pub(super) fields: Vec<FieldDraft<'a>>,
    pub(super) primary_key: Option<KeyDraft<'a>>,
    pub(super) indexes: Vec<IndexDraft<'a>>,
}

pub(super) struct FieldDraft<'a> {
    pub(super) ast: &'a Field<'a>,
    pub(super) kind: FieldKind<'a>,
    pub(super) database_name: Option<&'a str>,
    pub(super) ignored: bool,
    pub(super) updated_at: bool,
    pub(super) default: Option<DefaultDraft<'a>>,
    pub(super) native_type: Option<NativeType>,
    pub(super) relation: Option<RelationDraft<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldKind<'a> {
    Scalar(ScalarType),
    Enum(usize),
    Model(usize),
    Composite(usize),
    Unsupported(&'a str),
}

pub(super) struct DefaultDraft<'a> {
    pub(super) value: DefaultValue,
    pub(super) attribute: &'a Attribute<'a>,
}

/// `@relation`.
#[derive(Default)]
pub(super) struct RelationDraft<'a> {
    pub(super) attribute: Option<&'a Attribute<'a>>,
    pub(super) name: Option<&'a str>,
    /// Indexes into the model's fields.
    pub(super) fields: Option<Vec<usize>>,
    /// Indexes into the other model's fields.
    pub(super) references: Option<Vec<usize>>,
    pub(super) on_delete: Option<(ReferentialAction, Span)>,
    pub(super) on_update: Option<(ReferentialAction, Span)>,
    pub(super) map: Option<&'a str>,
}

/// `@id` or `@@id`.
pub(super) struct KeyDraft<'a> {
    pub(super) attribute: &'a Attribute<'a>,
    /// The field that `@id` stands on.
    pub(super) source_field: Option<usize>,
    pub(super) fields: Vec<IndexFieldDraft>,
    pub(super) name: Option<&'a str>,
    pub(super) map: Option<&'a str>,
}

/// `@unique`, `@@unique` or `@@index`.
pub(super) struct IndexDraft<'a> {
    pub(super) attribute: &'a Attribute<'a>,
    pub(super) unique: bool,
    /// The field that `@unique` stands on.
    pub(super) source_field: Option<usize>,
    pub(super) fields: Vec<IndexFieldDraft>,
    pub(super) name: Option<&'a str>,
    pub(super) map: Option<&'a str>,
    pub(super) algorithm: Option<IndexAlgorithm>,
    pub(super) predicate: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct IndexFieldDraft {
    pub(super) field: usize,
    pub(super) sort: Option<SortOrder>,
    pub(super) has_length: bool,
    pub(super) operator_class: Option<OperatorClassDraft>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OperatorClassDraft {
    /// By its name in the schema language.
    Named(&'static super::operator_classes::OperatorClass),
    /// By its name in PostgreSQL.
    Raw(String),
}

pub(super) struct EnumDraft<'a> {
    pub(super) ast: &'a Enum<'a>,
    pub(super) database_name: Option<&'a str>,
    pub(super) schema: Option<(&'a str, Span)>,
    /// The values' names in the database, in order.
    pub(super) values: Vec<&'a str>,
}

impl<'a> ModelDraft<'a> {
    pub(super) fn name(&self) -> &'a str {
        self.ast.name.name
    }

    pub(super) fn database_name(&self) -> &'a str {
        self.database_name.unwrap_or(self.ast.name.name)
    }

    pub(super) fn find_field(&self, name: &str) -> Option<usize> {
        self.ast.fields.iter().position(|field| field.name.name == name)
    }

    /// The columns' names in the database.
    pub(super) fn columns(&self, fields: impl IntoIterator<Item = usize>) -> Vec<&'a str> {
        fields.into_iter().map(|field| self.fields[field].database_name()).collect()
    }
}

impl<'a> FieldDraft<'a> {
    pub(super) fn name(&self) -> &'a str {
        self.ast.name.name
    }

    pub(super) fn database_name(&self) -> &'a str {
        self.database_name.unwrap_or(self.ast.name.name)
    }

    pub(super) fn arity(&self) -> FieldArity {
        self.ast.arity
    }

    pub(super) fn is_required(&self) -> bool {
        self.ast.arity == FieldArity::Required
    }

    /// Whether the field is a column.
    pub(super) fn is_scalar(&self) -> bool {
        matches!(self.kind, FieldKind::Scalar(_) | FieldKind::Enum(_) | FieldKind::Unsupported(_))
    }

    pub(super) fn related_model(&self) -> Option<usize> {
        match self.kind {
            FieldKind::Model(model) => Some(model),
            _ => None,
        }
    }
}

impl KeyDraft<'_> {
    pub(super) fn field_indexes(&self) -> impl Iterator<Item = usize> + '_ {
        self.fields.iter().map(|field| field.field)
    }

    /// The attribute as messages call it.
    pub(super) fn attribute_name(&self) -> &'static str {
        if self.source_field.is_some() { "@id" } else { "@@id" }
    }
}

impl IndexDraft<'_> {
    pub(super) fn field_indexes(&self) -> impl Iterator<Item = usize> + '_ {
        self.fields.iter().map(|field| field.field)
    }

    /// The attribute as messages call it.
    pub(super) fn attribute_name(&self) -> &'static str {
        match (self.unique, self.source_field.is_some()) {
            (true, true) => "@unique",
            (true, false) => "@@unique",
            (false, _) => "@@index",
        }
    }
}
