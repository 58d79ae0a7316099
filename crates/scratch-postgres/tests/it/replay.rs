//! Tests of replays and their cache.

use std::{fs, thread, time::Duration};

use expect_test::{Expect, expect};
use postgres::error::SqlState;
use scratch_postgres::{Error, Observer, Options, Replayed, replay};
use sql_script::Script;

use crate::support::{options, run_folder};

const ONE: Script<'_> = Script { name: "one", sql: "CREATE TABLE one (id int)" };
const TWO: Script<'_> = Script { name: "two", sql: "CREATE TABLE two (id int); CREATE INDEX ON two (id)" };
const THREE: Script<'_> = Script { name: "three", sql: "CREATE INDEX CONCURRENTLY ON two (id)" };

fn tables(replayed: &Replayed) -> Vec<String> {
    let query = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1";
    replayed.client().unwrap().query(query, &[]).unwrap().iter().map(|row| row.get(0)).collect()
}

fn cached(options: &Options, scripts: &[Script<'_>]) -> usize {
    replay(options, scripts, &mut ()).unwrap().cached
}

#[test]
fn starts_from_the_longest_cached_prefix() {
    let Some((options, _cache)) = options() else { return };
    let replayed = replay(&options, &[ONE, TWO], &mut ()).unwrap();
    let all = ["one", "two", "two_id_idx"];
    assert_eq!((replayed.cached, replayed.took.len(), tables(&replayed)), (0, 2, all.map(String::from).into()));
    drop(replayed);
    let replayed = replay(&options, &[ONE, TWO], &mut ()).unwrap();
    assert_eq!((replayed.cached, replayed.took.len(), tables(&replayed)), (2, 0, all.map(String::from).into()));
    drop(replayed);
    assert_eq!(cached(&options, &[ONE, TWO, THREE]), 2);
    assert_eq!(cached(&options, &[ONE, TWO, THREE]), 3);
    assert_eq!(cached(&options, &[ONE, Script { name: "two", sql: "" }]), 0);
    assert_eq!(cached(&options, &[]), 0);
}

#[test]
fn later_changes_are_not_cached() {
    let Some((options, _cache)) = options() else { return };
    // The first writable database is a copy, the second one the database itself.
    for cached in [0, 1] {
        let replayed = replay(&options, &[ONE], &mut ()).unwrap();
        assert_eq!(replayed.cached, cached);
        let error = replayed.client().unwrap().batch_execute("CREATE TABLE more ()").unwrap_err();
        assert_eq!(error.code().map(SqlState::code), Some("25006"), "the connection is read-only");
        replayed.into_writable().unwrap().run(TWO).unwrap();
    }
    let replayed = replay(&options, &[ONE], &mut ()).unwrap();
    assert_eq!((replayed.cached, tables(&replayed)), (1, vec!["one".to_owned()]));
}

#[test]
fn a_database_taken_from_its_replay_is_not_cached() {
    let Some((options, _cache)) = options() else { return };
    let database = replay(&options, &[ONE], &mut ()).unwrap().into_database();
    database.client().unwrap().batch_execute("CREATE TABLE more ()").unwrap();
    drop(database);
    assert_eq!(cached(&options, &[ONE]), 0);
}

#[test]
fn a_changed_session_is_not_cached() {
    let Some((options, _cache)) = options() else { return };
    let set = Script { name: "set", sql: "CREATE SCHEMA s; SET search_path = s" };
    for _ in 0..2 {
        let replayed = replay(&options, &[set, ONE], &mut ()).unwrap();
        assert_eq!((replayed.cached, tables(&replayed)), (0, vec![]));
    }
    // SET LOCAL lasts until the end of its transaction only.
    let local = Script { name: "local", sql: "SET LOCAL search_path = pg_catalog" };
    assert_eq!([cached(&options, &[local]), cached(&options, &[local])], [0, 1]);
}

#[test]
fn a_damaged_entry_is_recreated() {
    struct Notes(Vec<String>);
    impl Observer for Notes {
        fn note(&mut self, text: &str) {
            self.0.push(text.to_owned());
        }
    }

    let Some((options, folder)) = options() else { return };
    assert_eq!(cached(&options, &[ONE]), 0);
    for entry in fs::read_dir(folder.path().join("cache")).unwrap() {
        let file = fs::File::options().write(true).open(entry.unwrap().path()).unwrap();
        file.set_len(file.metadata().unwrap().len() / 2).unwrap();
    }
    let mut notes = Notes(Vec::new());
    let replayed = replay(&options, &[ONE], &mut notes).unwrap();
    assert_eq!((replayed.cached, tables(&replayed)), (0, vec!["one".to_owned()]));
    assert_eq!(notes.0.len(), 2, "{:?}", notes.0);
    drop(replayed);
    assert_eq!(cached(&options, &[ONE]), 1);
}

#[test]
fn eight_replays_in_parallel() {
    let Some((options, _cache)) = options() else { return };
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let replayed = replay(&options, &[ONE, TWO, THREE], &mut ()).unwrap();
                assert_eq!(tables(&replayed), ["one", "two", "two_id_idx", "two_id_idx1"]);
            });
        }
    });
    assert_eq!(cached(&options, &[ONE, TWO, THREE]), 3);
}

