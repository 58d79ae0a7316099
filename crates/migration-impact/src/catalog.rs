//! What there is in a database, as far as a program's queries depend on it.

use std::{collections::BTreeMap, fmt, rc::Rc};

use postgres::{Client, Statement};

use crate::{Oid, column_type::ColumnType};

/// Tables, views and enums.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    pub(crate) relations: BTreeMap<Oid, Rc<Relation>>,
    pub(crate) enums: BTreeMap<Oid, Enum>,
}

/// A table or a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) name: Name,
    /// The number of its file; zero if it has none.
    pub(crate) file: Oid,
    pub(crate) columns: BTreeMap<i16, Column>,
    pub(crate) indexes: BTreeMap<Oid, Index>,
    pub(crate) constraints: BTreeMap<Oid, Constraint>,
}

/// A name, and the namespace it is in unless that is the connection's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    pub(crate) namespace: Option<String>,
    pub(crate) name: String,
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

/// What an index is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IndexKey {
    /// The numbers of the columns; zero stands for an expression.
    pub(crate) columns: Vec<i16>,
    pub(crate) expressions: Option<String>,
    pub(crate) predicate: Option<String>,
}

/// A constraint that is no index.
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
    /// Whether a row that is referred to cannot be deleted.
    pub(crate) restricts: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Enum {
    pub(crate) name: Name,
    pub(crate) values: Vec<String>,
}

/// Reads catalogs.
pub(crate) struct Reader {
    /// The namespace that names are in where none is said.
    namespace: Option<String>,
    all: Statement,
    relations: Statement,
    columns: Statement,
    indexes: Statement,
    constraints: Statement,
    enums: Statement,
}

impl Reader {
    pub(crate) fn new(client: &mut Client) -> Result<Self, postgres::Error> {
        Ok(Self {
            namespace: client.query_one("SELECT current_schema()", &[])?.get(0),
            all: client.prepare(
                "SELECT oid FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'v', 'm', 'f')",
            )?,
            relations: client.prepare(
                r"SELECT pg_class.oid, nspname, relname, relfilenode
                  FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                  WHERE pg_class.oid = ANY ($1) AND relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname NOT LIKE 'pg\_%'",
            )?,
            // `base` is the type of the elements if the column holds an array.
            columns: client.prepare(
                "SELECT attrelid, attnum, attname, attnotnull, attidentity <> '' OR attgenerated <> '',
                        pg_get_expr(adbin, adrelid), format_type(atttypid, atttypmod), atttypmod,
                        base.typname, base.oid <> declared.oid, CASE base.typtype WHEN 'e' THEN base.oid END
                 FROM pg_attribute
                 JOIN pg_type declared ON declared.oid = atttypid
                 JOIN pg_type base ON base.oid = CASE WHEN declared.typlen = -1 AND declared.typelem <> 0
                                                      THEN declared.typelem ELSE declared.oid END
                 LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                 WHERE attrelid = ANY ($1) AND attnum > 0 AND NOT attisdropped",
            )?,
            indexes: client.prepare(
                "SELECT indrelid, indexrelid, relfilenode, indisunique AND indisvalid,
                        (indkey::int2[])[0:indnkeyatts - 1],
                        pg_get_expr(indexprs, indrelid), pg_get_expr(indpred, indrelid)
                 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = ANY ($1)",
            )?,
            constraints: client.prepare(
                "SELECT conrelid, oid,
                        CASE contype WHEN 'c' THEN 'CHECK (' || pg_get_expr(conbin, conrelid) || ')'
                                     WHEN 'x' THEN pg_get_constraintdef(oid) END,
                        conkey, confrelid, confkey, confdeltype IN ('a', 'r')
                 FROM pg_constraint WHERE conrelid = ANY ($1) AND contype IN ('c', 'x', 'f')",
            )?,
            enums: client.prepare(
                "SELECT pg_type.oid, nspname, typname, array_agg(enumlabel::text ORDER BY enumsortorder)
                 FROM pg_type JOIN pg_namespace ON pg_namespace.oid = typnamespace JOIN pg_enum ON enumtypid = pg_type.oid
                 GROUP BY pg_type.oid, nspname, typname",
            )?,
        })
    }

