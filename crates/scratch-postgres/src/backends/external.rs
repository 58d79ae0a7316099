//! Runs on a server that this run has not prepared: the one at a URL, or the one that a helper program runs.

use std::{
    hash::{BuildHasher as _, RandomState},
    process,
    sync::{Mutex, atomic::AtomicU32},
};

use postgres::Client;
use scratch_protocol::Helper;

use crate::{
    Error, Options, Server, Url,
    cluster::OWNED_PUBLIC,
    guardian::{self, ExternalRun, Job},
    run_objects,
    server::{LogSource, ServerState, StartedServer},
    version,
};

/// Uses the server at a URL. A guardian drops everything that the run creates there.
pub(super) fn start(options: &Options, url: &Url) -> Result<StartedServer, Error> {
    let session = Session::open(options, url)?;
    let run = run_name();
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
        return Session::open(options, &url)?.start_run(run_name(), helper, log, takes_one_connection, &location);
    };
    let description = format!("PostgreSQL {} {location}", prepared.version);
    let server = Server::prepared(helper, url, prepared, description, log, takes_one_connection);
    Ok(StartedServer { server, replayed: 0, key: None })
}

/// A connection whose role can create databases.
struct Session {
    client: Client,
    url: Url,
    user: String,
    is_superuser: bool,
    version: String,
}

impl Session {
    fn open(options: &Options, url: &Url) -> Result<Self, Error> {
        let mut client = url.connect()?;
        let role = client
            .query_one(
                "SELECT current_user::text, rolsuper, rolcreatedb, current_setting('server_version')
                 FROM pg_roles WHERE rolname = current_user",
                &[],
            )
            .map_err(Error::sql("to describe the connected role"))?;
        let (user, is_superuser, can_create, version): (String, bool, bool, String) =
            (role.get(0), role.get(1), role.get(2), role.get(3));
        if let Some(wanted) = options.version.filter(|&wanted| version::major(&version) != Some(wanted)) {
            return Err(Error::WrongVersion { wanted, found: version });
        }
        if !is_superuser && !can_create {
            return Err(Error::CannotCreateDatabases { role: user });
        }
        Ok(Self { client, url: url.clone(), user, is_superuser, version })
    }

    /// Prepares the server for the scripts of `run`. A superuser creates a role for them; any other role runs them itself.
    fn start_run(
        mut self,
        run: String,
        helper: Helper,
        log: LogSource,
        takes_one_connection: bool,
        location: &str,
    ) -> Result<StartedServer, Error> {
        let (owner, owner_url) = if self.is_superuser {
            let password = password();
            // Before version 14, a server may by default store a password in a form that it then refuses.
            self.client
                .batch_execute(&format!(
                    "SET LOCAL password_encryption = 'scram-sha-256'; CREATE ROLE {run} LOGIN PASSWORD {}",
                    sql_script::literal(&password)
                ))
                .map_err(Error::sql("to create a role for the scripts"))?;
            (run.clone(), self.url.with_user(&run, Some(&password)))
        } else {
            (self.user, self.url.clone())
        };
        let major = version::major(&self.version);
        let server = Server::new(ServerState {
            connection: Mutex::new((!takes_one_connection).then_some(self.client)),
            helper: Mutex::new(helper),
            takes_one_connection,
            url: self.url,
            owner,
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
