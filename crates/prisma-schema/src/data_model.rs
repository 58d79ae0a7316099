//! What a valid schema says: names resolved, defaults filled in, most places forgotten.

use crate::{
    FieldArity, NativeType, Span, Value,
    id::{id, indexes},
};

/// A validated schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataModel {
    /// The database that the schema is for.
    pub datasource: Datasource,
    /// Enums, in order.
    pub enums: Vec<Enum>,
    /// Models and views, in order.
    pub models: Vec<Model>,
    /// Implicit many-to-many relations, in the order of the fields that make them.
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
    /// The namespaces that `schemas` names, sorted; empty unless the schema uses several.
    pub schemas: Vec<String>,
    /// Who keeps references intact.
    pub relation_mode: RelationMode,
    /// The extensions that `extensions` names; `None` unless the preview feature `postgresqlExtensions` is on.
    pub extensions: Option<Vec<Extension>>,
}

/// Who keeps references between rows intact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RelationMode {
    /// The database, by foreign keys.
    #[default]
    ForeignKeys,
    /// Prisma's client; the database has no foreign keys.
    Prisma,
}

/// An extension that the schema asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its name in the database.
    pub name: String,
    /// The namespace to install it in.
    pub schema: Option<String>,
    /// Its version.
    pub version: Option<String>,
}

/// An enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enum {
    /// The type's name in the database.
    pub database_name: String,
    /// The namespace that `@@schema` names.
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
    /// The namespace that `@@schema` names.
    pub schema: Option<String>,
    /// Whether it is a view, which migrations leave alone.
    pub is_view: bool,
    /// Fields that are columns, in order; relation fields are not.
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
    /// How many values it holds.
    pub arity: FieldArity,
    /// `@default`.
    pub default: Option<DefaultValue>,
    /// Where it stands.
    pub span: Span,
}

/// The type of a field, without arity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A built-in type, with what `@db.…` names.
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
    /// An instant.
    DateTime,
    /// JSON.
    Json,
    /// Binary data.
    Bytes,
}

/// What `@default(…)` says.
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
    /// A function that Prisma's client evaluates: `uuid()`, `cuid()`, `nanoid()`, `ulid()`.
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
    /// The access method that `type` names.
    pub algorithm: IndexAlgorithm,
    /// The condition of a partial index, as SQL.
    pub predicate: Option<String>,
    /// Where its attribute stands.
    pub span: Span,
}

/// A field of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexField {
    /// Which field of the model.
    pub field: FieldId,
    /// `sort`, where it was said.
    pub sort: Option<SortOrder>,
    /// The operator class, where one is named.
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

/// The access methods of PostgreSQL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum IndexAlgorithm {
    /// B-tree.
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

/// A relation, from the model that holds the foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The foreign key's name, from `map` or by convention.
    pub name: String,
    /// The fields that refer, in order.
    pub fields: Vec<FieldId>,
    /// The model they refer to.
    pub referenced_model: ModelId,
    /// The fields they refer to, in the same order.
    pub referenced_fields: Vec<FieldId>,
    /// `onDelete`, or what Prisma does without it.
    pub on_delete: ReferentialAction,
    /// `onUpdate`, or what Prisma does without it.
    pub on_update: ReferentialAction,
}

/// What happens to a row when the row it refers to changes.
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

/// An implicit many-to-many relation: two models that list each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManyToMany {
    /// The name of the table that joins them, without the leading `_`.
    pub name: String,
    /// The model whose key is in column `A`.
    pub model_a: ModelId,
    /// The model whose key is in column `B`.
    pub model_b: ModelId,
}

impl ScalarType {
    /// All of them.
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

    /// The type of this name.
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

    /// The column type where no `@db.…` names one.
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
    /// All of them.
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
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Cascade, Self::Restrict, Self::NoAction, Self::SetNull, Self::SetDefault];

    /// The action of this name.
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
