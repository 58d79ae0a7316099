//! Clients one after the other.

use std::{
    io::{Read as _, Write as _},
    thread,
    time::Duration,
};

use crate::{
    client::{Client, DATABASE, Embedded, OWNER, SUPERUSER},
    pg_protocol,
};

#[test]
fn the_server_has_a_prepared_database_and_its_owner() {
    let embedded = Embedded::start();
    let prepared = embedded.server.prepared.clone().unwrap();
    assert_eq!((prepared.database.as_str(), prepared.owner.as_str()), (DATABASE, OWNER));
    assert!(embedded.server.takes_one_connection);
    let mut owner = embedded.owner();
    assert_eq!(owner.run("SHOW server_version").unwrap(), prepared.version);
    assert_eq!(owner.run("SHOW search_path").unwrap(), r#""$user", public"#);
    assert_eq!(owner.run("SELECT 'sorted', 'Sorted' < 'sorted', count(*) FROM pg_database").unwrap(), "sorted t 2");
}

#[test]
fn a_client_waits_for_the_end_of_the_previous_session() {
    let embedded = Embedded::start();
    let mut first = embedded.owner();
    let second = thread::scope(|scope| {
        let second = scope.spawn(|| embedded.owner().run("SELECT * FROM t"));
        thread::sleep(Duration::from_millis(100));
        first.run("CREATE TABLE t AS SELECT 1").unwrap();
        drop(first);
        second.join().unwrap()
    });
    assert_eq!(second.unwrap(), "1");
}

#[test]
fn waiting_for_a_session_times_out() {
    let embedded = Embedded::start();
    let mut first = embedded.owner();
    let rejection = embedded.client(OWNER, DATABASE).map(drop).unwrap_err();
    assert_eq!((rejection.severity.as_str(), rejection.code.as_str()), ("FATAL", "53300"));
    assert_eq!(
        rejection.message,
        "the embedded PostgreSQL serves one connection at a time, and another connection has been open for 10 s"
    );
    assert_eq!(first.run("SELECT 1").unwrap(), "1");
}

#[test]
fn a_session_leaves_no_state_to_the_next() {
    let embedded = Embedded::start();
    let mut first = embedded.owner();
    first.run("CREATE TABLE kept (); CREATE TEMPORARY TABLE lost (); PREPARE p AS SELECT 1").unwrap();
    first.run("SET search_path = x; BEGIN; CREATE TABLE public.never_committed ()").unwrap();
    drop(first);
    let mut second = embedded.owner();
    assert_eq!(second.run("SHOW search_path").unwrap(), r#""$user", public"#);
    assert_eq!(second.run("SELECT relname FROM pg_class WHERE relkind = 'r' AND oid >= 16384").unwrap(), "kept");
    assert_eq!(second.run("SELECT * FROM pg_prepared_statements").unwrap(), "");
}

#[test]
fn each_connection_chooses_its_database() {
    let embedded = Embedded::start();
    embedded.owner().run("CREATE TABLE here ()").unwrap();
    embedded.client(SUPERUSER, "template1").unwrap().run("CREATE DATABASE other OWNER owner").unwrap();
    let tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND oid >= 16384";
    let mut other = embedded.client(OWNER, "other").unwrap();
    assert_eq!(other.run(tables).unwrap(), "");
    other.run("CREATE TABLE there ()").unwrap();
    drop(other);
    assert_eq!(embedded.owner().run(tables).unwrap(), "here");
    assert_eq!(embedded.client(OWNER, "other").unwrap().run(tables).unwrap(), "there");
    embedded.client(SUPERUSER, "template1").unwrap().run("DROP DATABASE other (FORCE)").unwrap();
    for missing in ["other", "never"] {
        let rejection = embedded.client(OWNER, missing).map(drop).unwrap_err();
        assert_eq!((rejection.severity.as_str(), rejection.code.as_str()), ("FATAL", "3D000"), "{missing}");
    }
    assert_eq!(embedded.owner().run(tables).unwrap(), "here");
}

#[test]
fn a_client_can_set_parameters_in_its_startup_packet() {
    let embedded = Embedded::start();
    let mut parameters =
        vec![("user", OWNER), ("database", DATABASE), ("application_name", "it's me"), ("TimeZone", "CET")];
    for _ in 0..2 {
        let mut client = Client::open(embedded.stream(), &parameters).unwrap();
        assert_eq!(client.run("SHOW application_name").unwrap() + &client.run("SHOW timezone").unwrap(), "it's meCET");
    }
    assert_eq!(embedded.owner().run("SHOW timezone").unwrap(), "UTC");
    parameters.push(("no_such_thing", "1"));
    let rejection = Client::open(embedded.stream(), &parameters).map(drop).unwrap_err();
    assert_eq!((rejection.severity.as_str(), rejection.code.as_str()), ("FATAL", "42704"));
}

#[test]
fn extended_queries_pass_parameters() {
    let embedded = Embedded::start();
    let mut owner = embedded.owner();
    let parse = pg_protocol::encode(b'P', b"\0SELECT $1::int + 1\0\0\0");
    let bind = pg_protocol::encode(b'B', b"\0\0\0\0\0\x01\0\0\0\x0241\0\0");
    let execute = pg_protocol::encode(b'E', b"\0\0\0\0\0");
    let sync = pg_protocol::encode(b'S', b"");
    assert_eq!(owner.send(&[parse.clone(), bind, execute.clone(), sync.clone()].concat()).unwrap(), "42");
    // After an error the server ignores all messages up to the next Sync.
    let wrong = pg_protocol::encode(b'B', b"\0\0\0\0\0\x01\0\0\0\x01x\0\0");
    assert_eq!(owner.send(&[parse, wrong, execute, sync].concat()).unwrap_err().code, "22P02");
    assert_eq!(owner.run("SELECT 1").unwrap(), "1");
}

#[test]
fn encryption_is_declined_and_a_cancel_request_is_ignored() {
    let embedded = Embedded::start();
    let mut stream = embedded.stream();
    let mut answer = [0];
    for request in [80_877_103_u32, 80_877_104] {
        stream.write_all(&[8_u32.to_be_bytes(), request.to_be_bytes()].concat()).unwrap();
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"N");
    }
    Client::open(stream, &[("user", OWNER), ("database", DATABASE)]).unwrap().run("SELECT 1").unwrap();

    let mut stream = embedded.stream();
    stream.write_all(&[16_u32, 80_877_102, 1, 2].map(u32::to_be_bytes).concat()).unwrap();
    assert_eq!(stream.read(&mut answer).unwrap(), 0);
}
