//! What the engine cannot do is said, and hurts nobody else.

use expect_test::expect;

use crate::client::{Embedded, OWNER, program};

const OTHERS: &str =
    "The embedded PostgreSQL lacks some of what others have. Try --postgres local or --postgres container.";

#[test]
fn what_is_missing_here_names_the_backends_that_have_it() {
    let embedded = Embedded::start();
    let mut owner = embedded.owner();
    for (statement, code) in [
        ("SELECT xmlparse(DOCUMENT '<a/>')", "0A000"),
        ("CREATE TABLE t (name text COLLATE \"de-x-icu\")", "42704"),
        ("CREATE EXTENSION postgis", "0A000"),
    ] {
        let refusal = owner.run(statement).unwrap_err();
        assert_eq!(refusal.code, code, "{statement}");
        assert!(refusal.hint.as_deref().is_some_and(|hint| hint.ends_with(OTHERS)), "{refusal:?}");
    }
    for statement in ["SELECT 1/0", "SELECT", "SELECT nothing", "CREATE ROLE other"] {
        if let Err(refusal) = owner.run(statement) {
            assert_ne!(refusal.hint.as_deref(), Some(OTHERS), "{statement}");
        }
    }
}

#[test]
fn a_session_ends_before_its_errors_do_harm() {
    let embedded = Embedded::start();
    let mut owner = embedded.owner();
    let mut refusals = (0..2000).map_while(|_| owner.run("SELECT 1/0").err());
    let last = refusals.find(|refusal| refusal.code != "22012").unwrap();
    assert_eq!((last.severity.as_str(), last.hint.as_deref()), ("FATAL", Some(OTHERS)));
    expect!["the embedded PostgreSQL takes 800 errors in a session, and they are used up"].assert_eq(&last.message);
    drop(refusals);
    assert!(owner.has_ended());
    for _ in 0..3 {
        let mut owner = embedded.owner();
        for _ in 0..350 {
            assert_eq!(owner.run("SELECT 1/0").unwrap_err().code, "22012");
        }
        assert_eq!(owner.run("SELECT 1").unwrap(), "1");
    }
}

#[test]
fn errors_that_are_caught_are_not_counted() {
    let embedded = Embedded::start();
    let catch =
        "DO $$ BEGIN FOR n IN 1..2000 LOOP BEGIN PERFORM 1/0; EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END $$";
    let mut owner = embedded.owner();
    owner.run(catch).unwrap();
    assert_eq!(owner.run("SELECT 1").unwrap(), "1");
}

#[test]
fn the_data_survives_an_engine_that_gives_up() {
    let embedded = Embedded::start();
    embedded
        .owner()
        .run(
            "CREATE TABLE t AS SELECT 1 AS n;
             CREATE FUNCTION down(n int) RETURNS int LANGUAGE plpgsql AS
                 $$ BEGIN IF n = 0 THEN RETURN 0; END IF; RETURN 1 + down(n - 1); END $$",
        )
        .unwrap();
    for statement in ["COPY t FROM STDIN", "SELECT down(100000)"] {
        let mut owner = embedded.owner();
        let refusal = owner.run(statement).unwrap_err();
        assert_eq!((refusal.severity.as_str(), refusal.code.as_str()), ("FATAL", "XX000"), "{statement}");
        assert!(refusal.message.starts_with("the embedded PostgreSQL failed: "), "{refusal:?}");
        assert_eq!((refusal.message.lines().count(), refusal.hint.as_deref()), (1, Some(OTHERS)));
        assert!(owner.has_ended());
        assert_eq!(embedded.owner().run("SELECT down(100), n FROM t").unwrap(), "100 1");
    }
}

#[test]
fn there_is_one_version() {
    let refused = |arguments: &[&str]| Embedded::of(program().args(arguments)).map(drop).unwrap_err();
    expect![[r#"
        The embedded PostgreSQL is version 18, and 15 was asked for. Ask for 18, or choose --postgres local or --postgres container."#]]
    .assert_eq(&refused(&["--version", "15"]));
    expect!["usage: scratch-embedded [--version 18]."].assert_eq(&refused(&["--verbose"]));
    let embedded = Embedded::of(program().args(["--version", "18"])).unwrap();
    assert!(embedded.client(OWNER, "scratch").unwrap().run("SHOW server_version").unwrap().starts_with("18."));
}
