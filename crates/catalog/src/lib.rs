//! The one reader of a PostgreSQL database's catalogs: all its objects, as comparable values.
//!
//! ```no_run
//! # fn main() -> Result<(), postgres::Error> {
//! # let mut client = postgres::Client::connect("postgresql:///", postgres::NoTls)?;
//! use catalog::Catalog;
//!
//! let before = Catalog::read(&mut client, "public")?;
//! client.batch_execute("ALTER TABLE users ADD COLUMN age int")?;
//! let after = Catalog::read(&mut client, "public")?;
//! let changes = before.changes_to(&after);
//! assert_eq!(changes[0].to_string(), r#"column "age" of "users" is new: type integer"#);
//! # Ok(())
//! # }
//! ```
//!
//! Properties are PostgreSQL's own definitions. Two catalogs are equal if the same commands behave equally in both
//! databases. The order of columns, owners, privileges and the objects of extensions are ignored. A definition omits
//! the namespace that the catalog is read from, so equal tables in two namespaces are equal if each catalog is read
//! from its own namespace.

mod change;
mod object;
mod queries;
mod reader;

use std::{collections::BTreeMap, sync::Arc};

use postgres::{Client, SimpleQueryMessage};

pub use crate::{
    change::{Change, Difference, PropertyChange},
    object::{Kind, Name, Object},
    reader::{Reader, RelationReader},
};
use crate::{object::Columns, queries::Scope};

/// The objects of a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    objects: BTreeMap<Name, Object>,
}

impl Catalog {
    /// Reads all objects from a namespace, in one round trip. The session may be in a transaction, even a read-only
    /// one. Its search path is restored.
    pub fn read(client: &mut Client, namespace: &str) -> Result<Self, postgres::Error> {
        Self::read_batch(client, &Scope::All.kinds(), &Scope::All.batch(namespace))
    }

    fn read_batch(client: &mut Client, kinds: &[Kind], batch: &str) -> Result<Self, postgres::Error> {
        let mut objects = BTreeMap::new();
        // The first query sets the search path and the last one restores it.
        let mut kinds = std::iter::once(None).chain(kinds.iter().copied().map(Some)).chain([None]);
        let mut reading = None;
        for message in client.simple_query(batch)? {
            match message {
                SimpleQueryMessage::RowDescription(columns) => {
                    let columns = Columns::new(columns.iter().map(|column| column.name().to_owned()));
                    reading = kinds.next().flatten().map(|kind| (kind, Arc::new(columns)));
                }
                SimpleQueryMessage::Row(row) => {
                    if let Some((kind, columns)) = &reading {
                        objects.insert(Name::read(*kind, &row), Object::read(columns, &row));
                    }
                }
                _ => {}
            }
        }
        Ok(Self { objects })
    }

    /// All objects, sorted by kind, namespace, table and name.
    pub fn objects(&self) -> impl Iterator<Item = (&Name, &Object)> {
        self.objects.iter()
    }

    /// The object with this name.
    pub fn get(&self, name: &Name) -> Option<&Object> {
        self.objects.get(name)
    }

    /// Separates the objects of the catalog's namespace, and those without a namespace, from the objects of other
    /// namespaces.
    pub fn split(self) -> (Self, Self) {
        let is_own = |name: &Name| name.namespace.is_none() && name.kind != Kind::Namespace;
        let (own, others) = self.objects.into_iter().partition(|(name, _)| is_own(name));
        (Self { objects: own }, Self { objects: others })
    }

    /// The catalog without the objects that belong to tables other than these.
    pub fn of_tables(&self, tables: &[String]) -> Self {
        let is_kept = |name: &Name| name.table.as_ref().is_none_or(|table| tables.contains(table));
        let kept = self.objects.iter().filter(|(name, _)| is_kept(name));
        Self { objects: kept.map(|(name, object)| (name.clone(), object.clone())).collect() }
    }

    /// The changes from this catalog to the other one. For a new or dropped table, its columns, constraints and the
    /// like are not listed again.
    pub fn changes_to(&self, after: &Self) -> Vec<Change> {
        change::between(&self.objects, &after.objects)
    }
}
