//! The tables, views and enums of a database, as far as the queries of a program depend on them.

use std::{collections::BTreeMap, rc::Rc};

use catalog::{Catalog, Kind, Name, Object};

use crate::{
    Oid,
    column_type::{ColumnType, Enum, Enums},
};

/// Tables, views and enums, by their OIDs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Relations {
    pub(crate) by_oid: BTreeMap<Oid, Rc<Relation>>,
    pub(crate) enums: Enums,
}

/// A table or a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) name: Name,
    /// The number of its file; zero if it has none.
    pub(crate) file: Oid,
    /// The columns by number.
    pub(crate) columns: BTreeMap<i16, Column>,
    pub(crate) indexes: BTreeMap<Oid, Index>,
    pub(crate) constraints: BTreeMap<Oid, Constraint>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) ty: ColumnType,
    pub(crate) is_required: bool,
    pub(crate) default: Option<String>,
    /// Whether it is an identity or a generated column.
    pub(crate) is_generated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) file: Oid,
    pub(crate) is_unique: bool,
    pub(crate) key: IndexKey,
}

/// The indexed columns and expressions, and the predicate of a partial index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IndexKey {
    /// The numbers of the columns; zero stands for an expression.
    pub(crate) columns: Vec<i16>,
    pub(crate) expressions: Option<String>,
    pub(crate) predicate: Option<String>,
}

/// A constraint without an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Constraint {
    /// `CHECK` or `EXCLUDE`.
    Rule(Rule),
    ForeignKey(ForeignKey),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) columns: Vec<i16>,
    /// As PostgreSQL prints it.
    pub(crate) definition: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ForeignKey {
    pub(crate) columns: Vec<i16>,
    pub(crate) referenced: Oid,
    pub(crate) referenced_columns: Vec<i16>,
    /// Whether a referenced row cannot be deleted.
    pub(crate) restricts: bool,
}

impl Relations {
    /// Replaces these relations and all enums by the contents of a catalog.
    pub(crate) fn update(&mut self, oids: &[Oid], catalog: &Catalog) {
        let Self { by_oid, enums } = Self::from(catalog);
        self.enums = enums;
        self.by_oid.retain(|oid, _| !oids.contains(oid));
        self.by_oid.extend(by_oid);
    }

    pub(crate) fn name_of(&self, relation: Oid) -> String {
        self.by_oid.get(&relation).map_or_else(|| relation.to_string(), |relation| relation.name.qualified())
    }
}

impl From<&Catalog> for Relations {
    fn from(catalog: &Catalog) -> Self {
        let mut by_oid = BTreeMap::<Oid, Relation>::new();
        let mut enums = Enums::new();
        // The enum of a type: of the enum itself, or of its array type.
        let mut enum_of = BTreeMap::new();
        // A catalog is sorted by kind: enums, tables, and then the parts of tables.
        for (name, object) in catalog.objects() {
            if name.kind == Kind::Enum {
                let oid = object.oid("oid");
                enum_of.extend([(oid, oid), (object.oid("array type"), oid)]);
                let values = object.detail("labels").unwrap_or_default().split('\x1f').map(str::to_owned).collect();
                enums.insert(oid, Enum { name: name.clone(), values });
            } else if name.kind == Kind::Table {
                by_oid.insert(object.oid("oid"), Relation::new(name.clone(), object.oid("file")));
            } else if let Some(relation) = by_oid.get_mut(&object.oid("table")) {
                relation.add(name, object, &enum_of);
            }
        }
        Self { by_oid: by_oid.into_iter().map(|(oid, relation)| (oid, Rc::new(relation))).collect(), enums }
    }
}

impl Relation {
    pub(crate) fn new(name: Name, file: Oid) -> Self {
        let (columns, indexes, constraints) = Default::default();
        Self { name, file, columns, indexes, constraints }
    }

    fn add(&mut self, name: &Name, object: &Object, enum_of: &BTreeMap<Oid, Oid>) {
        let text = |value: Option<&str>| value.map(str::to_owned);
        let columns = object.column_numbers("columns");
        let oid = object.oid("oid");
        match (name.kind, object.detail("type")) {
            (Kind::Column, _) => {
                let column = Column {
                    name: name.name.clone(),
                    ty: ColumnType {
                        sql: text(object.property("type")).unwrap_or_default(),
                        enum_: enum_of.get(&object.oid("type")).copied(),
                    },
                    is_required: object.is("NOT NULL"),
                    default: text(object.property("default")),
                    is_generated: object.is("generated as") || object.is("identity"),
                };
                self.columns.extend(object.column_numbers("number").into_iter().map(|number| (number, column.clone())));
            }
            (Kind::Index, _) => {
                let is_unique = object.detail("unique").is_some() && !object.is("INVALID");
                let (expressions, predicate) = (text(object.detail("expressions")), text(object.detail("predicate")));
                let key = IndexKey { columns, expressions, predicate };
                self.indexes.insert(oid, Index { file: object.oid("file"), is_unique, key });
            }
            (Kind::Constraint, Some("f")) => {
                let key = ForeignKey {
                    columns,
                    referenced: object.oid("referenced"),
                    referenced_columns: object.column_numbers("referenced columns"),
                    restricts: matches!(object.detail("on delete"), Some("a" | "r")),
                };
                self.constraints.insert(oid, Constraint::ForeignKey(key));
            }
            (Kind::Constraint, Some("c" | "x")) => {
                let definition = text(object.property("definition")).unwrap_or_default();
                self.constraints.insert(oid, Constraint::Rule(Rule { columns, definition }));
            }
            _ => {}
        }
    }

    /// The column with this name.
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.values().find(|column| column.name == name)
    }

    /// The names of columns, separated by commas.
    pub(crate) fn column_names(&self, numbers: &[i16]) -> String {
        numbers.iter().map(|number| self.column_name(*number)).collect::<Vec<_>>().join(", ")
    }

    /// The name of an indexed column.
    pub(crate) fn column_name(&self, number: i16) -> &str {
        self.columns.get(&number).map_or("(expression)", |column| &column.name)
    }

    pub(crate) fn foreign_keys(&self) -> impl Iterator<Item = &ForeignKey> {
        self.constraints.values().filter_map(|constraint| match constraint {
            Constraint::ForeignKey(key) => Some(key),
            Constraint::Rule(_) => None,
        })
    }
}

impl Constraint {
    pub(crate) fn columns(&self) -> &[i16] {
        match self {
            Self::Rule(rule) => &rule.columns,
            Self::ForeignKey(key) => &key.columns,
        }
    }
}

impl Column {
    /// Whether a row without a value for it is rejected.
    pub(crate) fn must_be_given(&self) -> bool {
        self.is_required && self.default.is_none() && !self.is_generated
    }

    /// Whether the database numbers the rows, so that programs give no value.
    pub(crate) fn is_numbered(&self) -> bool {
        self.is_generated || self.default.as_ref().is_some_and(|default| default.starts_with("nextval("))
    }
}
