//! One object: its name, its properties and its details.

use std::{fmt, sync::Arc};

use postgres::SimpleQueryRow;

/// The kind of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are PostgreSQL's")]
pub enum Kind {
    Namespace,
    Extension,
    Enum,
    Domain,
    CompositeType,
    RangeType,
    Sequence,
    Table,
    Column,
    Constraint,
    Index,
    View,
    MaterializedView,
    Function,
    Trigger,
    Rule,
    Policy,
    Comment,
}

/// The unique name of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// The kind of the object.
    pub kind: Kind,
    /// The namespace, quoted if necessary. `None` for the namespace that the catalog is read from.
    pub namespace: Option<String>,
    /// The table, view or materialized view that the object belongs to.
    pub table: Option<String>,
    /// The object's own name. A function's name includes its argument types.
    pub name: String,
}

/// The definition of an object.
///
/// Two objects are equal if their properties are. Properties are texts of PostgreSQL; an empty text means that the
/// property, such as `NOT NULL`, holds. Details are the OIDs and numbers that PostgreSQL knows an object by. They
/// differ between two databases with equal objects, so they are neither compared nor printed.
#[derive(Clone, Debug)]
pub struct Object {
    columns: Arc<Columns>,
    values: Box<[Option<String>]>,
}

/// The columns of a query after the columns of the name: first the details, then the properties.
#[derive(Debug)]
pub(crate) struct Columns {
    names: Vec<String>,
    details: usize,
}

/// The number of columns that make up an object's name.
const NAME_COLUMNS: usize = 3;

/// The first character of a detail's column.
const DETAIL: char = '#';

impl Columns {
    pub(crate) fn new(query: impl Iterator<Item = String>) -> Self {
        let names: Vec<_> = query.skip(NAME_COLUMNS).collect();
        let details = names.iter().take_while(|name| name.starts_with(DETAIL)).count();
        Self { names, details }
    }
}

impl Name {
    pub(crate) fn read(kind: Kind, row: &SimpleQueryRow) -> Self {
        let text = |column: usize| row.get(column).map(str::to_owned);
        Self { kind, namespace: text(0), table: text(1), name: text(2).unwrap_or_default() }
    }

    /// The name of a table in the namespace that the catalog is read from.
    pub fn of_table(name: &str) -> Self {
        Self { kind: Kind::Table, namespace: None, table: None, name: name.to_owned() }
    }

    /// The name of the table that this object belongs to, or is.
    pub fn owning_table(&self) -> Option<Self> {
        let name = match self.kind {
            Kind::Table => &self.name,
            _ => self.table.as_ref()?,
        };
        Some(Self { namespace: self.namespace.clone(), ..Self::of_table(name) })
    }

    /// The object's own name, after its namespace if it has one.
    pub fn qualified(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{namespace}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

impl Object {
    pub(crate) fn read(columns: &Arc<Columns>, row: &SimpleQueryRow) -> Self {
        let values = (NAME_COLUMNS..row.len()).map(|column| row.get(column).map(str::to_owned)).collect();
        Self { columns: Arc::clone(columns), values }
    }

    /// All properties, including those without a value. Objects of one kind have the same properties.
    pub fn properties(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.columns().skip(self.columns.details)
    }

    /// The value of a property.
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties().find(|(property, _)| *property == name)?.1
    }

    /// Whether a property, such as `NOT NULL`, has a value.
    pub fn is(&self, property: &str) -> bool {
        self.property(property).is_some()
    }

    /// The value of a detail. Its name is the name of the query's column without `#`.
    pub fn detail(&self, name: &str) -> Option<&str> {
        let mut details = self.columns().take(self.columns.details);
        details.find(|(detail, _)| detail.strip_prefix(DETAIL) == Some(name))?.1
    }

    /// A detail that is an OID; zero if it has no value.
    pub fn oid(&self, detail: &str) -> u32 {
        self.detail(detail).and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    /// A detail that is a column number or an array of them; empty if it has no value.
    pub fn column_numbers(&self, detail: &str) -> Vec<i16> {
        let text = self.detail(detail).unwrap_or_default();
        text.split(['{', ',', '}']).filter_map(|number| number.parse().ok()).collect()
    }

    fn columns(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.columns.names.iter().map(String::as_str).zip(self.values.iter().map(Option::as_deref))
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.values[self.columns.details..] == other.values[other.columns.details..]
    }
}

impl Eq for Object {}

/// The properties that have a value, on one line. A definition is printed without the word `definition`.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (property, value) in self.properties() {
            match value {
                Some("") => write!(f, "{separator}{property}")?,
                Some(value) if property == "definition" => write!(f, "{separator}{}", value.trim())?,
                Some(value) => write!(f, "{separator}{property} {value}")?,
                None => continue,
            }
            separator = ", ";
        }
        Ok(())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Namespace => "schema",
            Self::Extension => "extension",
            Self::Enum => "enum",
            Self::Domain => "domain",
            Self::CompositeType => "composite type",
            Self::RangeType => "range type",
            Self::Sequence => "sequence",
            Self::Table => "table",
            Self::Column => "column",
            Self::Constraint => "constraint",
            Self::Index => "index",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Function => "function",
            Self::Trigger => "trigger",
            Self::Rule => "rule",
            Self::Policy => "policy",
            Self::Comment => "comment",
        })
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespace = self.namespace.as_ref().map_or_else(String::new, |namespace| format!("{namespace}."));
        match (&self.table, self.kind) {
            (Some(table), Kind::Column) => write!(f, "column \"{}\" of {namespace}\"{table}\"", self.name),
            (Some(table), kind) => write!(f, "{kind} \"{}\" on {namespace}\"{table}\"", self.name),
            (None, Kind::Comment) => write!(f, "comment on {}", self.name),
            (None, Kind::Function) => write!(f, "function {namespace}{}", self.name),
            (None, kind) => write!(f, "{kind} {namespace}\"{}\"", self.name),
        }
    }
}
