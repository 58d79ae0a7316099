//! Statements that cannot run in a transaction, such as `CREATE INDEX CONCURRENTLY`.
//!
//! They release their locks before they end. So a second session holds the tables in the mode in which these
//! statements lock them, and reads the locks while the statement waits.

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
    query_error,
    relations::{Relation, Relations},
};

type Outcome = Result<(), postgres::Error>;

/// Runs a statement without a transaction. Returns its outcome, and the locks on tables that it held or waited for:
/// `None` if the server takes only one connection.
pub(crate) fn run(database: &Database, client: &mut Client, sql: &str) -> Result<(Outcome, Option<Locks>), Error> {
    if database.server().takes_one_connection() {
        return Ok((client.batch_execute(sql), None));
    }
    let session: i32 = client.query_one("SELECT pg_catalog.pg_backend_pid()", &[]).map_err(query_error)?.get(0);
    let mut other = database.client()?;
    hold_tables(&mut other).map_err(query_error)?;
    let (outcome, locks) = thread::scope(|scope| {
        let statement = scope.spawn(|| client.batch_execute(sql));
        let locks = locks_while_waiting(&mut other, session, &statement);
        // Releases the tables.
        drop(other);
        (statement.join().unwrap_or_else(|panic| panic::resume_unwind(panic)), locks)
    });
    Ok((outcome, Some(locks.map_err(query_error)?)))
}

/// The locks that PostgreSQL documents for these statements, on the tables that differ afterwards.
pub(crate) fn documented_locks(before: &Relations, after: &Relations) -> Locks {
    let mode = |(oid, old): (&Oid, &Rc<Relation>)| {
        let new = after.by_oid.get(oid)?;
        // `VACUUM FULL` gives the table a new file.
        let mode = if new.file == old.file { LockMode::ShareUpdateExclusive } else { LockMode::AccessExclusive };
        (new != old).then_some((*oid, mode))
    };
    before.by_oid.iter().filter_map(mode).collect()
}

/// Locks all tables until the session ends. Only readers and writers can run beside a migration, and the lock does
/// not block them.
fn hold_tables(client: &mut Client) -> Result<(), postgres::Error> {
    let tables: Option<String> = client
        .query_one(
            "SELECT pg_catalog.string_agg(oid::pg_catalog.regclass::pg_catalog.text, ', ') FROM pg_catalog.pg_class
             WHERE oid OPERATOR(pg_catalog.>=) '16384' AND relkind OPERATOR(pg_catalog.=) ANY ('{r,p}')
                 AND pg_catalog.pg_has_role(relowner, 'USAGE')",
            &[],
        )?
        .get(0);
    match tables {
        Some(tables) => client.batch_execute(&format!("BEGIN; LOCK TABLE {tables} IN SHARE UPDATE EXCLUSIVE MODE")),
        None => Ok(()),
    }
}

/// The locks of a session as soon as it waits for one. Empty if its statement ends before that.
fn locks_while_waiting(
    client: &mut Client,
    session: i32,
    statement: &ScopedJoinHandle<'_, Outcome>,
) -> Result<Locks, postgres::Error> {
    let query = client.prepare(
        "SELECT relation, mode, granted FROM pg_catalog.pg_locks
         WHERE pid OPERATOR(pg_catalog.=) $1 AND locktype OPERATOR(pg_catalog.=) 'relation'
             AND relation OPERATOR(pg_catalog.>=) '16384'",
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
    use catalog::Name;

    use super::*;
    use crate::relations::{Index, IndexKey};

    #[test]
    fn documented() {
        let table = |file, indexes: &[Oid]| {
            let mut table = Relation::new(Name::of_table("house"), file);
            let key = IndexKey { columns: vec![1], expressions: None, predicate: None };
            let index = |oid: &Oid| (*oid, Index { file: *oid, is_unique: false, key: key.clone() });
            table.indexes.extend(indexes.iter().map(index));
            Rc::new(table)
        };
        let relations =
            |tables: [Rc<Relation>; 3]| Relations { by_oid: (1..).zip(tables).collect(), ..Relations::default() };
        let before = relations([table(7, &[]), table(8, &[]), table(9, &[])]);
        let after = relations([table(7, &[]), table(8, &[3]), table(4, &[])]);
        let expected = [(2, LockMode::ShareUpdateExclusive), (3, LockMode::AccessExclusive)];
        assert_eq!(documented_locks(&before, &after), Locks::from(expected));
    }
}
