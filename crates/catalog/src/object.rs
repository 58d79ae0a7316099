//! One object: what it is called, and what it is.

use std::{fmt, sync::Arc};

use postgres::SimpleQueryRow;

/// What kinds of objects there are.
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

/// What an object is called. No two have the same name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// Its kind.
    pub kind: Kind,
    /// The namespace it is in, quoted where it has to be, unless that is the one that the catalog was read from.
    pub namespace: Option<String>,
    /// The table, view or materialised view that it belongs to.
    pub table: Option<String>,
    /// Its own name; a function's, with the types of its arguments.
    pub name: String,
}

/// What an object is: properties with their values, each in PostgreSQL's words. A value without text says that something holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    names: Arc<[String]>,
    values: Box<[Option<String>]>,
}

/// The columns of a query that say what the object is called.
pub(crate) const NAME_COLUMNS: usize = 3;

impl Name {
    pub(crate) fn read(kind: Kind, row: &SimpleQueryRow) -> Self {
        let text = |at: usize| row.get(at).map(str::to_owned);
        Self { kind, namespace: text(0), table: text(1), name: text(2).unwrap_or_default() }
    }

    /// A table of the namespace that the catalog was read from.
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
}

impl Object {
    pub(crate) fn read(names: &Arc<[String]>, row: &SimpleQueryRow) -> Self {
        let values = (NAME_COLUMNS..row.len()).map(|at| row.get(at).map(str::to_owned)).collect();
        Self { names: Arc::clone(names), values }
    }

    /// All properties, those without a value included. Objects of one kind have the same ones.
    pub fn properties(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.names.iter().map(String::as_str).zip(self.values.iter().map(Option::as_deref))
    }

    /// The value of a property.
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties().find(|(property, _)| *property == name)?.1
    }

    /// Whether something holds, such as `NOT NULL`.
    pub fn is(&self, property: &str) -> bool {
        self.property(property).is_some()
    }
}

/// The properties that have a value, in a line; a definition is told without its name.
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
