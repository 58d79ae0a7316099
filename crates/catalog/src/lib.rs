//! All that a PostgreSQL database holds, as values that can be compared.
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
//! An object is what its definition says, in the words of PostgreSQL itself. Two catalogs are equal if the same commands lead
//! to the same behaviour in both: the order of columns, owners, privileges and the objects of extensions are not looked at.
//! A definition names what is in the namespace that it is looked at from without that namespace, so that the same
//! tables in two namespaces are equal, each looked at from its own.

mod change;
mod object;
mod queries;
mod reader;

use std::collections::BTreeMap;

use postgres::{Client, SimpleQueryMessage};

pub use crate::{
    change::{Change, Difference, PropertyChange},
    object::{Kind, Name, Object},
    reader::Reader,
};

/// All that a database holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    objects: BTreeMap<Name, Object>,
}

impl Catalog {
    /// Reads all of the database as it looks from a namespace, in one round trip. The session may be in a transaction, and may
    /// be one that can only read; its search path is afterwards as it was.
    pub fn read(client: &mut Client, namespace: &str) -> Result<Self, postgres::Error> {
        Self::read_batch(client, &queries::batch(namespace, None))
    }

    /// As [`Catalog::read`], but of what belongs to a table only that of the tables that are named. This is faster.
    pub fn read_tables(client: &mut Client, namespace: &str, tables: &[&str]) -> Result<Self, postgres::Error> {
        Self::read_batch(client, &queries::batch(namespace, Some(tables)))
    }

    fn read_batch(client: &mut Client, batch: &str) -> Result<Self, postgres::Error> {
        let mut objects = BTreeMap::new();
        // The first result is that of setting the search path; the one behind the last kind, of setting it back.
        let mut kinds = std::iter::once(None).chain(queries::kinds().map(Some)).chain([None]);
        let mut reading = None;
        for message in client.simple_query(batch)? {
            match message {
                SimpleQueryMessage::RowDescription(columns) => {
                    let names = columns.iter().skip(object::NAME_COLUMNS).map(|column| column.name().to_owned());
                    reading = kinds.next().flatten().map(|kind| (kind, names.collect()));
                }
                SimpleQueryMessage::Row(row) => {
                    if let Some((kind, properties)) = &reading {
                        objects.insert(Name::read(*kind, &row), Object::read(properties, &row));
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

    /// The object of a name.
    pub fn get(&self, name: &Name) -> Option<&Object> {
        self.objects.get(name)
    }

    /// What is in the namespace that the catalog was read from, or in none, and what is elsewhere.
    pub fn split(self) -> (Self, Self) {
        let is_own = |name: &Name| name.namespace.is_none() && name.kind != Kind::Namespace;
        let (own, others) = self.objects.into_iter().partition(|(name, _)| is_own(name));
        (Self { objects: own }, Self { objects: others })
    }

    /// The catalog without what belongs to other tables than these.
    pub fn of_tables(&self, tables: &[String]) -> Self {
        let is_kept = |name: &Name| name.table.as_ref().is_none_or(|table| tables.contains(table));
        let kept = self.objects.iter().filter(|(name, _)| is_kept(name));
        Self { objects: kept.map(|(name, object)| (name.clone(), object.clone())).collect() }
    }

    /// What changes if this catalog becomes the other one. What belongs to a table that is new or gone is not listed again.
    pub fn changes_to(&self, after: &Self) -> Vec<Change> {
        change::between(&self.objects, &after.objects)
    }
}
