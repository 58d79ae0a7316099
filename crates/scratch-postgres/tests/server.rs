//! A server that is really started.

use scratch_postgres::{Error, Options, Server};

scratch_postgres::guardian_for_tests!();

#[test]
fn databases_of_ones_own() {
    let Some(server) = server() else { return };
    let (one, other) = (server.create_database().unwrap(), server.create_database().unwrap());
    one.client().unwrap().batch_execute("CREATE TABLE t (id int)").unwrap();
    other.client().unwrap().batch_execute("CREATE TABLE t (id int)").unwrap();
    let copy = one.copy().unwrap();
    copy.client().unwrap().batch_execute("INSERT INTO t VALUES (1)").unwrap();
    assert_eq!(copy.client().unwrap().query("SELECT FROM t", &[]).unwrap().len(), 1);
    assert_eq!(one.client().unwrap().query("SELECT FROM t", &[]).unwrap().len(), 0);
    let name = other.name().to_owned();
    drop(other);
    let rows = one.client().unwrap().query("SELECT FROM pg_database WHERE datname = $1", &[&name]).unwrap();
    assert_eq!(rows.len(), 0);
}

fn server() -> Option<Server> {
    match Server::start(&Options::for_tests(), &mut ()) {
        Err(error @ Error::NotInstalled { .. }) => {
            println!("skipped: {error}");
            None
        }
        server => Some(server.unwrap()),
    }
}
