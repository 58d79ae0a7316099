//! Reading the same part of a database time and again.

use std::sync::atomic::{AtomicU32, Ordering};

use postgres::Client;

use crate::{Catalog, queries};

/// What [`Catalog::read_tables`] reads, prepared on one connection: PostgreSQL takes most of its time to plan the queries.
#[derive(Debug)]
pub struct Reader {
    prefix: String,
}

impl Reader {
    /// Prepares to read over this connection. The statements outlive a transaction that is rolled back.
    pub fn prepare(client: &mut Client, tables: &[&str]) -> Result<Self, postgres::Error> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let prefix = format!("catalog_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        client.batch_execute(&queries::preparation(&prefix, tables))?;
        Ok(Self { prefix })
    }

    /// As [`Catalog::read_tables`], over the connection that this was prepared on.
    pub fn read(&self, client: &mut Client, namespace: &str) -> Result<Catalog, postgres::Error> {
        Catalog::read_batch(client, &queries::prepared_batch(namespace, &self.prefix))
    }
}