#[test]
fn a_failure_names_the_statement_and_its_line() {
    let Some((options, _cache)) = options() else { return };
    let check = |sql: &str, expected: Expect| {
        let error = replay(&options, &[Script { name: "bad.sql", sql }], &mut ()).unwrap_err();
        expected.assert_eq(&error.to_string());
    };
    check(
        r"-- Größe
CREATE TABLE t (id int);

CREATE TABEL u ();",
        expect![[r#"
            bad.sql failed at line 4: syntax error at or near "TABEL" (42601)
            Statement: CREATE TABEL u ()"#]],
    );
    check(
        r"CREATE TABLE t (id int UNIQUE);
INSERT INTO t VALUES (1);
INSERT INTO t VALUES (1);",
        expect![[r#"
            bad.sql failed at line 3: duplicate key value violates unique constraint "t_id_key" (23505)
            Detail: Key (id)=(1) already exists.
            Statement: INSERT INTO t VALUES (1)"#]],
    );
    check(
        r"CREATE TABLE t (id int);
CREATE INDEX CONCURRENTLY ON t (id);",
        expect![[r"
            bad.sql failed at line 2: CREATE INDEX CONCURRENTLY cannot run inside a transaction block (25001)
            Statement: CREATE INDEX CONCURRENTLY ON t (id)"]],
    );
    check(
        r"SELECT 1;
DO $$ BEGIN
  RAISE 'first; second' USING HINT = 'Try something else.';
END $$;",
        expect![[r"
            bad.sql failed at line 2: first; second (P0001)
            Hint: Try something else.
            Context: PL/pgSQL function inline_code_block line 2 at RAISE
            Statement: DO $$ BEGIN
              RAISE 'first; second' USING HINT = 'Try something else.';
            END $$"]],
    );
    // PostgreSQL checks the constraint at the commit, so no statement has failed.
    check(
        r"CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);
INSERT INTO t VALUES (1), (1);",
        expect![[r#"
            bad.sql failed: duplicate key value violates unique constraint "t_id_key" (23505)
            Detail: Key (id)=(1) already exists."#]],
    );
    // The first statement is committed, so the second run fails with another error.
    check("BEGIN; CREATE TABLE t (); COMMIT; SELECT 1 / 0;", expect!["bad.sql failed: division by zero (22012)"]);
}

#[test]
fn reports_a_server_that_ends_during_a_script() {
    struct Killer;
    impl Observer for Killer {
        fn script_starts(&mut self, name: &str) {
            let pid = name.parse().map(nix::unistd::Pid::from_raw).unwrap();
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(100));
                nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGQUIT).unwrap();
            });
        }
    }

    let Some((options, _cache)) = options() else { return };
    let database = replay(&options, &[], &mut ()).unwrap().into_database();
    let pid = fs::read_to_string(run_folder(&database.url()).join("data/postmaster.pid")).unwrap();
    let name = pid.lines().next().unwrap();
    Killer.script_starts(name);
    let error = database.run(Script { name, sql: "SELECT pg_sleep(60)" }).unwrap_err();
    assert!(
        matches!(&error, Error::Died { log, .. } if log.contains("received immediate shutdown request")),
        "{error}"
    );
}
