//! The data model of a valid schema: names are resolved and defaults filled in.

use crate::{
    FieldArity, NativeType, Span, Value,
    id::{id, indexes},
};

/// A validated schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataModel {
    /// The `datasource` block.
    pub datasource: Datasource,
    /// Enums, in order.
    pub enums: Vec<Enum>,
    /// Models and views, in order.
    pub models: Vec<Model>,
    /// Implicit many-to-many relations, in the order of their fields.
    pub many_to_many: Vec<ManyToMany>,
    /// Whether the preview feature `partialIndexes` is on.
    pub partial_indexes: bool,
}

id! {
    /// The position of a model in [`DataModel::models`].
    pub ModelId
}
indexes!(ModelId: <> Model);

id! {
    /// The position of an enum in [`DataModel::enums`].
    pub EnumId
}
indexes!(EnumId: <> Enum);

id! {
    /// The position of a field in [`Model::fields`].
    pub FieldId
}
indexes!(FieldId: <> Field);

/// The `datasource` block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Datasource {
    /// The sorted namespaces of `schemas`; empty if the property is missing.
    pub schemas: Vec<String>,
    /// How references are kept intact.
    pub relation_mode: RelationMode,
    /// The `extensions`; `None` unless the preview feature `postgresqlExtensions` is on.
    pub extensions: Option<Vec<Extension>>,
}

/// How references between rows are kept intact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RelationMode {
    /// By foreign keys in the database.
    #[default]
    ForeignKeys,
    /// By Prisma's client. The database has no foreign keys.
    Prisma,
}

/// An extension in the datasource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The name in the database.
    pub name: String,
    /// The namespace to install it in.
    pub schema: Option<String>,
    /// The version.
    pub version: Option<String>,
}

/// An enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enum {
    /// The type's name in the database.
    pub database_name: String,
    /// The namespace, from `@@schema`.
    pub schema: Option<String>,
    /// The values' names in the database, in order.
    pub values: Vec<String>,
}

/// A model or a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// The name in the schema.
    pub name: String,
    /// The table's name in the database.
    pub database_name: String,
    /// The namespace, from `@@schema`.
    pub schema: Option<String>,
    /// Whether it is a view, which migrations ignore.
    pub is_view: bool,
    /// The fields that are columns, in order. Relation fields are not.
    pub fields: Vec<Field>,
    /// `@id` or `@@id`.
    pub primary_key: Option<PrimaryKey>,
    /// Indexes: `@unique` of fields, then `@@index`, then `@@unique`.
    pub indexes: Vec<Index>,
    /// Relations whose foreign key this model holds, in the order of their fields.
    pub relations: Vec<Relation>,
}

/// A field that is a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name in the schema.
    pub name: String,
    /// The column's name in the database.
    pub database_name: String,
    /// The type, without arity.
    pub ty: FieldType,
    /// The number of values.
    pub arity: FieldArity,
    /// `@default`.
    pub default: Option<DefaultValue>,
    /// The text of the field.
    pub span: Span,
}

/// The type of a field, without arity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A built-in type, with the type that `@db.…` names.
    Scalar(ScalarType, Option<NativeType>),
    /// An enum of the schema.
    Enum(EnumId),
    /// `Unsupported("…")`.
    Unsupported(String),
}

/// The built-in types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScalarType {
    /// 32 bits.
    Int,
    /// 64 bits.
    BigInt,
    /// Binary floating point.
    Float,
    /// Decimal, exact.
    Decimal,
    /// True or false.
    Boolean,
    /// Text.
    String,
    /// A point in time.
    DateTime,
    /// JSON.
    Json,
    /// Binary data.
    Bytes,
}

/// The value of `@default(…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// A constant, or a list of them.
    Value(Value),
    /// `now()`.
    Now,
    /// `autoincrement()`.
    Autoincrement,
    /// `dbgenerated("…")`; `None` for `dbgenerated()`.
    DbGenerated(Option<String>),
    /// A function that Prisma's client evaluates, such as `uuid()`.
    Client,
}

/// A primary key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrimaryKey {
    /// The constraint's name, from `map` or by convention.
    pub name: String,
    /// Its fields, in order.
    pub fields: Vec<FieldId>,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The index's name, from `map` or by convention.
    pub name: String,
    /// Whether values must be unique.
    pub unique: bool,
    /// Its fields, in order.
    pub fields: Vec<IndexField>,
    /// The access method, from `type`.
    pub algorithm: IndexAlgorithm,
    /// The condition of a partial index, as SQL.
    pub predicate: Option<String>,
    /// The text of the attribute.
    pub span: Span,
}

