//! Tests with hostile scripts, and with servers and roles that cannot serve a run, on the server at a URL.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    os::unix::{fs::MetadataExt as _, process::CommandExt as _},
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use expect_test::expect;
use nix::sys::signal::{Signal, kill};
use postgres::{Client, NoTls};
use scratch_postgres::{Choice, Database, Error, Installation, Options, Server, Url, replay};
use sql_script::Script;

use crate::{
    leaks::pid,
    support::{eventually, options, run_folder},
};

/// Scripts that PostgreSQL must reject.
const REJECTED: [&str; 20] = [
    "DROP DATABASE named WITH (FORCE)",
    "ALTER DATABASE named SET search_path = evil",
    "ALTER DATABASE named RENAME TO evil",
    "ALTER DATABASE named CONNECTION LIMIT 0",
    "REVOKE CONNECT ON DATABASE named FROM app; ALTER DATABASE named OWNER TO CURRENT_USER",
    "ALTER ROLE app PASSWORD 'evil'",
    "ALTER ROLE app SET search_path = evil",
    "ALTER ROLE CURRENT_USER CREATEDB",
    "RESET ROLE; DROP DATABASE named",
    "SET SESSION AUTHORIZATION app; ALTER ROLE app PASSWORD 'evil'",
    "RESET SESSION AUTHORIZATION; SET ROLE app",
    "SET ROLE postgres",
    "CREATE DATABASE evil",
    "CREATE ROLE evil",
    "GRANT app TO CURRENT_USER",
    "REASSIGN OWNED BY CURRENT_USER TO app",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "ALTER SYSTEM SET fsync = on",
    "CREATE TABLESPACE evil LOCATION '/tmp'",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app' OR usename = 'postgres'",
];

/// Scripts that PostgreSQL may accept and that try to keep the database or the role of the run.
const ACCEPTED: [&str; 12] = [
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I IS_TEMPLATE true', current_database()); END $$",
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 0 IS_TEMPLATE true', current_database()); END $$",
    "BEGIN; CREATE TABLE t (); PREPARE TRANSACTION 'left'",
    r#"
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET standard_conforming_strings = off', current_database());
    EXECUTE format('ALTER DATABASE %I SET search_path = evil, pg_catalog', current_database());
    EXECUTE format('ALTER ROLE %I SET standard_conforming_strings = off', current_user);
END $$;
COMMIT;
BEGIN;
CREATE TABLE t ();
PREPARE TRANSACTION '\''; RESET ROLE; ALTER ROLE app CONNECTION LIMIT 0; --'
"#,
    r#"
BEGIN;
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I IS_TEMPLATE true', current_database());
    EXECUTE format('ALTER ROLE %I SET search_path = evil', current_user);
END $$;
PREPARE TRANSACTION 'holds locks'
"#,
    r#"
BEGIN;
DO $$ BEGIN EXECUTE format('GRANT %I TO limited', current_user); EXCEPTION WHEN OTHERS THEN END $$;
PREPARE TRANSACTION 'holds more locks'
"#,
    r#"
DO $$ BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC, CURRENT_USER', current_database());
    EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 0 IS_TEMPLATE true', current_database());
END $$;
COMMIT;
BEGIN;
CREATE TABLE t ();
PREPARE TRANSACTION 'left'
"#,
    "DO $$ BEGIN EXECUTE format('REVOKE %I FROM app', current_user); END $$",
    "DO $$ BEGIN EXECUTE format('GRANT %I TO limited WITH ADMIN OPTION', current_user); END $$",
    "ALTER ROLE CURRENT_USER PASSWORD 'evil'",
    "DO $$ BEGIN EXECUTE format('GRANT ALL ON DATABASE %I TO app, limited', current_database()); END $$",
    "SET application_name = 'scratch_postgres_1_00000000'; DROP OWNED BY CURRENT_USER; LISTEN evil",
];

/// A server of one major version, which accepts prepared transactions and has the database `named` of the role `app`.
struct ExternalServer {
    process: Child,
    database: Database,
    options: Options,
    _folder: tempfile::TempDir,
}

