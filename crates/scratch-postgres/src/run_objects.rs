//! The databases and the role that a run creates on the server at a URL.

use postgres::Client;

use crate::Error;

/// The prefix of the names of all runs.
pub(crate) const PREFIX: &str = "scratch_postgres_";

/// Drops the databases and roles of killed runs, as far as the client's role may. A run has ended if its guardian's session
/// is closed and no client is connected to its databases.
pub(crate) fn sweep(client: &mut Client) -> Result<(), Error> {
    let rows = client
        .query(
            "WITH named AS (
                 SELECT datname AS name, datdba AS owner FROM pg_database UNION SELECT rolname, oid FROM pg_roles
             ), run AS (
                 SELECT substring(name FROM '^scratch_postgres_[0-9]+_[0-9a-f]{8}') AS name, owner FROM named
             )
             SELECT DISTINCT name FROM run
             WHERE name IS NOT NULL AND pg_has_role(owner, 'MEMBER') AND NOT EXISTS (
                 SELECT FROM pg_stat_activity WHERE application_name = run.name OR starts_with(datname, run.name || '_')
             )",
            &[],
        )
        .map_err(Error::sql("to list the objects of killed runs"))?;
    rows.iter().try_for_each(|row| drop_run(client, row.get(0)))
}

/// Drops all databases of a run, and its role.
pub(crate) fn drop_run(client: &mut Client, run: &str) -> Result<(), Error> {
    let databases = client
        .query("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", &[&format!("{run}_")])
        .map_err(Error::sql("to list the databases of a run"))?;
    for row in databases {
        drop_database(client, row.get(0))?;
    }
    let role = client
        .query("SELECT FROM pg_roles WHERE rolname = $1", &[&run])
        .map_err(Error::sql("to look for the role of a run"))?;
    if !role.is_empty() {
        client
            .batch_execute(&format!("DROP ROLE {}", sql_script::identifier(run)))
            .map_err(Error::sql("to drop the role of a run"))?;
    }
    Ok(())
}

/// Drops a database and closes all connections to it.
pub(crate) fn drop_database(client: &mut Client, name: &str) -> Result<(), Error> {
    let name = sql_script::identifier(name);
    client
        .batch_execute(&format!("DROP DATABASE IF EXISTS {name} (FORCE)"))
        .map_err(Error::sql(format!("to drop database {name}")))
}
