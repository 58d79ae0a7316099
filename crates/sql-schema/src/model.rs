//! The relational model: what a PostgreSQL database holds, as far as a Prisma schema can say it.

pub use prisma_schema::{IndexAlgorithm, OperatorClass, ReferentialAction, SortOrder};
use prisma_schema::{NativeType, Value};

/// A database's tables, enums, namespaces and extensions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SqlSchema {
    /// Named namespaces (PostgreSQL's schemas), in order. Before Prisma 7 empty where the schema names none: then
    /// everything lives in the connection's default namespace.
    pub namespaces: Vec<String>,
    /// The namespace of what names none, as a live database told it.
    pub default_namespace: Option<String>,
    /// Extensions that the schema asks for, or that the database has. Empty unless the preview feature asks for them.
    pub extensions: Vec<Extension>,
    /// Enum types, in order.
    pub enums: Vec<Enum>,
    /// Tables, in order.
    pub tables: Vec<Table>,
}

/// The place of a table in [`SqlSchema::tables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableId(pub u32);

/// The place of an enum in [`SqlSchema::enums`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnumId(pub u32);

/// The place of a column in its [`Table::columns`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnId(pub u32);

/// An extension such as `citext`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its name.
    pub name: String,
    /// The namespace it is installed in, where that was said or read.
    pub schema: Option<String>,
    /// Its version, where that was said or read.
    pub version: Option<String>,
    /// Whether it can move to another namespace; read from a live database, `false` from a data model.
    pub relocatable: bool,
}

/// An enum type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enum {
    /// The namespace, where it is named.
    pub namespace: Option<String>,
    /// The type's name.
    pub name: String,
    /// Its values, in order.
    pub values: Vec<String>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The namespace, where it is named.
    pub namespace: Option<String>,
    /// The table's name.
    pub name: String,
    /// Columns, in order.
    pub columns: Vec<Column>,
    /// The primary key.
    pub primary_key: Option<PrimaryKey>,
    /// Unique and plain indexes, without the primary key's.
    pub indexes: Vec<Index>,
    /// Foreign keys that this table holds.
    pub foreign_keys: Vec<ForeignKey>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The column's name.
    pub name: String,
    /// Its type, without arity.
    pub ty: ColumnType,
    /// Required, nullable or a list.
    pub arity: Arity,
    /// What the database fills in.
    pub default: Option<DefaultValue>,
    /// Filled from a sequence: a serial or an identity column.
    pub autoincrement: bool,
    /// Computed from other columns, which Prisma takes for a default. `false` when made from a data model.
    pub generated: bool,
    /// Filled by Prisma's client where a row is created (`uuid()`, `cuid()` …), of which the database knows nothing.
    /// `false` when read from a live database.
    pub client_default: bool,
}

/// The type of a column, without arity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// A type that the schema language can name.
    Native(NativeType),
    /// An enum of the same [`SqlSchema`].
    Enum(EnumId),
    /// Any other type, by its name in PostgreSQL's catalog (`_interval` for an array of `interval`) or as
    /// `Unsupported("…")` spells it.
    Unsupported(String),
}

/// How many values a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arity {
    /// Exactly one: `NOT NULL`.
    Required,
    /// One or none.
    Nullable,
    /// An array.
    List,
}

/// What the database fills into a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// A constant.
    Value(Value),
    /// `CURRENT_TIMESTAMP`.
    Now,
    /// The next value of a sequence, by the sequence's name. Of a data model the name is empty: PostgreSQL will choose it.
    Sequence(String),
    /// An expression, as it stands in the schema or as PostgreSQL prints it; `None` for `dbgenerated()` without one.
    DbGenerated(Option<String>),
}

/// A primary key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrimaryKey {
    /// The constraint's name.
    pub name: String,
    /// Its columns, in order.
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
    /// Whether the index belongs to a UNIQUE constraint of a live database, so that it cannot be dropped by itself.
    pub backs_constraint: bool,
    /// The `WHERE` of a partial index, which only Prisma 7 knows.
    pub predicate: Option<Predicate>,
}

/// Which rows a partial index covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Predicate {
    /// Those for which this SQL is true. It stands behind `WHERE` as it is.
    Sql(String),
    /// Not asked: the index is in a live database, and the schema has the preview feature `partialIndexes` off. Such an
    /// index passes for one of all rows, but is left alone where there is none to compare it with.
    Unread,
}

/// A column of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexColumn {
    /// Which column of the table.
    pub column: ColumnId,
    /// Its order, where it was said: Prisma writes `ASC` for `sort: Asc` and nothing without it, and both mean the same.
    /// Read from a live database, it is always known.
    pub sort: Option<SortOrder>,
    /// The operator class, where one is named.
    pub operator_class: Option<OperatorClass>,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// The constraint's name.
    pub name: String,
    /// The columns that refer, in order.
    pub columns: Vec<ColumnId>,
    /// The table they refer to.
    pub referenced_table: TableId,
    /// The columns they refer to, in the same order.
    pub referenced_columns: Vec<ColumnId>,
    /// What happens when the referenced row is deleted.
    pub on_delete: ReferentialAction,
    /// What happens when the referenced key is updated.
    pub on_update: ReferentialAction,
}

/// The namespace that every PostgreSQL database has from the start, and that things are in where nothing else is said.
pub const DEFAULT_NAMESPACE: &str = "public";

impl SqlSchema {
    /// The table at `id`.
    #[must_use]
    pub fn table(&self, id: TableId) -> &Table {
        &self.tables[id.0 as usize]
    }

    /// Takes the name of this namespace off the tables and enums that are in it.
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