impl ExternalServer {
    fn start(installation: &Installation) -> Self {
        let (options, folder) = options().unwrap();
        let options = Options { version: Some(installation.major), ..options };
        let database = Server::start(&options, &mut ()).unwrap().create_database().unwrap();
        let run_folder = run_folder(&database.url());
        let data = run_folder.join("data");
        fs::write(data.join("pg_hba.conf"), "local all postgres trust\nlocal all all scram-sha-256\n").unwrap();
        let mut client = database.superuser_client().unwrap();
        for statement in [
            "ALTER SYSTEM SET max_prepared_transactions = 4",
            "CREATE DATABASE template0 IS_TEMPLATE true",
            "SET password_encryption = 'scram-sha-256'",
            "CREATE ROLE app CREATEDB CREATEROLE LOGIN PASSWORD 's3cret'",
            "CREATE ROLE creator CREATEDB LOGIN PASSWORD 's3cret'",
            "CREATE ROLE limited LOGIN PASSWORD 's3cret'",
            "CREATE ROLE noinherit CREATEDB CREATEROLE NOINHERIT LOGIN PASSWORD 's3cret'",
            "CREATE DATABASE named OWNER app",
        ] {
            client.batch_execute(statement).unwrap();
        }
        drop(client);
        let state = fs::read_to_string(data.join("postmaster.pid")).unwrap();
        kill(pid(state.lines().next().unwrap().parse().unwrap()), Signal::SIGINT).unwrap();
        eventually("the server stops", || !data.join("postmaster.pid").exists());
        let owner = fs::metadata(&data).unwrap();
        let mut command = Command::new(installation.bin.join("postgres"));
        command.arg("-D").arg(&data).arg("-k").arg(&run_folder).uid(owner.uid()).gid(owner.gid()).current_dir("/");
        let process = command.spawn().unwrap();
        let server = Self { process, database, options, _folder: folder };
        eventually("the server starts again", || server.database.superuser_client().is_ok());
        server.client("named").batch_execute("CREATE TABLE kept (id int)").unwrap();
        server
    }

    /// A superuser's connection.
    fn client(&self, database: &str) -> Client {
        Client::connect(&self.database.superuser_url().expose().replace("/scratch?", &format!("/{database}?")), NoTls)
            .unwrap()
    }

    /// The options of a run with the URL of a role and the database `named`.
    fn options(&self, role: &str) -> Options {
        let user = if role == "postgres" { role.to_owned() } else { format!("{role}:s3cret") };
        let url = self.database.url().expose().replace("owner@/scratch?", &format!("{user}@/named?"));
        Options { choice: Choice::Url(url.parse().unwrap()), ..self.options.clone() }
    }

    /// All databases, roles, memberships and settings of the server, and the tables of `named`.
    fn state(&self) -> String {
        let queries = [
            "SELECT (datname, datdba, datistemplate, datallowconn, datconnlimit, datacl)::text FROM pg_database",
            "SELECT (rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,
                 rolconnlimit, rolpassword, rolvaliduntil)::text FROM pg_authid",
            "SELECT (roleid, member, grantor, admin_option)::text FROM pg_auth_members",
            "SELECT (setdatabase, setrole, setconfig)::text FROM pg_db_role_setting",
            "SELECT gid FROM pg_prepared_xacts",
            "SELECT spcname::text FROM pg_tablespace",
            "SELECT (oid, classoid, refobjid)::text FROM (SELECT objid AS oid, classid AS classoid, refobjid FROM pg_shdepend) d",
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace",
        ];
        let mut client = self.client("named");
        let mut lines = Vec::new();
        for query in queries {
            let rows = client.query(query, &[]).unwrap();
            let mut rows: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            rows.sort();
            lines.extend(rows);
        }
        lines.join("\n")
    }
}

impl Drop for ExternalServer {
    fn drop(&mut self) {
        _ = kill(pid(self.process.id()), Signal::SIGQUIT);
        _ = self.process.wait();
    }
}

/// One installation of each major version.
fn installations() -> Vec<Installation> {
    let all = Installation::all().into_iter().map(|installation| (installation.major, installation));
    all.collect::<BTreeMap<_, _>>().into_values().collect()
}

#[test]
fn hostile_scripts_change_nothing_on_the_server() {
    for installation in installations() {
        let server = ExternalServer::start(&installation);
        let before = server.state();
        for role in ["postgres", "app"] {
            let options = server.options(role);
            for (scripts, must_fail) in [(REJECTED.as_slice(), true), (&ACCEPTED, false)] {
                for &sql in scripts {
                    let result = replay(&options, &[Script { name: "hostile", sql }], &mut ()).map(drop);
                    match &result {
                        Err(Error::Script(_)) => {}
                        Ok(()) if !must_fail => {}
                        other => panic!("{installation}, {role}: {sql}: {other:?}"),
                    }
                    assert_eq!(server.state(), before, "{installation}, {role}: {sql}");
                }
            }
        }
    }
}

