//! The databases and the role that a run creates on the server at a URL.
//!
//! Branch SQL has run as the role of the run, so these functions expect hostile settings in the run's databases. They connect
//! to such a database only to roll back its prepared transactions.

use std::{
    thread,
    time::{Duration, Instant},
};

use postgres::Client;

use crate::{Error, Url};

/// The prefix of the names of all runs.
pub(crate) const PREFIX: &str = "scratch_postgres_";

/// The time that terminated sessions have to end.
const SESSION_END_LIMIT: Duration = Duration::from_secs(5);

/// Replaces the time limits that the role or the database sets. Waiting for a lock is limited: a prepared transaction of branch
/// SQL may hold it forever.
pub(crate) fn set_time_limits(client: &mut Client) -> Result<(), Error> {
    client
        .query(
            "SELECT set_config(name, CASE name WHEN 'lock_timeout' THEN '5s' ELSE '0' END, false) FROM pg_settings
             WHERE name IN ('statement_timeout', 'lock_timeout', 'transaction_timeout', 'idle_session_timeout')",
            &[],
        )
        .map_err(Error::sql("to set the time limits of a session"))?;
    Ok(())
}

/// Drops the databases and roles of killed runs, as far as the client's role may. A run has ended if no session has its name,
/// and no client is connected to its databases.
pub(crate) fn sweep(client: &mut Client, url: &Url) -> Result<(), Error> {
    let rows = client
        .query(
            "WITH named AS (
                 SELECT datname AS name FROM pg_database UNION SELECT rolname FROM pg_roles
             ), run AS (
                 SELECT substring(name FROM '^scratch_postgres_[0-9]+_[0-9a-f]{8}') AS name FROM named
             )
             SELECT DISTINCT name FROM run
             WHERE name IS NOT NULL AND NOT EXISTS (
                 SELECT FROM pg_stat_activity WHERE application_name = run.name OR starts_with(datname, run.name || '_')
             )",
            &[],
        )
        .map_err(Error::sql("to list the objects of killed runs"))?;
    for row in rows {
        // This role may lack the rights, and the other runs must still be swept.
        _ = drop_run(client, url, row.get(0));
    }
    Ok(())
}

/// Ends all sessions of a run, and drops its databases and its role. An error means that something may be left.
pub(crate) fn drop_run(client: &mut Client, url: &Url, run: &str) -> Result<(), Error> {
    let role = client
        .query_one(
            "SELECT current_user::text,
                 EXISTS (SELECT FROM pg_roles WHERE rolname = $1 AND NOT pg_has_role(oid, 'USAGE'))",
            &[&run],
        )
        .map_err(Error::sql("to look for the role of a run"))?;
    if role.get(1) {
        let user: String = role.get(0);
        // Before version 16, a role may revoke all memberships in itself.
        inherit_from_role(client, &user, run)?;
    }
    end_sessions(client, run)?;
    let databases = client
        .query("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", &[&format!("{run}_")])
        .map_err(Error::sql("to list the databases of a run"))?;
    let dropped: Vec<_> = databases.iter().map(|row| drop_database(client, url, row.get(0))).collect();
    dropped.into_iter().collect::<Result<(), _>>()?;
    client
        .batch_execute(&format!("DROP ROLE IF EXISTS {}", sql_script::identifier(run)))
        .map_err(Error::sql("to drop the role of a run"))
}

/// Gives `user` the rights of the role of a run, so that it can create and drop databases of that role.
pub(crate) fn inherit_from_role(client: &mut Client, user: &str, run: &str) -> Result<(), Error> {
    let (user, run) = (sql_script::identifier(user), sql_script::identifier(run));
    let version = client
        .query_one("SELECT current_setting('server_version_num')::int", &[])
        .map_err(Error::sql("to show its version"))?;
    // Since version 16, the creator of a role may administer the role, but has none of its rights.
    let options = if version.get::<_, i32>(0) >= 160_000 { " WITH INHERIT TRUE, SET TRUE" } else { "" };
    client.batch_execute(&format!("GRANT {run} TO {user}{options}")).map_err(Error::sql("to grant the role of a run"))
}

/// Ends the sessions of a run and waits for their end. A session of this program may still be creating a database.
fn end_sessions(client: &mut Client, run: &str) -> Result<(), Error> {
    let deadline = Instant::now() + SESSION_END_LIMIT;
    loop {
        let sessions = client
            .query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND pg_has_role(usesysid, 'USAGE')
                 AND (application_name = $1 OR usename = $1 OR starts_with(datname, $1 || '_'))",
                &[&run],
            )
            .map_err(Error::sql("to end the sessions of a run"))?;
        if sessions.is_empty() {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(Error::Start(format!("the sessions of the run {run} do not end.")));
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Drops a database if it exists, and closes all connections to it.
pub(crate) fn drop_database(client: &mut Client, url: &Url, name: &str) -> Result<(), Error> {
    let database = client
        .query_opt(
            "SELECT datistemplate, pg_get_userbyid(datdba)::text,
                 ARRAY(SELECT gid FROM pg_prepared_xacts WHERE database = datname)
             FROM pg_database WHERE datname = $1",
            &[&name],
        )
        .map_err(Error::sql("to look for a database"))?;
    let Some(database) = database else { return Ok(()) };
    let (is_template, owner, prepared): (bool, String, Vec<String>) =
        (database.get(0), database.get(1), database.get(2));
    let quoted = sql_script::identifier(name);
    if !prepared.is_empty() {
        roll_back_prepared(client, url, name, &owner, &prepared)?;
    }
    if is_template {
        let alter = format!("ALTER DATABASE {quoted} IS_TEMPLATE false");
        client.batch_execute(&alter).map_err(Error::sql(format!("to alter database {quoted}")))?;
    }
    client
        .batch_execute(&format!("DROP DATABASE IF EXISTS {quoted} (FORCE)"))
        .map_err(Error::sql(format!("to drop database {quoted}")))
}

/// Rolls back the prepared transactions of a database, which would prevent its removal.
fn roll_back_prepared(
    client: &mut Client,
    url: &Url,
    name: &str,
    owner: &str,
    transactions: &[String],
) -> Result<(), Error> {
    let failed = || Error::sql(format!("to roll back the prepared transactions of database {name}"));
    let (quoted, owner) = (sql_script::identifier(name), sql_script::identifier(owner));
    let url = url.with_database(name);
    let session = url.connect().or_else(|_| {
        // A prepared transaction may lock the database's row, so these statements only run if they are needed.
        for open in [
            format!("ALTER DATABASE {quoted} ALLOW_CONNECTIONS true CONNECTION LIMIT -1"),
            format!("GRANT CONNECT ON DATABASE {quoted} TO {owner}"),
        ] {
            client.batch_execute(&open).map_err(failed())?;
        }
        url.connect()
    });
    let mut session = session?;
    // A literal with a backslash is only safe once this setting is on.
    for prepare in ["SET standard_conforming_strings = on", &format!("SET ROLE {owner}")] {
        session.batch_execute(prepare).map_err(failed())?;
    }
    for transaction in transactions {
        let rollback = format!("ROLLBACK PREPARED {}", sql_script::literal(transaction));
        session.batch_execute(&rollback).map_err(failed())?;
    }
    Ok(())
}
