//! Runs on a server that this run has not prepared: the one at a URL, or the one that a helper program runs.

use std::{
    hash::{BuildHasher as _, RandomState},
    process,
    sync::{Mutex, atomic::AtomicU32},
    time::Duration,
};

use postgres::{Client, SimpleQueryMessage};
use scratch_protocol::Helper;

use crate::{
    Error, Options, Server, Url,
    cluster::OWNED_PUBLIC,
    guardian::{self, ExternalRun, Job},
    run_objects,
    server::{LogSource, ServerState, StartedServer},
    version,
};

/// The time that a server has to accept a session.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// A setting of the session of a URL. A connection pooler refuses or ignores it.
const PROBE: &str = "scratch_postgres.probe";

/// Uses the server at a URL. A guardian drops everything that the run creates there.
pub(super) fn start(options: &Options, url: &Url) -> Result<StartedServer, Error> {
    let run = run_name();
    // The guardian ends the sessions with the run's name.
    let session = Session::open(options, url, url.with_application_name(&run))?;
    let job = Job::ExternalRun(ExternalRun { url: url.expose(), run: run.clone() });
    let (guardian, _) = guardian::start(&options.reentry, &job)?;
    session.start_run(run, guardian, LogSource::Unavailable, false, &format!("at {url}"))
}

/// Uses the server that a helper program runs. The server ends with the helper.
pub(super) fn use_helper(
    options: &Options,
    helper: Helper,
    server: scratch_protocol::Server,
) -> Result<StartedServer, Error> {
    let scratch_protocol::Server { url, location, takes_one_connection, prepared } = server;
    let url: Url = url.parse()?;
    let log = LogSource::Helper;
    let Some(prepared) = prepared else {
        return Session::open(options, &url, url.clone())?.start_run(
            run_name(),
            helper,
            log,
            takes_one_connection,
            &location,
        );
    };
    let description = format!("PostgreSQL {} {location}", prepared.version);
    let server = Server::prepared(helper, url, prepared, description, log, takes_one_connection);
    Ok(StartedServer { server, replayed: 0, key: None })
}

/// A connection whose role can create databases and roles.
struct Session {
    client: Client,
    url: Url,
    user: String,
    is_superuser: bool,
    version: String,
}

impl Session {
    /// Connects with the URL `named`, and refuses every server and role that cannot serve a run, before anything is created.
    /// Errors show `url`.
    fn open(options: &Options, url: &Url, named: Url) -> Result<Self, Error> {
        let pooler = || Error::Pooler { url: url.to_string() };
        let mut client = named.with_setting(PROBE, "1").connect_within(ANSWER_LIMIT).map_err(|error| match error {
            Error::Connect { source, .. } if is_from_pooler(&source) => pooler(),
            Error::Connect { source, .. } => Error::Connect { url: url.to_string(), source },
            Error::NoAnswer { seconds, .. } => Error::NoAnswer { url: url.to_string(), seconds },
            other => other,
        })?;
        let version = server_version(&mut client)?;
        let major = version::major(&version);
        if major < Some(version::OLDEST) {
            return Err(Error::UnsupportedVersion { found: version });
        }
        if let Some(wanted) = options.version.filter(|&wanted| major != Some(wanted)) {
            return Err(Error::WrongVersion { wanted, found: version });
        }
        let role = client
            .query_one(
                "SELECT current_user::text, rolsuper, rolcreatedb, rolcreaterole, rolinherit, current_setting($1, true)
                 FROM pg_roles WHERE rolname = current_user",
                &[&PROBE],
            )
            .map_err(Error::sql("to describe the connected role"))?;
        if role.get::<_, Option<&str>>(5).is_none() {
            return Err(pooler());
        }
        let (user, is_superuser): (String, bool) = (role.get(0), role.get(1));
        // Since version 16, each membership decides for itself whether it is inherited.
        let inherits = role.get(4) || major >= Some(16);
        let rights = [("CREATEDB", role.get(2)), ("CREATEROLE", role.get(3)), ("INHERIT", inherits)];
        let missing: Vec<_> =
            rights.into_iter().filter(|(_, has)| !is_superuser && !has).map(|(name, _)| name).collect();
        if !missing.is_empty() {
            return Err(Error::InsufficientRole { role: user, missing });
        }
        run_objects::set_time_limits(&mut client)?;
        Ok(Self { client, url: named, user, is_superuser, version })
    }

    /// Prepares the server for the scripts of `run`: creates the role that runs them. The role owns the run's databases and
    /// has no other rights.
    fn start_run(
        mut self,
        run: String,
        helper: Helper,
        log: LogSource,
        takes_one_connection: bool,
        location: &str,
    ) -> Result<StartedServer, Error> {
        let password = password();
        // Before version 14, a server may by default store a password in a form that it then refuses.
        self.client
            .batch_execute(&format!(
                "SET LOCAL password_encryption = 'scram-sha-256'; CREATE ROLE {run} LOGIN PASSWORD {}",
                sql_script::literal(&password)
            ))
            .map_err(Error::sql("to create a role for the scripts"))?;
        if !self.is_superuser {
            run_objects::inherit_from_role(&mut self.client, &self.user, &run)?;
        }
        let owner_url = self.url.with_user(&run, Some(&password));
        let major = version::major(&self.version);
        let server = Server::new(ServerState {
            connection: Mutex::new((!takes_one_connection).then_some(self.client)),
            helper: Mutex::new(helper),
            takes_one_connection,
            url: self.url,
            owner: run.clone(),
            owner_url,
            prefix: run,
            count: AtomicU32::new(1),
            initial_database: Mutex::default(),
            template: "template0",
            gives_public_to_owner: self.is_superuser && major < Some(OWNED_PUBLIC),
            create_options: if major >= Some(15) {
                "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc"
            } else {
                "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
            },
            description: format!("PostgreSQL {} {location}", self.version),
            version: self.version,
            log,
        });
        Ok(StartedServer { server, replayed: 0, key: None })
    }
}

/// Whether a connection pooler refused the start of the session.
fn is_from_pooler(error: &postgres::Error) -> bool {
    error.as_db_error().is_some_and(|db| db.code().code() == "08P01" && db.message().contains("startup parameter"))
}

/// The version of any server, even of one that is too old for the other statements.
fn server_version(client: &mut Client) -> Result<String, Error> {
    let rows = client.simple_query("SHOW server_version").map_err(Error::sql("to show its version"))?;
    let version = rows.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    Ok(version.unwrap_or_default().to_owned())
}

/// A unique name for a run. The names of its databases and its role start with it.
fn run_name() -> String {
    format!("{}{}_{:08x}", run_objects::PREFIX, process::id(), random() >> 32)
}

fn password() -> String {
    format!("{:016x}{:016x}", random(), random())
}

fn random() -> u64 {
    // The standard library seeds its hashes from the system's randomness.
    RandomState::new().hash_one(process::id())
}
