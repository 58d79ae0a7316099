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

/// Reads the activity of the session that it is prepared in. The query qualifies all names, operators too: the script
/// may have changed the search path, and hidden a catalog behind a temporary table.
pub(crate) struct Probe(Statement);

impl Probe {
    /// Objects that come with PostgreSQL have an OID below 16384.
    pub(crate) fn new(client: &mut Client) -> Result<Self, postgres::Error> {
        let statement = client.prepare(
            "SELECT NULL::pg_catalog.oid, virtualtransaction,
                    pg_catalog.current_setting('lock_timeout') OPERATOR(pg_catalog.=) '0', NULL::pg_catalog.int8
             FROM pg_catalog.pg_locks
             WHERE pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
                 AND locktype OPERATOR(pg_catalog.=) 'virtualxid'
             UNION ALL
             SELECT relation, mode, NULL, NULL
             FROM pg_catalog.pg_locks
             WHERE pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
                 AND locktype OPERATOR(pg_catalog.=) 'relation' AND relation OPERATOR(pg_catalog.>=) '16384'
             UNION ALL
             SELECT oid, NULL, NULL, pg_catalog.pg_stat_get_xact_numscans(oid)
             FROM pg_catalog.pg_class
             WHERE relkind OPERATOR(pg_catalog.=) ANY ('{r,m}') AND oid OPERATOR(pg_catalog.>=) '16384'",
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
