//! The locks and scans of a session's transaction.

use std::collections::BTreeMap;

use postgres::{Client, Statement};

use crate::{LockMode, Oid};

/// The locks on tables and indexes that a transaction holds, and the number of its full table scans.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    /// The virtual transaction ID.
    pub(crate) transaction: String,
    pub(crate) locks: Locks,
    /// Whether no `lock_timeout` is set.
    pub(crate) waits_forever: bool,
    /// The scans of each table that exists. The server adds the scans of the session's preceding transactions.
    pub(crate) scans: BTreeMap<Oid, i64>,
}

/// The strongest lock on each table and index.
pub(crate) type Locks = BTreeMap<Oid, LockMode>;

/// Reads the activity of the session that it is prepared in.
pub(crate) struct Probe(Statement);

impl Probe {
    /// Objects that come with PostgreSQL have an OID below 16384.
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
                    activity.waits_forever = row.get(2);
                }
                (Some(relation), Some(mode)) => add_lock(&mut activity.locks, relation, mode),
                (Some(relation), None) => _ = activity.scans.insert(relation, row.get(3)),
            }
        }
        Ok(activity)
    }
}

/// Adds a lock. `mode` is its name in `pg_locks`.
pub(crate) fn add_lock(locks: &mut Locks, relation: Oid, mode: &str) {
    if let Some(mode) = LockMode::from_catalog(mode) {
        let strongest = locks.entry(relation).or_insert(mode);
        *strongest = mode.max(*strongest);
    }
}
