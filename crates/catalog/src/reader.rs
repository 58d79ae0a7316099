//! Reading the same part of a database repeatedly, with prepared statements: planning takes most of the time.

use std::sync::atomic::{AtomicU32, Ordering};

use postgres::Client;

use crate::{
    Catalog, Kind,
    queries::{Scope, prepared_batch},
};

/// Reads all objects, or those of some tables, over one connection.
#[derive(Debug)]
pub struct Reader(Prepared);

/// Reads enums, tables and views by their OIDs, over one connection.
///
/// A view counts as a table: it has columns, and its definition is not read, because PostgreSQL would lock the tables
/// in it.
#[derive(Debug)]
pub struct RelationReader(Prepared);

/// Prepared statements. They outlive a transaction that is rolled back.
#[derive(Debug)]
struct Prepared {
    prefix: String,
    kinds: Vec<Kind>,
}

impl Reader {
    /// Prepares reading over this connection. With `tables`, objects that belong to other tables are left out.
    pub fn prepare(client: &mut Client, tables: Option<&[&str]>) -> Result<Self, postgres::Error> {
        Prepared::new(client, tables.map_or(Scope::All, Scope::Tables)).map(Self)
    }

    /// Reads the catalog from a namespace, over the connection of [`Reader::prepare`].
    pub fn read(&self, client: &mut Client, namespace: &str) -> Result<Catalog, postgres::Error> {
        let Self(Prepared { prefix, kinds }) = self;
        Catalog::read_batch(client, kinds, &prepared_batch(namespace, prefix, kinds, None))
    }
}

impl RelationReader {
    /// Prepares reading over this connection.
    pub fn prepare(client: &mut Client) -> Result<Self, postgres::Error> {
        Prepared::new(client, Scope::Relations).map(Self)
    }

    /// Reads all enums, tables and views.
    pub fn read_all(&self, client: &mut Client, namespace: &str) -> Result<Catalog, postgres::Error> {
        self.read_kinds(client, namespace, &self.0.kinds, &[])
    }

    /// Reads all enums, and the tables and views among these relations.
    pub fn read(&self, client: &mut Client, namespace: &str, oids: &[u32]) -> Result<Catalog, postgres::Error> {
        let kinds = if oids.is_empty() { &[Kind::Enum][..] } else { &self.0.kinds };
        self.read_kinds(client, namespace, kinds, oids)
    }

    fn read_kinds(
        &self,
        client: &mut Client,
        namespace: &str,
        kinds: &[Kind],
        oids: &[u32],
    ) -> Result<Catalog, postgres::Error> {
        Catalog::read_batch(client, kinds, &prepared_batch(namespace, &self.0.prefix, kinds, Some(oids)))
    }
}

impl Prepared {
    fn new(client: &mut Client, scope: Scope<'_>) -> Result<Self, postgres::Error> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let prefix = format!("catalog_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        client.batch_execute(&scope.preparation(&prefix))?;
        Ok(Self { prefix, kinds: scope.kinds() })
    }
}
