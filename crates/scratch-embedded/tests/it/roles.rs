//! A session without superuser rights cannot get them.

use crate::client::{Client, Embedded, SUPERUSER};

const CURRENT_ROLE: &str = "SELECT session_user, current_user, current_setting('is_superuser')";

/// Statements that the server must reject.
const FORBIDDEN: [&str; 30] = [
    "SET SESSION AUTHORIZATION postgres",
    "SET SESSION AUTHORIZATION scratch_keeper",
    "SET SESSION AUTHORIZATION pg_execute_server_program",
    "SET ROLE postgres",
    "SET ROLE scratch_keeper",
    "SELECT set_config('session_authorization', 'postgres', false)",
    "DO $$ BEGIN EXECUTE 'SET SESSION AUTHORIZATION ' || 'postgres'; END $$",
    "DO $$ BEGIN RESET SESSION AUTHORIZATION; SET SESSION AUTHORIZATION postgres; END $$",
    "CREATE FUNCTION escape() RETURNS text LANGUAGE sql SET session_authorization = 'postgres' AS 'SELECT current_user'",
    "BEGIN; SET LOCAL SESSION AUTHORIZATION postgres; COMMIT",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "COPY (SELECT 1) TO '/tmp/escape'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT * FROM pg_authid",
    "UPDATE pg_authid SET rolsuper = true",
    "SELECT pg_catalog.scratch_unlock()",
    "ALTER FUNCTION pg_catalog.scratch_unlock() OWNER TO owner",
    "CREATE OR REPLACE FUNCTION pg_catalog.scratch_lock() RETURNS void LANGUAGE sql AS ''",
    "DROP EVENT TRIGGER scratch_lock",
    "SET event_triggers = off",
    "SET session_replication_role = replica",
    "ALTER SYSTEM SET event_triggers = off",
    "ALTER ROLE owner SUPERUSER",
    "CREATE ROLE other SUPERUSER",
    "GRANT postgres TO owner",
    "GRANT scratch_keeper TO owner",
    "CREATE EXTENSION pageinspect",
    "DROP OWNED BY scratch_keeper",
];

#[test]
fn an_owner_cannot_become_the_superuser() {
    let embedded = Embedded::start();
    let mut owner = embedded.owner();
    assert_eq!(owner.run(CURRENT_ROLE).unwrap(), "owner owner off");
    for statement in FORBIDDEN {
        let rejection = owner.run(statement).expect_err(statement);
        assert!(["42501", "0A000"].contains(&rejection.code.as_str()), "{statement}: {rejection:?}");
        _ = owner.run("ROLLBACK");
        assert_eq!(owner.run(CURRENT_ROLE).unwrap(), "owner owner off", "{statement}");
    }
}

#[test]
fn resetting_the_session_does_not_change_the_role() {
    let embedded = Embedded::start();
    let mut owner = embedded.owner();
    for statement in [
        "RESET SESSION AUTHORIZATION",
        "SET SESSION AUTHORIZATION DEFAULT",
        "DISCARD ALL",
        "RESET ALL",
        "SET ROLE NONE",
        "BEGIN; SET LOCAL SESSION AUTHORIZATION DEFAULT; ROLLBACK",
        "DO $$ BEGIN RESET SESSION AUTHORIZATION; ASSERT session_user = 'owner'; END $$",
        "CREATE FUNCTION back() RETURNS text LANGUAGE plpgsql AS
             $$ BEGIN RESET SESSION AUTHORIZATION; RETURN session_user; END $$",
        "SELECT back()",
    ] {
        owner.run(statement).unwrap();
        assert_eq!(owner.run(CURRENT_ROLE).unwrap(), "owner owner off", "{statement}");
    }
    assert_eq!(owner.run("SELECT back()").unwrap(), "owner");
}

