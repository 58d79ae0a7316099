//! Reading the same part of a database time and again.

use std::sync::atomic::{AtomicU32, Ordering};

use postgres::Client;

use crate::{Catalog, queries};

/// What [`Catalog::read`] or [`Catalog::read_tables`] reads, prepared on one connection: PostgreSQL takes most of its time to plan the queries.
#[derive(Debug)]
pub struct Reader {
    prefix: String,
}

impl Reader {
    /// Prepares to read over this connection: all, or of what belongs to a table only that of the tables that are named. The statements outlive a transaction that is rolled back.
    pub fn prepare(client: &mut Client, tables: Option<&[&str]>) -> Result<Self, postgres::Error> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let prefix = format!("catalog_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        client.batch_execute(&queries::preparation(&prefix, tables))?;
        Ok(Self { prefix })
    }

    /// Reads, over the connection that this was prepared on.
    pub fn read(&self, client: &mut Client, namespace: &str) -> Result<Catalog, postgres::Error> {
        Catalog::read_batch(client, &queries::prepared_batch(namespace, &self.prefix))
    }
}