    /// Reads all of it.
    pub(crate) fn read(&self, client: &mut Client) -> Result<Catalog, postgres::Error> {
        let all: Vec<Oid> = client.query(&self.all, &[])?.iter().map(|row| row.get(0)).collect();
        let mut catalog = Catalog::default();
        self.refresh(client, &mut catalog, &all)?;
        Ok(catalog)
    }

    /// Reads the enums and these relations anew. What is among them and no table or view is passed over.
    pub(crate) fn refresh(
        &self,
        client: &mut Client,
        catalog: &mut Catalog,
        relations: &[Oid],
    ) -> Result<(), postgres::Error> {
        catalog.enums = self.enums(client)?;
        if relations.is_empty() {
            return Ok(());
        }
        let mut found = BTreeMap::new();
        for row in client.query(&self.relations, &[&relations])? {
            let relation = Relation {
                name: self.name(row.get(1), row.get(2)),
                file: row.get(3),
                columns: BTreeMap::new(),
                indexes: BTreeMap::new(),
                constraints: BTreeMap::new(),
            };
            found.insert(row.get(0), relation);
        }
        for row in client.query(&self.columns, &[&relations])? {
            let Some(relation) = found.get_mut(&row.get(0)) else { continue };
            let ty = ColumnType {
                shown: row.get(6),
                modifier: row.get(7),
                base: row.get(8),
                is_array: row.get(9),
                enum_: row.get(10),
            };
            let is_generated: bool = row.get(4);
            let default = row.get::<_, Option<String>>(5).filter(|_| !is_generated);
            let column = Column { name: row.get(2), ty, is_required: row.get(3), default, is_generated };
            relation.columns.insert(row.get(1), column);
        }
        for row in client.query(&self.indexes, &[&relations])? {
            let Some(relation) = found.get_mut(&row.get(0)) else { continue };
            let key = IndexKey { columns: row.get(4), expressions: row.get(5), predicate: row.get(6) };
            relation.indexes.insert(row.get(1), Index { file: row.get(2), is_unique: row.get(3), key });
        }
        for row in client.query(&self.constraints, &[&relations])? {
            let Some(relation) = found.get_mut(&row.get(0)) else { continue };
            let columns = row.get::<_, Option<_>>(3).unwrap_or_default();
            let constraint = match row.get(2) {
                Some(definition) => Constraint::Rule(Rule { columns, definition }),
                None => Constraint::ForeignKey(ForeignKey {
                    columns,
                    referenced: row.get(4),
                    referenced_columns: row.get(5),
                    restricts: row.get(6),
                }),
            };
            relation.constraints.insert(row.get(1), constraint);
        }
        for oid in relations {
            catalog.relations.remove(oid);
        }
        catalog.relations.extend(found.into_iter().map(|(oid, relation)| (oid, Rc::new(relation))));
        Ok(())
    }

    fn enums(&self, client: &mut Client) -> Result<BTreeMap<Oid, Enum>, postgres::Error> {
        let rows = client.query(&self.enums, &[])?;
        let enum_ =
            |row: &postgres::Row| (row.get(0), Enum { name: self.name(row.get(1), row.get(2)), values: row.get(3) });
        Ok(rows.iter().map(enum_).collect())
    }

    fn name(&self, namespace: String, name: String) -> Name {
        Name { namespace: Some(namespace).filter(|it| Some(it) != self.namespace.as_ref()), name }
    }
}

impl Relation {
    /// The column of this name.
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.values().find(|column| column.name == name)
    }

    /// The names of columns, with commas between them.
    pub(crate) fn column_names(&self, numbers: &[i16]) -> String {
        numbers.iter().map(|number| self.column_name(*number)).collect::<Vec<_>>().join(", ")
    }

    /// The name of a column of an index.
    pub(crate) fn column_name(&self, number: i16) -> &str {
        self.columns.get(&number).map_or("(expression)", |column| &column.name)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}.")?;
        }
        f.write_str(&self.name)
    }
}
