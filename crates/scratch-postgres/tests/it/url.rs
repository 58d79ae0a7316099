//! Databases on a server that somebody else started.

use std::{fs, io::Write as _};

use expect_test::expect;
use nix::sys::signal::{Signal, kill};
use scratch_postgres::{Choice, Database, Error, Options, Server, Url, doctor, replay};
use sql_script::Script;

use crate::{
    leaks::{child_of, pid, start},
    support::{eventually, options, run_folder},
};

/// Somebody's server, which asks everybody but its superuser for a password.
fn somebodys() -> Option<(Database, Options, tempfile::TempDir)> {
    let (options, folder) = options()?;
    let database = Server::start(&options, &mut ()).unwrap().create_database().unwrap();
    let access = run_folder(&database.url()).join("data/pg_hba.conf");
    fs::write(access, "local all postgres trust\nlocal all all scram-sha-256\n").unwrap();
    let roles = "SET LOCAL password_encryption = 'scram-sha-256';
        CREATE ROLE maker CREATEDB LOGIN PASSWORD 's3cret'; CREATE ROLE nobody LOGIN PASSWORD 's3cret';";
    let mut client = database.superuser_client().unwrap();
    client.batch_execute(&format!("{roles} SELECT pg_reload_conf()")).unwrap();
    // A server of our own goes without this one.
    client.batch_execute("CREATE DATABASE template0 IS_TEMPLATE true").unwrap();
    Some((database, options, folder))
}

fn as_role(database: &Database, role: &str, password: &str) -> Choice {
    let url = database.url().expose().replace("owner@", &format!("{role}:{password}@"));
    Choice::Url(url.parse().unwrap())
}

fn names(database: &Database) -> Vec<String> {
    let query = "SELECT datname::text FROM pg_database UNION SELECT rolname FROM pg_roles";
    let rows = database.superuser_client().unwrap().query(query, &[]).unwrap();
    rows.iter().map(|row| row.get(0)).filter(|name: &String| name.starts_with("scratch_postgres_")).collect()
}

const SCRIPT: Script<'_> = Script { name: "script", sql: "CREATE TABLE t (name text COLLATE \"C\")" };

#[test]
fn a_database_of_its_own_is_made_and_dropped() {
    let Some((somebodys, options, _folder)) = somebodys() else { return };
    let choices = [Choice::Url(somebodys.superuser_url()), as_role(&somebodys, "maker", "s3cret")];
    for (choice, is_superuser) in choices.into_iter().zip([true, false]) {
        let options = Options { choice, ..options.clone() };
        let replayed = replay(&options, &[SCRIPT], &mut ()).unwrap();
        let row =
            replayed.client().unwrap().query_one("SELECT current_user::text, current_database()::text", &[]).unwrap();
        let (user, database): (String, String) = (row.get(0), row.get(1));
        assert!(database.starts_with("scratch_postgres_"));
        assert_eq!(user.starts_with("scratch_postgres_"), is_superuser, "scripts run as {user}");
        assert_eq!(names(&somebodys).len(), if is_superuser { 2 } else { 1 });
        let proof = replayed.into_writable().unwrap();
        proof.client().unwrap().batch_execute("DROP TABLE t").unwrap();
        drop(proof);
        assert_eq!(names(&somebodys), [""; 0]);
    }
}

#[test]
fn what_killed_runs_left_is_dropped_by_the_next() {
    let Some((somebodys, options, _folder)) = somebodys() else { return };
    let dead = "scratch_postgres_1_00000000";
    let mut client = somebodys.superuser_client().unwrap();
    client.batch_execute(&format!("CREATE DATABASE {dead}_1 TEMPLATE template1")).unwrap();
    client.batch_execute(&format!("CREATE ROLE {dead}")).unwrap();
    client.batch_execute("CREATE DATABASE scratch_postgres_mine TEMPLATE template1").unwrap();
    let options = Options { choice: Choice::Url(somebodys.superuser_url()), ..options };
    let living = Server::start(&options, &mut ()).unwrap();
    let database = living.create_database().unwrap();
    assert_eq!(doctor::sweep_server(&somebodys.superuser_url()).unwrap(), [""; 0]);
    database.client().unwrap();
    drop((database, living));
    assert_eq!(names(&somebodys), ["scratch_postgres_mine"]);
}

#[test]
fn nothing_is_left_however_the_program_ends() {
    let Some((somebodys, _, folder)) = somebodys() else { return };
    let url = somebodys.superuser_url();
    let gone = || eventually("the database and the role are gone", || names(&somebodys).is_empty());
    for ending in ["return", "panic", "exit"] {
        let mut program = start(ending, folder.path(), Some(&url));
        assert_eq!(names(&somebodys).len(), 2);
        writeln!(program.stdin.take().unwrap()).unwrap();
        program.wait().unwrap();
        gone();
    }
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGQUIT, Signal::SIGHUP, Signal::SIGKILL] {
        let mut program = start("signal", folder.path(), Some(&url));
        kill(pid(program.id()), signal).unwrap();
        program.wait().unwrap();
        gone();
    }
    let mut program = start("signal", folder.path(), Some(&url));
    kill(pid(child_of(program.id()).pid), Signal::SIGKILL).unwrap();
    program.kill().unwrap();
    program.wait().unwrap();
    // The server takes a moment to see that its clients are gone, and only then is the run over.
    eventually("the next run dropped what was left", || {
        doctor::sweep_server(&url).unwrap();
        names(&somebodys).is_empty()
    });
}

#[test]
fn what_does_not_work_is_said_without_the_password() {
    let Some((somebodys, options, _folder)) = somebodys() else { return };
    let folder = run_folder(&somebodys.url());
    let error = |choice: Choice| {
        let error = Server::start(&Options { choice, ..options.clone() }, &mut ()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("wr0ng"));
        error.to_string().replace(folder.to_str().unwrap(), "FOLDER")
    };
    expect![[r#"Could not connect to postgresql://maker:***@/scratch?host=FOLDER: password authentication failed for user "maker" (28P01)."#]]
    .assert_eq(&error(as_role(&somebodys, "maker", "wr0ng")));
    expect![[r#"The role "nobody" cannot create databases, and scripts only run in databases created for them."#]]
        .assert_eq(&error(as_role(&somebodys, "nobody", "s3cret")));
    let nowhere: Url = "postgresql://me@/app?host=/nowhere".parse().unwrap();
    expect!["Could not connect to postgresql://me@/app?host=/nowhere: error connecting to server: No such file or directory (os error 2)."]
    .assert_eq(&error(Choice::Url(nowhere)));
    let wanted = Options { version: Some(7), choice: Choice::Url(somebodys.superuser_url()), ..options.clone() };
    assert!(matches!(Server::start(&wanted, &mut ()), Err(Error::WrongVersion { wanted: 7, .. })));
}
