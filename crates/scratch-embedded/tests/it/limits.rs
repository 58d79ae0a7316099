//! The limits of the engine have clear errors and do not affect later sessions.

use expect_test::expect;

use crate::client::{Embedded, OWNER, program};

const OTHER_BACKENDS: &str =
    "The embedded PostgreSQL lacks some features of a full server. Use --postgres local or --postgres container.";

#[test]
fn the_error_of_a_missing_feature_names_the_other_backends() {
    let embedded = Embedded::start();
    let mut owner = embedded.owner();
    for (statement, code) in [
        ("SELECT xmlparse(DOCUMENT '<a/>')", "0A000"),
        (r#"CREATE TABLE t (name text COLLATE "de-x-icu")"#, "42704"),
        ("CREATE EXTENSION postgis", "0A000"),
    ] {
        let rejection = owner.run(statement).unwrap_err();
        assert_eq!(rejection.code, code, "{statement}");
        assert!(rejection.hint.as_deref().is_some_and(|hint| hint.ends_with(OTHER_BACKENDS)), "{rejection:?}");
    }
    for statement in ["SELECT 1/0", "SELECT", "SELECT nothing", "CREATE ROLE other"] {
        if let Err(rejection) = owner.run(statement) {
            assert_ne!(rejection.hint.as_deref(), Some(OTHER_BACKENDS), "{statement}");
        }
    }
}

#[test]
fn a_session_ends_before_its_errors_exhaust_the_stack() {
    let embedded = Embedded::start();
    let mut owner = embedded.owner();
    let mut rejections = (0..2000).map_while(|_| owner.run("SELECT 1/0").err());
    let last = rejections.find(|rejection| rejection.code != "22012").unwrap();
    assert_eq!((last.severity.as_str(), last.hint.as_deref()), ("FATAL", Some(OTHER_BACKENDS)));
    expect!["the embedded PostgreSQL allows 800 errors in a session, and this session reached the limit"]
        .assert_eq(&last.message);
    drop(rejections);
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
fn caught_errors_do_not_count() {
    let embedded = Embedded::start();
    let catch =
        "DO $$ BEGIN FOR n IN 1..2000 LOOP BEGIN PERFORM 1/0; EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END $$";
    let mut owner = embedded.owner();
    owner.run(catch).unwrap();
    assert_eq!(owner.run("SELECT 1").unwrap(), "1");
}

#[test]
fn the_data_survives_a_crash_of_the_engine() {
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
        let rejection = owner.run(statement).unwrap_err();
        assert_eq!((rejection.severity.as_str(), rejection.code.as_str()), ("FATAL", "XX000"), "{statement}");
        assert!(rejection.message.starts_with("the embedded PostgreSQL failed: "), "{rejection:?}");
        assert_eq!((rejection.message.lines().count(), rejection.hint.as_deref()), (1, Some(OTHER_BACKENDS)));
        assert!(owner.has_ended());
        assert_eq!(embedded.owner().run("SELECT down(100), n FROM t").unwrap(), "100 1");
    }
}

#[test]
fn other_versions_are_rejected() {
    let error = |arguments: &[&str]| Embedded::start_program(program().args(arguments)).map(drop).unwrap_err();
    expect![[r#"
        The embedded PostgreSQL has version 18, but version 15 was requested. Request version 18, or use --postgres local or --postgres container."#]]
    .assert_eq(&error(&["--version", "15"]));
    expect!["usage: scratch-embedded [--version 18]."].assert_eq(&error(&["--verbose"]));
    let embedded = Embedded::start_program(program().args(["--version", "18"])).unwrap();
    assert!(embedded.client(OWNER, "scratch").unwrap().run("SHOW server_version").unwrap().starts_with("18."));
}