/// A field of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexField {
    /// The field of the model.
    pub field: FieldId,
    /// `sort`, if it is set.
    pub sort: Option<SortOrder>,
    /// The operator class, if it is set.
    pub operator_class: Option<OperatorClass>,
}

/// The order of a field in an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SortOrder {
    /// Ascending, PostgreSQL's default.
    #[default]
    Asc,
    /// Descending.
    Desc,
}

/// An operator class of an index field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorClass {
    /// The name in PostgreSQL, such as `jsonb_path_ops`.
    pub name: String,
    /// Whether it is the default of the column's type, so that naming it changes nothing.
    pub is_default: bool,
    /// Whether the schema gives it as `raw("…")`. A class of a live database counts as raw if Prisma has no name for it.
    /// To Prisma, `raw("jsonb_path_ops")` and `JsonbPathOps` are different classes.
    pub is_raw: bool,
}

/// An access method of PostgreSQL's indexes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum IndexAlgorithm {
    /// B-tree, PostgreSQL's default.
    #[default]
    BTree,
    /// Hash.
    Hash,
    /// GIN.
    Gin,
    /// GiST.
    Gist,
    /// SP-GiST.
    SpGist,
    /// BRIN.
    Brin,
}

/// A relation, in the model that holds the foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The foreign key's name, from `map` or by convention.
    pub name: String,
    /// The referencing fields, in order.
    pub fields: Vec<FieldId>,
    /// The referenced model.
    pub referenced_model: ModelId,
    /// The referenced fields, in the same order.
    pub referenced_fields: Vec<FieldId>,
    /// `onDelete`, or its default.
    pub on_delete: ReferentialAction,
    /// `onUpdate`, or its default.
    pub on_update: ReferentialAction,
}

/// The action of a foreign key when the referenced row changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferentialAction {
    /// `Cascade`.
    Cascade,
    /// `Restrict`.
    Restrict,
    /// `NoAction`.
    NoAction,
    /// `SetNull`.
    SetNull,
    /// `SetDefault`.
    SetDefault,
}

/// An implicit many-to-many relation: two models have lists of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManyToMany {
    /// The name of the join table, without the leading `_`.
    pub name: String,
    /// The model that column `A` refers to.
    pub model_a: ModelId,
    /// The model that column `B` refers to.
    pub model_b: ModelId,
}

impl ScalarType {
    /// All values.
    pub const ALL: [Self; 9] = [
        Self::Int,
        Self::BigInt,
        Self::Float,
        Self::Decimal,
        Self::Boolean,
        Self::String,
        Self::DateTime,
        Self::Json,
        Self::Bytes,
    ];

    /// The type with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scalar| scalar.name() == name)
    }

    /// The name of this type.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "Int",
            Self::BigInt => "BigInt",
            Self::Float => "Float",
            Self::Decimal => "Decimal",
            Self::Boolean => "Boolean",
            Self::String => "String",
            Self::DateTime => "DateTime",
            Self::Json => "Json",
            Self::Bytes => "Bytes",
        }
    }

    /// The column type without `@db.…`.
    #[must_use]
    pub fn default_native_type(self) -> NativeType {
        match self {
            Self::Int => NativeType::Integer,
            Self::BigInt => NativeType::BigInt,
            Self::Float => NativeType::DoublePrecision,
            Self::Decimal => NativeType::Decimal(Some((65, 30))),
            Self::Boolean => NativeType::Boolean,
            Self::String => NativeType::Text,
            Self::DateTime => NativeType::Timestamp(Some(3)),
            Self::Json => NativeType::JsonB,
            Self::Bytes => NativeType::ByteA,
        }
    }
}

impl IndexAlgorithm {
    /// All values.
    pub const ALL: [Self; 6] = [Self::BTree, Self::Hash, Self::Gin, Self::Gist, Self::SpGist, Self::Brin];

    /// The name in the schema language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BTree => "BTree",
            Self::Hash => "Hash",
            Self::Gin => "Gin",
            Self::Gist => "Gist",
            Self::SpGist => "SpGist",
            Self::Brin => "Brin",
        }
    }
}

impl ReferentialAction {
    /// All values.
    pub const ALL: [Self; 5] = [Self::Cascade, Self::Restrict, Self::NoAction, Self::SetNull, Self::SetDefault];

    /// The action with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

    /// The name in the schema language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cascade => "Cascade",
            Self::Restrict => "Restrict",
            Self::NoAction => "NoAction",
            Self::SetNull => "SetNull",
            Self::SetDefault => "SetDefault",
        }
    }
}