#[test]
fn the_sweep_goes_on_after_a_run_that_it_cannot_drop() {
    for installation in installations() {
        let server = ExternalServer::start(&installation);
        let before = server.state();
        let mut client = server.client("scratch");
        let (stuck, killed) = ("scratch_postgres_1_00000000", "scratch_postgres_1_00000001");
        for run in [stuck, killed] {
            client.batch_execute(&format!("CREATE ROLE {run}")).unwrap();
            client.batch_execute(&format!("CREATE DATABASE {run}_1 OWNER {run} TEMPLATE template0")).unwrap();
            client.batch_execute(&format!("ALTER DATABASE {run}_1 IS_TEMPLATE true")).unwrap();
        }
        client.batch_execute(&format!("CREATE SCHEMA held AUTHORIZATION {stuck}")).unwrap();
        replay(&server.options("postgres"), &[], &mut ()).unwrap();
        let query = "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'scratch_postgres_%'";
        let left: Vec<String> = client.query(query, &[]).unwrap().iter().map(|row| row.get(0)).collect();
        assert_eq!(left, [stuck], "{installation}");
        client.batch_execute("DROP SCHEMA held").unwrap();
        replay(&server.options("postgres"), &[], &mut ()).unwrap();
        assert_eq!(server.state(), before, "{installation}");
    }
}

#[test]
fn a_role_without_the_rights_is_refused_before_anything_is_created() {
    for installation in installations() {
        let server = ExternalServer::start(&installation);
        let before = server.state();
        let error = |role: &str| Server::start(&server.options(role), &mut ()).map(drop).unwrap_err().to_string();
        expect![[r#"The role "creator" lacks CREATEROLE. Scripts only run in databases of their own, as a role of their own."#]]
            .assert_eq(&error("creator"));
        expect![[r#"The role "limited" lacks CREATEDB and CREATEROLE. Scripts only run in databases of their own, as a role of their own."#]]
            .assert_eq(&error("limited"));
        if installation.major < 16 {
            expect![[r#"The role "noinherit" lacks INHERIT. Scripts only run in databases of their own, as a role of their own."#]]
                .assert_eq(&error("noinherit"));
        } else {
            replay(&server.options("noinherit"), &[], &mut ()).unwrap().into_writable().unwrap().copy().unwrap();
        }
        assert_eq!(server.state(), before, "{installation}");
    }
}

/// The error of a run with a server that sends one answer after each message, and then stays silent.
fn error_of_server(answers: Vec<Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        for answer in answers {
            _ = stream.read(&mut [0; 4096]);
            _ = stream.write_all(&answer);
        }
        thread::sleep(Duration::from_secs(60));
    });
    let url: Url = format!("postgresql://me:s3cret@127.0.0.1:{port}/app").parse().unwrap();
    let started = Instant::now();
    let error = Server::start(&Options { choice: Choice::Url(url), ..Options::for_tests() }, &mut ()).unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(20));
    let text = error.to_string();
    assert!(!text.contains("s3cret"));
    text.replace(&port.to_string(), "PORT")
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[kind], length.as_slice(), body].concat()
}

#[test]
fn a_silent_server() {
    expect!["No PostgreSQL server answered at postgresql://me:***@127.0.0.1:PORT/app within 10 seconds."]
        .assert_eq(&error_of_server(vec![]));
}

#[test]
fn a_connection_pooler() {
    let refused = message(b'E', b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0");
    expect!["postgresql://me:***@127.0.0.1:PORT/app leads to a connection pooler such as PgBouncer. It cannot serve the databases and roles that a run creates."]
        .assert_eq(&error_of_server(vec![refused]));
}

#[test]
fn an_old_server() {
    let ready = message(b'Z', b"I");
    let accepted = [message(b'R', &[0; 4]), ready.clone()].concat();
    let column = [b"\0\x01server_version\0".as_slice(), &[0; 6], &[0, 0, 0, 25], &[0xff; 6], &[0, 0]].concat();
    let row = b"\0\x01\0\0\0\x0512.22";
    let version = [message(b'T', &column), message(b'D', row), message(b'C', b"SHOW\0"), ready].concat();
    expect!["The server is PostgreSQL 12.22, but version 13 or later is required."]
        .assert_eq(&error_of_server(vec![accepted, version]));
}
