//! What a session has done to tables in its transaction.

use std::collections::BTreeMap;

use postgres::{Client, Statement};

use crate::{LockMode, Oid};

/// The locks on tables and indexes that a transaction holds, and how often it has read tables from end to end.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    /// Which transaction it is.
    pub(crate) transaction: String,
    pub(crate) locks: Locks,
    /// Whether it waits for a lock however long that takes.
    pub(crate) waits_for_ever: bool,
    /// Only tables that are there can be counted. The server adds the scans of transactions shortly before.
    pub(crate) scans: BTreeMap<Oid, i64>,
}

/// The strongest lock on each table and index.
pub(crate) type Locks = BTreeMap<Oid, LockMode>;

/// Asks a session for its own activity.
pub(crate) struct Probe(Statement);

impl Probe {
    /// Objects that do not come with PostgreSQL itself have numbers from 16384.
    pub(crate) fn new(client: &mut Client) -> Result<Self, postgres::Error> {
        let statement = client.prepare(
            "SELECT NULL::oid, virtualtransaction, current_setting('lock_timeout') = '0', NULL::bigint
             FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'virtualxid'
             UNION ALL
             SELECT relation, mode, NULL, NULL
             FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation >= 16384
             UNION ALL
             SELECT oid, NULL, NULL, pg_stat_get_xact_numscans(oid)
             FROM pg_class WHERE relkind IN ('r', 'm') AND oid >= 16384",
        )?;
        Ok(Self(statement))
    }

    pub(crate) fn activity(&self, client: &mut Client) -> Result<Activity, postgres::Error> {
        let mut activity = Activity::default();
        for row in client.query(&self.0, &[])? {
            match (row.get(0), row.get::<_, Option<&str>>(1)) {
                (None, transaction) => {
                    activity.transaction = transaction.unwrap_or_default().to_owned();
                    activity.waits_for_ever = row.get(2);
                }
                (Some(relation), Some(mode)) => add_lock(&mut activity.locks, relation, mode),
                (Some(relation), None) => _ = activity.scans.insert(relation, row.get(3)),
            }
        }
        Ok(activity)
    }
}

/// Adds a lock of the mode that `pg_locks` calls so.
pub(crate) fn add_lock(locks: &mut Locks, relation: Oid, mode: &str) {
    if let Some(mode) = LockMode::from_catalog(mode) {
        let strongest = locks.entry(relation).or_insert(mode);
        *strongest = mode.max(*strongest);
    }
}
