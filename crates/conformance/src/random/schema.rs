//! Generated schemas: the structure that the generator varies, and no more.

/// A schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Schema {
    pub(super) preview_features: Vec<&'static str>,
    /// The namespaces of the datasource. Without them, no block has `@@schema`.
    pub(super) namespaces: Vec<&'static str>,
    pub(super) extensions: Option<Vec<Extension>>,
    /// `relationMode = "prisma"`.
    pub(super) without_foreign_keys: bool,
    pub(super) enums: Vec<Enum>,
    pub(super) models: Vec<Model>,
    pub(super) relations: Vec<Relation>,
    /// The number of the last generated name.
    pub(super) next_name: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Extension {
    pub(super) name: &'static str,
    pub(super) schema: Option<&'static str>,
    pub(super) version: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(super) struct Enum {
    pub(super) name: String,
    pub(super) map: Option<String>,
    pub(super) namespace: &'static str,
    pub(super) values: Vec<EnumValue>,
}

#[derive(Clone, Debug)]
pub(super) struct EnumValue {
    pub(super) name: String,
    pub(super) map: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) name: String,
    pub(super) map: Option<String>,
    pub(super) namespace: &'static str,
    pub(super) is_view: bool,
    pub(super) is_ignored: bool,
    pub(super) fields: Vec<Field>,
    pub(super) key: Option<Key>,
    pub(super) indexes: Vec<Index>,
}

#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) arity: Arity,
    /// The argument of `@default(…)`.
    pub(super) default: Option<String>,
    /// The arguments of `@unique(…)`.
    pub(super) unique: Option<String>,
    pub(super) map: Option<String>,
    pub(super) is_updated_at: bool,
    pub(super) is_ignored: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// A scalar type, and the native type in `@db.…`.
    Scalar(&'static str, Option<&'static str>),
    /// The name of an enum.
    Enum(String),
    /// The name of the PostgreSQL type.
    Unsupported(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arity {
    Required,
    Optional,
    List,
}

#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) fields: Vec<String>,
    pub(super) map: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Index {
    pub(super) is_unique: bool,
    pub(super) fields: Vec<IndexField>,
    pub(super) ty: Option<&'static str>,
    pub(super) map: Option<String>,
    /// The argument `where:`.
    pub(super) predicate: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct IndexField {
    pub(super) name: String,
    /// The arguments in parentheses after the name.
    pub(super) arguments: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub(super) name: String,
    /// The model with the foreign key, if the relation has one.
    pub(super) from: String,
    pub(super) to: String,
    pub(super) key: Option<ForeignKey>,
}

/// The foreign key of a relation that is not many-to-many.
#[derive(Clone, Debug)]
pub(super) struct ForeignKey {
    /// Each referencing field with its referenced field.
    pub(super) fields: Vec<(String, String)>,
    pub(super) is_one_to_one: bool,
    pub(super) on_delete: Option<&'static str>,
    pub(super) on_update: Option<&'static str>,
    pub(super) map: Option<String>,
}

impl Schema {
    /// An unused name.
    pub(super) fn fresh_name(&mut self, prefix: &str) -> String {
        self.next_name += 1;
        format!("{prefix}{}", self.next_name)
    }

    pub(super) fn enum_(&self, name: &str) -> Option<&Enum> {
        self.enums.iter().find(|enum_| enum_.name == name)
    }

    pub(super) fn model(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.name == name)
    }

    pub(super) fn model_mut(&mut self, name: &str) -> Option<&mut Model> {
        self.models.iter_mut().find(|model| model.name == name)
    }
}

impl Model {
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub(super) fn field_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.fields.iter_mut().find(|field| field.name == name)
    }

    /// The unique criteria: lists of fields that another model can reference.
    pub(super) fn criteria(&self) -> impl Iterator<Item = Vec<String>> {
        let key = self.key.iter().map(|key| key.fields.clone());
        let unique = self.fields.iter().filter(|field| field.unique.is_some()).map(|field| vec![field.name.clone()]);
        let indexes = self.indexes.iter().filter(|index| index.is_unique && index.predicate.is_none());
        let indexes = indexes.map(|index| index.fields.iter().map(|field| field.name.clone()).collect());
        key.chain(unique).chain(indexes)
    }

    /// Whether these fields are required, so that a foreign key can reference them.
    pub(super) fn are_required(&self, names: &[String]) -> bool {
        names.iter().all(|name| self.field(name).is_some_and(|field| field.arity == Arity::Required))
    }
}
