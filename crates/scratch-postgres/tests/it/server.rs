//! Tests of servers and databases.

use postgres::error::SqlState;
use scratch_postgres::{Error, Options, Server, doctor};

use crate::support::{options, run_folder};

#[test]
fn databases_are_isolated() {
    let Some((options, _cache)) = options() else { return };
    let server = Server::start(&options, &mut ()).unwrap();
    let (first, second) = (server.create_database().unwrap(), server.create_database().unwrap());
    first.client().unwrap().batch_execute("CREATE TABLE t (id int)").unwrap();
    second.client().unwrap().batch_execute("CREATE TABLE t (id int)").unwrap();
    let copy = first.copy().unwrap();
    copy.client().unwrap().batch_execute("INSERT INTO t VALUES (1)").unwrap();
    assert_eq!(copy.client().unwrap().query("SELECT FROM t", &[]).unwrap().len(), 1);
    assert_eq!(first.client().unwrap().query("SELECT FROM t", &[]).unwrap().len(), 0);
    let name = second.name().to_owned();
    drop(second);
    let rows = first.client().unwrap().query("SELECT FROM pg_database WHERE datname = $1", &[&name]).unwrap();
    assert_eq!(rows.len(), 0, "dropping the handle drops the database");
}

#[test]
fn threads_share_a_server() {
    let Some((options, _cache)) = options() else { return };
    let server = Server::start(&options, &mut ()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let database = server.create_database().unwrap();
                database.client().unwrap().batch_execute("CREATE TABLE t ()").unwrap();
            });
        }
    });
}

#[test]
fn the_server_runs_until_its_last_database_is_dropped() {
    let Some((options, _cache)) = options() else { return };
    let server = Server::start(&options, &mut ()).unwrap();
    let database = server.create_database().unwrap();
    drop(server);
    database.client().unwrap();
    let folder = run_folder(&database.url());
    assert!(folder.exists());
    drop(database);
    assert!(!folder.exists());
}

#[test]
fn before_version_15_public_also_belongs_to_the_owner() {
    for version in 13..=15 {
        let Some((options, _cache)) = options() else { return };
        let server = match Server::start(&Options { version: Some(version), ..options }, &mut ()) {
            Err(error @ Error::NotInstalled { .. }) => {
                println!("skipped: {error}");
                continue;
            }
            server => server.unwrap(),
        };
        // The first is the initial database, the second a new one.
        for database in [server.create_database().unwrap(), server.create_database().unwrap()] {
            database.client().unwrap().batch_execute("ALTER SCHEMA public RENAME TO renamed").unwrap();
        }
    }
}

#[test]
fn the_owner_cannot_access_the_machine() {
    let Some((options, _cache)) = options() else { return };
    let database = Server::start(&options, &mut ()).unwrap().create_database().unwrap();
    for statement in [
        "COPY (SELECT 1) TO PROGRAM 'cat >/dev/null'",
        "SELECT pg_read_file('/etc/passwd')",
        "CREATE ROLE other",
        "CREATE DATABASE other",
    ] {
        let error = database.client().unwrap().batch_execute(statement).unwrap_err();
        assert_eq!(error.code().map(SqlState::code), Some("42501"), "{statement}");
        database.superuser_client().unwrap().batch_execute(statement).unwrap();
    }
}

#[test]
fn a_missing_version_names_the_installed_ones() {
    let Some((options, _cache)) = options() else { return };
    let error = Server::start(&Options { version: Some(7), ..options }, &mut ()).unwrap_err();
    assert!(matches!(&error, Error::NotInstalled { wanted: Some(7), found, .. } if !found.is_empty()), "{error}");
}

#[test]
fn a_server_starts_without_a_cache() {
    let Some((options, cache)) = options() else { return };
    let file = cache.path().join("file");
    std::fs::write(&file, "").unwrap();
    let options = Options { cache: Some(file.join("cache")), ..options };
    Server::start(&options, &mut ()).unwrap().create_database().unwrap().client().unwrap();
}

#[test]
fn the_doctor_reports_the_used_installation_and_cache() {
    let Some((options, cache)) = options() else { return };
    let server = Server::start(&options, &mut ()).unwrap();
    let report = doctor::report(&options).unwrap();
    assert_eq!(report.local.unwrap().to_string(), server.describe());
    let (folder, usage) = report.cache.unwrap();
    assert_eq!((folder, usage.entries), (cache.path().join("cache"), 1));
    let folder = run_folder(&server.create_database().unwrap().url());
    assert!(!report.left_over.contains(&folder), "the folder is in use");
}