#[test]
fn only_an_extension_is_created_as_the_superuser() {
    let embedded = Embedded::start();
    let mut owner = embedded.owner();
    let escape = "SET SESSION AUTHORIZATION postgres";
    for statement in [
        "CREATE EXTENSION pgcrypto",
        "CREATE EXTENSION IF NOT EXISTS pgcrypto",
        "ALTER EXTENSION pgcrypto UPDATE",
        "DROP EXTENSION pgcrypto",
        // Failed and rolled-back statements must not leave superuser rights either.
        "DO $$ BEGIN CREATE EXTENSION postgis; EXCEPTION WHEN OTHERS THEN NULL; END $$",
        "BEGIN; CREATE EXTENSION citext; ROLLBACK",
        "BEGIN; SAVEPOINT s; CREATE EXTENSION citext; ROLLBACK TO s; COMMIT",
    ] {
        owner.run(statement).unwrap();
        assert_eq!(rejection_code(&mut owner, escape), "42501", "{statement}");
    }
    for statement in [
        "CREATE EXTENSION citext; SET SESSION AUTHORIZATION postgres",
        "BEGIN; CREATE EXTENSION citext; SET SESSION AUTHORIZATION postgres",
        "DO $$ BEGIN CREATE EXTENSION citext; SET SESSION AUTHORIZATION postgres; END $$",
    ] {
        assert_eq!(rejection_code(&mut owner, statement), "42501", "{statement}");
        _ = owner.run("ROLLBACK");
    }
    owner.run("CREATE EXTENSION citext; CREATE TABLE t (name citext UNIQUE); INSERT INTO t VALUES ('A')").unwrap();
    assert_eq!(rejection_code(&mut owner, "INSERT INTO t VALUES ('a')"), "23505");
}

#[test]
fn a_superuser_keeps_its_rights() {
    let embedded = Embedded::start();
    embedded.owner().run("SELECT 1").unwrap();
    let mut superuser = embedded.superuser();
    assert_eq!(superuser.run(CURRENT_ROLE).unwrap(), "postgres postgres on");
    superuser.run("CREATE EXTENSION pgcrypto; CREATE ROLE other SUPERUSER LOGIN").unwrap();
    assert_eq!(superuser.run(CURRENT_ROLE).unwrap(), "postgres postgres on");
    drop(superuser);
    assert_eq!(embedded.client("other", "scratch").unwrap().run(CURRENT_ROLE).unwrap(), "other other on");
    assert_eq!(embedded.owner().run(CURRENT_ROLE).unwrap(), "owner owner off");
}

#[test]
fn an_owners_objects_do_not_run_as_the_superuser() {
    let embedded = Embedded::start();
    embedded
        .owner()
        .run(
            "CREATE FUNCTION trap(name, name) RETURNS boolean LANGUAGE plpgsql AS
                 $$ BEGIN RAISE 'trapped as %', current_user; END $$;
             CREATE OPERATOR = (LEFTARG = name, RIGHTARG = name, FUNCTION = trap);
             CREATE FUNCTION scratch_unlock() RETURNS void LANGUAGE plpgsql AS
                 $$ BEGIN RAISE 'trapped as %', current_user; END $$;
             ALTER DATABASE scratch SET search_path = public, pg_catalog;
             ALTER DATABASE scratch SET role = owner",
        )
        .unwrap();
    assert_eq!(embedded.superuser().run(CURRENT_ROLE).unwrap(), "postgres postgres on");
    assert_eq!(embedded.owner().run(CURRENT_ROLE).unwrap(), "owner owner off");
}

#[test]
fn a_role_must_exist_and_be_allowed_to_log_in() {
    let embedded = Embedded::start();
    for (role, message) in [
        ("nobody", r#"role "nobody" does not exist"#),
        ("pg_monitor", r#"role "pg_monitor" is not permitted to log in"#),
        ("scratch_keeper", r#"role "scratch_keeper" is not permitted to log in"#),
        (r#"a"; SELECT 1; --"#, r#"role "a"; SELECT 1; --" does not exist"#),
    ] {
        let rejection = embedded.client(role, "scratch").map(drop).unwrap_err();
        assert_eq!((rejection.severity.as_str(), rejection.code.as_str()), ("FATAL", "28000"));
        assert_eq!(rejection.message, message);
    }
    assert_eq!(embedded.client(SUPERUSER, "scratch").unwrap().run("SELECT 1").unwrap(), "1");
}

fn rejection_code(client: &mut Client, sql: &str) -> String {
    client.run(sql).expect_err(sql).code
}
