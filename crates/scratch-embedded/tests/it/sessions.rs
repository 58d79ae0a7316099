//! One client after the other.

use std::{
    io::{Read as _, Write as _},
    thread,
    time::Duration,
};

use crate::{
    client::{Client, DATABASE, Embedded, OWNER, SUPERUSER},
    wire,
};

#[test]
fn a_server_comes_with_a_database_and_its_owner() {
    let embedded = Embedded::start();
    let prepared = embedded.server.prepared.clone().unwrap();
    assert_eq!((prepared.database.as_str(), prepared.owner.as_str()), (DATABASE, OWNER));
    assert!(embedded.server.takes_one_connection);
    let mut owner = embedded.owner();
    assert_eq!(owner.run("SHOW server_version").unwrap(), prepared.version);
    assert_eq!(owner.run("SHOW search_path").unwrap(), "\"$user\", public");
    assert_eq!(owner.run("SELECT 'sorted', 'Sorted' < 'sorted', count(*) FROM pg_database").unwrap(), "sorted t 2");
}

#[test]
fn a_client_waits_for_the_one_before() {
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
fn a_client_does_not_wait_for_ever() {
    let embedded = Embedded::start();
    let mut first = embedded.owner();
    let refusal = embedded.client(OWNER, DATABASE).map(drop).unwrap_err();
    assert_eq!((refusal.severity.as_str(), refusal.code.as_str()), ("FATAL", "53300"));
    assert_eq!(
        refusal.message,
        "the embedded PostgreSQL serves one connection at a time, and another one has been open for 10 s"
    );
    assert_eq!(first.run("SELECT 1").unwrap(), "1");
}

#[test]
fn nothing_of_a_session_is_left_to_the_next() {
    let embedded = Embedded::start();
    let mut first = embedded.owner();
    first.run("CREATE TABLE kept (); CREATE TEMPORARY TABLE lost (); PREPARE p AS SELECT 1").unwrap();
    first.run("SET search_path = x; BEGIN; CREATE TABLE public.never_committed ()").unwrap();
    drop(first);
    let mut second = embedded.owner();
    assert_eq!(second.run("SHOW search_path").unwrap(), "\"$user\", public");
    assert_eq!(second.run("SELECT relname FROM pg_class WHERE relkind = 'r' AND oid >= 16384").unwrap(), "kept");
    assert_eq!(second.run("SELECT * FROM pg_prepared_statements").unwrap(), "");
}

#[test]
fn each_connection_names_its_database() {
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
    for gone in ["other", "never"] {
        let refusal = embedded.client(OWNER, gone).map(drop).unwrap_err();
        assert_eq!((refusal.severity.as_str(), refusal.code.as_str()), ("FATAL", "3D000"), "{gone}");
    }
    assert_eq!(embedded.owner().run(tables).unwrap(), "here");
}

#[test]
fn a_client_can_say_how_it_wants_its_session() {
    let embedded = Embedded::start();
    let mut parameters =
        vec![("user", OWNER), ("database", DATABASE), ("application_name", "it's me"), ("TimeZone", "CET")];
    for _ in 0..2 {
        let mut client = Client::open(embedded.stream(), &parameters).unwrap();
        assert_eq!(client.run("SHOW application_name").unwrap() + &client.run("SHOW timezone").unwrap(), "it's meCET");
    }
    assert_eq!(embedded.owner().run("SHOW timezone").unwrap(), "UTC");
    parameters.push(("no_such_thing", "1"));
    let refusal = Client::open(embedded.stream(), &parameters).map(drop).unwrap_err();
    assert_eq!((refusal.severity.as_str(), refusal.code.as_str()), ("FATAL", "42704"));
}

#[test]
fn parameters_of_statements_are_passed_on() {
    let embedded = Embedded::start();
    let mut owner = embedded.owner();
    let parse = wire::message(b'P', b"\0SELECT $1::int + 1\0\0\0");
    let bind = wire::message(b'B', b"\0\0\0\0\0\x01\0\0\0\x0241\0\0");
    let execute = wire::message(b'E', b"\0\0\0\0\0");
    let sync = wire::message(b'S', b"");
    assert_eq!(owner.send(&[parse.clone(), bind, execute.clone(), sync.clone()].concat()).unwrap(), "42");
    // After an error, all up to the next Sync is passed over.
    let wrong = wire::message(b'B', b"\0\0\0\0\0\x01\0\0\0\x01x\0\0");
    assert_eq!(owner.send(&[parse, wrong, execute, sync].concat()).unwrap_err().code, "22P02");
    assert_eq!(owner.run("SELECT 1").unwrap(), "1");
}

#[test]
fn encryption_is_declined_and_a_cancellation_passed_over() {
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
