//! Replays and their cache.

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
fn the_longest_known_beginning_is_taken() {
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
fn what_is_cached_is_what_was_replayed() {
    let Some((options, _cache)) = options() else { return };
    // The first time in a copy, then in the database itself.
    for cached in [0, 1] {
        let replayed = replay(&options, &[ONE], &mut ()).unwrap();
        assert_eq!(replayed.cached, cached);
        let error = replayed.client().unwrap().batch_execute("CREATE TABLE more ()").unwrap_err();
        assert_eq!(error.code().map(SqlState::code), Some("25006"), "it can only be read");
        replayed.into_writable().unwrap().run(TWO).unwrap();
    }
    let replayed = replay(&options, &[ONE], &mut ()).unwrap();
    assert_eq!((replayed.cached, tables(&replayed)), (1, vec!["one".to_owned()]));
}

#[test]
fn a_database_that_was_handed_out_is_not_cached() {
    let Some((options, _cache)) = options() else { return };
    let database = replay(&options, &[ONE], &mut ()).unwrap().into_database();
    database.client().unwrap().batch_execute("CREATE TABLE more ()").unwrap();
    drop(database);
    assert_eq!(cached(&options, &[ONE]), 0);
}

#[test]
fn a_session_that_scripts_changed_is_not_cut_in_two() {
    let Some((options, _cache)) = options() else { return };
    let elsewhere = Script { name: "elsewhere", sql: "CREATE SCHEMA s; SET search_path = s" };
    for _ in 0..2 {
        let replayed = replay(&options, &[elsewhere, ONE], &mut ()).unwrap();
        assert_eq!((replayed.cached, tables(&replayed)), (0, vec![]));
    }
    // What holds for its transaction only is gone by the next script.
    let local = Script { name: "local", sql: "SET LOCAL search_path = pg_catalog" };
    assert_eq!([cached(&options, &[local]), cached(&options, &[local])], [0, 1]);
}

#[test]
fn a_damaged_entry_is_made_anew() {
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
fn eight_at_once() {
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
        "-- Größe\nCREATE TABLE t (id int);\n\nCREATE TABEL u ();",
        expect![[r#"
            bad.sql failed at line 4: syntax error at or near "TABEL" (42601)
            Statement: CREATE TABEL u ()"#]],
    );
    check(
        "CREATE TABLE t (id int UNIQUE);\nINSERT INTO t VALUES (1);\nINSERT INTO t VALUES (1);",
        expect![[r#"
            bad.sql failed at line 3: duplicate key value violates unique constraint "t_id_key" (23505)
            Detail: Key (id)=(1) already exists.
            Statement: INSERT INTO t VALUES (1)"#]],
    );
    check(
        "CREATE TABLE t (id int);\nCREATE INDEX CONCURRENTLY ON t (id);",
        expect![[r"
            bad.sql failed at line 2: CREATE INDEX CONCURRENTLY cannot run inside a transaction block (25001)
            Statement: CREATE INDEX CONCURRENTLY ON t (id)"]],
    );
    check(
        "SELECT 1;\nDO $$ BEGIN\n  RAISE 'no; not so' USING HINT = 'Do it otherwise.';\nEND $$;",
        expect![[r"
            bad.sql failed at line 2: no; not so (P0001)
            Hint: Do it otherwise.
            Context: PL/pgSQL function inline_code_block line 2 at RAISE
            Statement: DO $$ BEGIN
              RAISE 'no; not so' USING HINT = 'Do it otherwise.';
            END $$"]],
    );
    // Found out only when the transaction ends, so it is no statement's fault.
    check(
        "CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO t VALUES (1), (1);",
        expect![[r#"
            bad.sql failed: duplicate key value violates unique constraint "t_id_key" (23505)
            Detail: Key (id)=(1) already exists."#]],
    );
    // The first statement stands, and fails when it is tried once more.
    check("BEGIN; CREATE TABLE t (); COMMIT; SELECT 1 / 0;", expect!["bad.sql failed: division by zero (22012)"]);
}

#[test]
fn a_server_that_dies_is_said_to_have_died() {
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
