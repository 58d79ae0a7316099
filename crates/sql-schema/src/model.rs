//! The relational model: the parts of a PostgreSQL database that a Prisma schema can describe.

pub use prisma_schema::{IndexAlgorithm, OperatorClass, ReferentialAction, SortOrder};
use prisma_schema::{NativeType, Value};

/// A database's tables, enums, namespaces and extensions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SqlSchema {
    /// The named namespaces (PostgreSQL's schemas), in order. Before Prisma 7, the list is empty if the schema names none:
    /// all objects are in the connection's default namespace.
    pub namespaces: Vec<String>,
    /// The namespace of objects without a named one; `None` from a data model.
    pub default_namespace: Option<String>,
    /// The extensions. Empty unless the preview feature for extensions is on.
    pub extensions: Vec<Extension>,
    /// The enum types, in order.
    pub enums: Vec<Enum>,
    /// The tables, in order.
    pub tables: Vec<Table>,
}

/// The position of a table in [`SqlSchema::tables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableId(pub u32);

/// The position of an enum in [`SqlSchema::enums`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnumId(pub u32);

/// The position of a column in [`Table::columns`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnId(pub u32);

/// An extension such as `citext`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The name.
    pub name: String,
    /// The namespace that contains its objects, if known.
    pub schema: Option<String>,
    /// The version, if known.
    pub version: Option<String>,
    /// Whether it can move to another namespace. Always `false` from a data model.
    pub relocatable: bool,
}

/// An enum type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enum {
    /// The namespace, if it is named.
    pub namespace: Option<String>,
    /// The type's name.
    pub name: String,
    /// The values, in order.
    pub values: Vec<String>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The namespace, if it is named.
    pub namespace: Option<String>,
    /// The table's name.
    pub name: String,
    /// Columns, in order.
    pub columns: Vec<Column>,
    /// The primary key.
    pub primary_key: Option<PrimaryKey>,
    /// Unique and plain indexes, except the primary key's.
    pub indexes: Vec<Index>,
    /// The foreign keys of this table.
    pub foreign_keys: Vec<ForeignKey>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The column's name.
    pub name: String,
    /// The type, without arity.
    pub ty: ColumnType,
    /// Required, nullable or a list.
    pub arity: Arity,
    /// The default value in the database.
    pub default: Option<DefaultValue>,
    /// Whether a sequence fills the column: a serial or an identity column.
    pub autoincrement: bool,
    /// Whether it is computed from other columns, which Prisma treats as a default. Always `false` from a data model.
    pub generated: bool,
    /// Whether Prisma's client fills the column when it creates a row, as for `uuid()`. Always `false` from a live database.
    pub client_default: bool,
}

/// The type of a column, without arity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// A type with a name in the schema language.
    Native(NativeType),
    /// An enum of the same [`SqlSchema`].
    Enum(EnumId),
    /// Any other type: the name in PostgreSQL's catalog (`_interval` for an array of `interval`), or the text in
    /// `Unsupported("…")`.
    Unsupported(String),
}

/// The number of values in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arity {
    /// Exactly one: `NOT NULL`.
    Required,
    /// One or none.
    Nullable,
    /// An array.
    List,
}

/// The default value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// A constant.
    Value(Value),
    /// `CURRENT_TIMESTAMP`.
    Now,
    /// The next value of the named sequence. From a data model, the name is empty: PostgreSQL chooses it.
    Sequence(String),
    /// An expression from the schema, or as PostgreSQL prints it. `None` for `dbgenerated()` without an argument.
    DbGenerated(Option<String>),
}

/// A primary key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrimaryKey {
    /// The constraint's name.
    pub name: String,
    /// The columns, in order.
    pub columns: Vec<ColumnId>,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The index's name.
    pub name: String,
    /// Whether values must be unique.
    pub unique: bool,
    /// Key columns, in order.
    pub columns: Vec<IndexColumn>,
    /// The access method.
    pub algorithm: IndexAlgorithm,
    /// Whether the index belongs to a UNIQUE constraint of a live database. Only the constraint can be dropped.
    pub backs_constraint: bool,
    /// The `WHERE` of a partial index, since Prisma 7.
    pub predicate: Option<Predicate>,
}

/// The rows of a partial index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Predicate {
    /// The rows that match this SQL, which follows `WHERE` verbatim.
    Sql(String),
    /// Unknown: the index is in a live database, and the preview feature `partialIndexes` is off. Such an index equals an
    /// index of all rows. Without a counterpart in the schema, it is kept.
    Unread,
}

/// A column of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexColumn {
    /// The column of the table.
    pub column: ColumnId,
    /// The order, if the schema sets it. Prisma writes `ASC` for `sort: Asc` and nothing without it, which is equivalent.
    /// Always known from a live database.
    pub sort: Option<SortOrder>,
    /// The operator class, if it is named.
    pub operator_class: Option<OperatorClass>,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// The constraint's name.
    pub name: String,
    /// The referencing columns, in order.
    pub columns: Vec<ColumnId>,
    /// The referenced table.
    pub referenced_table: TableId,
    /// The referenced columns, in the same order.
    pub referenced_columns: Vec<ColumnId>,
    /// The action when the referenced row is deleted.
    pub on_delete: ReferentialAction,
    /// The action when the referenced key is updated.
    pub on_update: ReferentialAction,
}

/// PostgreSQL's default namespace, which every new database contains.
pub const DEFAULT_NAMESPACE: &str = "public";

impl SqlSchema {
    /// The table at `id`.
    #[must_use]
    pub fn table(&self, id: TableId) -> &Table {
        &self.tables[id.0 as usize]
    }

    /// Removes the name of this namespace from its tables and enums.
    pub(crate) fn hide_namespace(&mut self, namespace: &str) {
        let tables = self.tables.iter_mut().map(|table| &mut table.namespace);
        let enums = self.enums.iter_mut().map(|enum_| &mut enum_.namespace);
        tables.chain(enums).filter(|name| name.as_deref() == Some(namespace)).for_each(|name| *name = None);
    }

    /// The enum at `id`.
    #[must_use]
    pub fn enum_(&self, id: EnumId) -> &Enum {
        &self.enums[id.0 as usize]
    }

    /// The table with this namespace and name.
    #[must_use]
    pub fn table_named(&self, (namespace, name): (Option<&str>, &str)) -> Option<&Table> {
        self.tables.iter().find(|table| table.qualified_name() == (namespace, name))
    }
}

impl Enum {
    /// The namespace and the name, which identify the enum in a database.
    #[must_use]
    pub fn qualified_name(&self) -> (Option<&str>, &str) {
        (self.namespace.as_deref(), &self.name)
    }
}

impl Table {
    /// The namespace and the name, which identify the table in a database.
    #[must_use]
    pub fn qualified_name(&self) -> (Option<&str>, &str) {
        (self.namespace.as_deref(), &self.name)
    }

    /// The column at `id`.
    #[must_use]
    pub fn column(&self, id: ColumnId) -> &Column {
        &self.columns[id.0 as usize]
    }
}
