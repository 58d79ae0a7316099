//! Statements that cannot run in a transaction, such as `CREATE INDEX CONCURRENTLY`.
//!
//! Their locks are gone when they end. So they are made to wait, by a second session that holds the tables in the mode in
//! which these statements lock them, and are looked at while they do.

use std::{
    panic,
    rc::Rc,
    thread::{self, ScopedJoinHandle},
    time::Duration,
};

use postgres::Client;
use scratch_postgres::{Database, Error};

use crate::{
    LockMode, Oid,
    activity::{Locks, add_lock},
    catalog::{Catalog, Relation},
    measure::looking,
};

/// How a statement went.
pub(crate) struct Alone {
    pub(crate) outcome: Outcome,
    /// The locks on tables that it held or waited for; none if the server lets nobody look.
    pub(crate) locks: Option<Locks>,
}

type Outcome = Result<(), postgres::Error>;

/// Runs a statement by itself.
pub(crate) fn run(database: &Database, client: &mut Client, sql: &str) -> Result<Alone, Error> {
    if database.server().takes_one_connection() {
        return Ok(Alone { outcome: client.batch_execute(sql), locks: None });
    }
    let session: i32 = client.query_one("SELECT pg_backend_pid()", &[]).map_err(looking)?.get(0);
    let mut other = database.client()?;
    hold_tables(&mut other).map_err(looking)?;
    let (outcome, locks) = thread::scope(|scope| {
        let statement = scope.spawn(|| client.batch_execute(sql));
        let locks = locks_at_wait(&mut other, session, &statement);
        // Lets the statement go on.
        drop(other);
        (statement.join().unwrap_or_else(|panic| panic::resume_unwind(panic)), locks)
    });
    Ok(Alone { outcome, locks: Some(locks.map_err(looking)?) })
}

/// The locks that PostgreSQL's documentation tells of, on tables that are different afterwards.
pub(crate) fn documented_locks(before: &Catalog, after: &Catalog) -> Locks {
    let mode = |(oid, old): (&Oid, &Rc<Relation>)| {
        let new = after.relations.get(oid)?;
        let mode = if new.file == old.file {
            LockMode::ShareUpdateExclusive
        } else {
            // This is `VACUUM FULL`.
            LockMode::AccessExclusive
        };
        (new != old).then_some((*oid, mode))
    };
    before.relations.iter().filter_map(mode).collect()
}

/// Locks all tables until the session ends. Readers and writers, and these are all that a migration can have beside it,
/// do not notice.
fn hold_tables(client: &mut Client) -> Result<(), postgres::Error> {
    let tables: Option<String> = client
        .query_one(
            "SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
             WHERE oid >= 16384 AND relkind IN ('r', 'p') AND pg_has_role(relowner, 'USAGE')",
            &[],
        )?
        .get(0);
    match tables {
        Some(tables) => client.batch_execute(&format!("BEGIN; LOCK TABLE {tables} IN SHARE UPDATE EXCLUSIVE MODE")),
        None => Ok(()),
    }
}

/// The locks of a session as soon as it waits for one, or none if its statement ends before that.
fn locks_at_wait(
    client: &mut Client,
    session: i32,
    statement: &ScopedJoinHandle<'_, Outcome>,
) -> Result<Locks, postgres::Error> {
    let query = client.prepare(
        "SELECT relation, mode, granted FROM pg_locks
         WHERE pid = $1 AND locktype = 'relation' AND relation >= 16384",
    )?;
    while !statement.is_finished() {
        let rows = client.query(&query, &[&session])?;
        if rows.iter().any(|row| !row.get::<_, bool>(2)) {
            let mut locks = Locks::new();
            for row in rows {
                add_lock(&mut locks, row.get(0), row.get(1));
            }
            return Ok(locks);
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(Locks::new())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::catalog::{Index, IndexKey, Name};

    #[test]
    fn documented() {
        let table = |file, indexes: &[Oid]| {
            let key = IndexKey { columns: vec![1], expressions: None, predicate: None };
            Rc::new(Relation {
                name: Name { namespace: None, name: "house".to_owned() },
                file,
                columns: BTreeMap::new(),
                indexes: indexes
                    .iter()
                    .map(|oid| (*oid, Index { file: *oid, is_unique: false, key: key.clone() }))
                    .collect(),
                constraints: BTreeMap::new(),
            })
        };
        let catalog =
            |tables: [Rc<Relation>; 3]| Catalog { relations: (1..).zip(tables).collect(), enums: BTreeMap::new() };
        let before = catalog([table(7, &[]), table(8, &[]), table(9, &[])]);
        let after = catalog([table(7, &[]), table(8, &[3]), table(4, &[])]);
        let expected = [(2, LockMode::ShareUpdateExclusive), (3, LockMode::AccessExclusive)];
        assert_eq!(documented_locks(&before, &after), Locks::from(expected));
    }
}
