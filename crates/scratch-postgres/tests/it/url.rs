//! Tests with databases on the server at a URL.

use std::{fs, io::Write as _, thread, time::Duration};

use expect_test::expect;
use nix::sys::signal::{Signal, kill};
use scratch_postgres::{Choice, Database, Error, Options, Server, Url, replay};
use sql_script::Script;

use crate::{
    leaks::{child_of, command, pid, start},
    support::{eventually, options, run_folder},
};

/// A running server that demands a password from all roles but its superuser.
pub(crate) fn external_server() -> Option<(Database, Options, tempfile::TempDir)> {
    let (options, folder) = options()?;
    let database = Server::start(&options, &mut ()).unwrap().create_database().unwrap();
    let access = run_folder(&database.url()).join("data/pg_hba.conf");
    fs::write(access, "local all postgres trust\nlocal all all scram-sha-256\n").unwrap();
    let roles = "SET LOCAL password_encryption = 'scram-sha-256';
        CREATE ROLE app CREATEDB CREATEROLE LOGIN PASSWORD 's3cret';
        CREATE ROLE creator CREATEDB LOGIN PASSWORD 's3cret'; CREATE ROLE limited LOGIN PASSWORD 's3cret';";
    let mut client = database.superuser_client().unwrap();
    client.batch_execute(&format!("{roles} SELECT pg_reload_conf()")).unwrap();
    // A scratch server has no template0.
    client.batch_execute("CREATE DATABASE template0 IS_TEMPLATE true").unwrap();
    Some((database, options, folder))
}

pub(crate) fn as_role(database: &Database, role: &str, password: &str) -> Choice {
    let url = database.url().expose().replace("owner@", &format!("{role}:{password}@"));
    Choice::Url(url.parse().unwrap())
}

fn run_objects(database: &Database) -> Vec<String> {
    let query = "SELECT datname::text FROM pg_database UNION SELECT rolname FROM pg_roles";
    let rows = database.superuser_client().unwrap().query(query, &[]).unwrap();
    rows.iter().map(|row| row.get(0)).filter(|name: &String| name.starts_with("scratch_postgres_")).collect()
}

const SCRIPT: Script<'_> = Script { name: "script", sql: "CREATE TABLE t (name text COLLATE \"C\")" };

#[test]
fn creates_and_drops_its_own_database() {
    let Some((external, options, _folder)) = external_server() else { return };
    for choice in [Choice::Url(external.superuser_url()), as_role(&external, "app", "s3cret")] {
        let options = Options { choice, ..options.clone() };
        let replayed = replay(&options, &[SCRIPT], &mut ()).unwrap();
        let row =
            replayed.client().unwrap().query_one("SELECT current_user::text, current_database()::text", &[]).unwrap();
        let (user, database): (String, String) = (row.get(0), row.get(1));
        assert!(database.starts_with("scratch_postgres_"));
        assert!(user.starts_with("scratch_postgres_"), "scripts run as {user}");
        assert_eq!(run_objects(&external).len(), 2);
        let database = replayed.into_writable().unwrap();
        database.client().unwrap().batch_execute("DROP TABLE t").unwrap();
        drop(database);
        assert_eq!(run_objects(&external), [""; 0]);
    }
}

#[test]
fn the_next_run_drops_the_objects_of_killed_runs() {
    let Some((external, options, _folder)) = external_server() else { return };
    let killed = "scratch_postgres_1_00000000";
    let mut client = external.superuser_client().unwrap();
    client.batch_execute(&format!("CREATE DATABASE {killed}_1 TEMPLATE template1")).unwrap();
    client.batch_execute(&format!("CREATE ROLE {killed}")).unwrap();
    client.batch_execute("CREATE DATABASE scratch_postgres_mine TEMPLATE template1").unwrap();
    let options = Options { choice: Choice::Url(external.superuser_url()), ..options };
    let server = Server::start(&options, &mut ()).unwrap();
    let database = server.create_database().unwrap();
    Server::start(&options, &mut ()).unwrap();
    database.client().unwrap();
    drop((database, server));
    assert_eq!(run_objects(&external), ["scratch_postgres_mine"]);
}

#[test]
fn nothing_is_left_when_the_program_ends() {
    let Some((external, options, folder)) = external_server() else { return };
    let url = external.superuser_url();
    let options = Options { choice: Choice::Url(url.clone()), ..options };
    let dropped = || eventually("the database and the role are dropped", || run_objects(&external).is_empty());
    for ending in ["return", "panic", "exit"] {
        let mut program = start(ending, folder.path(), Some(&url));
        assert_eq!(run_objects(&external).len(), 2);
        writeln!(program.stdin.take().unwrap()).unwrap();
        program.wait().unwrap();
        dropped();
    }
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGQUIT, Signal::SIGHUP, Signal::SIGKILL] {
        let mut program = start("signal", folder.path(), Some(&url));
        kill(pid(program.id()), signal).unwrap();
        program.wait().unwrap();
        dropped();
    }
    let mut program = start("signal", folder.path(), Some(&url));
    kill(pid(child_of(program.id()).pid), Signal::SIGKILL).unwrap();
    program.kill().unwrap();
    program.wait().unwrap();
    // The run ends once the server notices that its clients have disconnected.
    eventually("the next run drops the objects", || {
        Server::start(&options, &mut ()).unwrap();
        run_objects(&external).is_empty()
    });
}

#[test]
fn nothing_is_left_when_the_program_is_stopped_while_it_starts() {
    let Some((external, _, folder)) = external_server() else { return };
    let Choice::Url(app) = as_role(&external, "app", "s3cret") else { unreachable!() };
    let mut client = external.superuser_client().unwrap();
    for url in [external.superuser_url(), app] {
        let signals = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGQUIT, Signal::SIGKILL];
        for (step, signal) in (0..20).zip(signals.into_iter().cycle()) {
            let mut program = command("signal", folder.path(), Some(&url)).spawn().unwrap();
            thread::sleep(Duration::from_millis(step * 15));
            kill(pid(program.id()), signal).unwrap();
            program.wait().unwrap();
            let sessions = "SELECT FROM pg_stat_activity WHERE application_name LIKE 'scratch_postgres_%'";
            eventually("the database and the role are dropped", || {
                client.query(sessions, &[]).unwrap().is_empty() && run_objects(&external).is_empty()
            });
        }
    }
}

#[test]
fn errors_do_not_show_the_password() {
    let Some((external, options, _folder)) = external_server() else { return };
    let folder = run_folder(&external.url());
    let error = |choice: Choice| {
        let error = Server::start(&Options { choice, ..options.clone() }, &mut ()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("wr0ng"));
        error.to_string().replace(folder.to_str().unwrap(), "FOLDER")
    };
    expect![[r#"Could not connect to postgresql://creator:***@/scratch?host=FOLDER: password authentication failed for user "creator" (28P01)."#]]
    .assert_eq(&error(as_role(&external, "creator", "wr0ng")));
    let nowhere: Url = "postgresql://me@/app?host=/nowhere".parse().unwrap();
    expect!["Could not connect to postgresql://me@/app?host=/nowhere: error connecting to server: No such file or directory (os error 2)."]
    .assert_eq(&error(Choice::Url(nowhere)));
    let wanted = Options { version: Some(7), choice: Choice::Url(external.superuser_url()), ..options.clone() };
    assert!(matches!(Server::start(&wanted, &mut ()), Err(Error::WrongVersion { wanted: 7, .. })));
}
