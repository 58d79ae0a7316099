//! SQL that runs as somebody else than the superuser stays that.

use crate::client::{Client, Embedded, SUPERUSER};

const WHO: &str = "SELECT session_user, current_user, current_setting('is_superuser')";

/// Each of these is refused.
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
fn an_owner_finds_no_way_back_to_the_superuser() {
    let embedded = Embedded::start();
    let mut owner = embedded.owner();
    assert_eq!(owner.run(WHO).unwrap(), "owner owner off");
    for statement in FORBIDDEN {
        let refusal = owner.run(statement).expect_err(statement);
        assert!(["42501", "0A000"].contains(&refusal.code.as_str()), "{statement}: {refusal:?}");
        _ = owner.run("ROLLBACK");
        assert_eq!(owner.run(WHO).unwrap(), "owner owner off", "{statement}");
    }
}

#[test]
fn resetting_the_session_changes_nobody() {
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
        assert_eq!(owner.run(WHO).unwrap(), "owner owner off", "{statement}");
    }
    assert_eq!(owner.run("SELECT back()").unwrap(), "owner");
}

#[test]
fn an_extension_is_created_in_the_superusers_name_and_nothing_else_is() {
    let embedded = Embedded::start();
    let mut owner = embedded.owner();
    let escape = "SET SESSION AUTHORIZATION postgres";
    for statement in [
        "CREATE EXTENSION pgcrypto",
        "CREATE EXTENSION IF NOT EXISTS pgcrypto",
        "ALTER EXTENSION pgcrypto UPDATE",
        "DROP EXTENSION pgcrypto",
        // What fails halfway, or is undone, leaves no superuser either.
        "DO $$ BEGIN CREATE EXTENSION postgis; EXCEPTION WHEN OTHERS THEN NULL; END $$",
        "BEGIN; CREATE EXTENSION citext; ROLLBACK",
        "BEGIN; SAVEPOINT s; CREATE EXTENSION citext; ROLLBACK TO s; COMMIT",
    ] {
        owner.run(statement).unwrap();
        assert_eq!(refused(&mut owner, escape), "42501", "{statement}");
    }
    for statement in [
        "CREATE EXTENSION citext; SET SESSION AUTHORIZATION postgres",
        "BEGIN; CREATE EXTENSION citext; SET SESSION AUTHORIZATION postgres",
        "DO $$ BEGIN CREATE EXTENSION citext; SET SESSION AUTHORIZATION postgres; END $$",
    ] {
        assert_eq!(refused(&mut owner, statement), "42501", "{statement}");
        _ = owner.run("ROLLBACK");
    }
    owner.run("CREATE EXTENSION citext; CREATE TABLE t (name citext UNIQUE); INSERT INTO t VALUES ('A')").unwrap();
    assert_eq!(refused(&mut owner, "INSERT INTO t VALUES ('a')"), "23505");
}

#[test]
fn a_superuser_stays_one() {
    let embedded = Embedded::start();
    embedded.owner().run("SELECT 1").unwrap();
    let mut superuser = embedded.superuser();
    assert_eq!(superuser.run(WHO).unwrap(), "postgres postgres on");
    superuser.run("CREATE EXTENSION pgcrypto; CREATE ROLE other SUPERUSER LOGIN").unwrap();
    assert_eq!(superuser.run(WHO).unwrap(), "postgres postgres on");
    drop(superuser);
    assert_eq!(embedded.client("other", "scratch").unwrap().run(WHO).unwrap(), "other other on");
    assert_eq!(embedded.owner().run(WHO).unwrap(), "owner owner off");
}

#[test]
fn what_an_owner_leaves_behind_does_not_catch_the_superuser() {
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
    assert_eq!(embedded.superuser().run(WHO).unwrap(), "postgres postgres on");
    assert_eq!(embedded.owner().run(WHO).unwrap(), "owner owner off");
}

#[test]
fn a_role_must_be_there_and_may_have_to_stay_out() {
    let embedded = Embedded::start();
    for (role, message) in [
        ("nobody", "role \"nobody\" does not exist"),
        ("pg_monitor", "role \"pg_monitor\" is not permitted to log in"),
        ("scratch_keeper", "role \"scratch_keeper\" is not permitted to log in"),
        ("a\"; SELECT 1; --", "role \"a\"; SELECT 1; --\" does not exist"),
    ] {
        let refusal = embedded.client(role, "scratch").map(drop).unwrap_err();
        assert_eq!((refusal.severity.as_str(), refusal.code.as_str()), ("FATAL", "28000"));
        assert_eq!(refusal.message, message);
    }
    assert_eq!(embedded.client(SUPERUSER, "scratch").unwrap().run("SELECT 1").unwrap(), "1");
}

fn refused(client: &mut Client, sql: &str) -> String {
    client.run(sql).expect_err(sql).code
}
