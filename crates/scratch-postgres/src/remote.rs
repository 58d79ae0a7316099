//! Runs on a server that is known by a URL: their names, and the end of those that were left over.

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
    guardian::{self, Job, Remote},
    installation::major,
    server::{Log, Running, Started},
};

/// What the names of all runs begin with.
const PREFIX: &str = "scratch_postgres_";

/// Joins the server that a URL names. A guardian drops what the run leaves there.
pub(crate) fn start(options: &Options, url: &Url) -> Result<Started, Error> {
    let session = Session::open(options, url)?;
    let token = token();
    let job = Job::Remote(Remote { url: url.expose(), token: token.clone() });
    let (guardian, _) = guardian::start(&options.reentry, &job)?;
    session.start_run(token, guardian, Log::Nobody, false, &format!("at {url}"))
}

/// Takes the server that a helper keeps. All of it ends with the helper.
pub(crate) fn take(options: &Options, helper: Helper, server: scratch_protocol::Server) -> Result<Started, Error> {
    let scratch_protocol::Server { url, location, takes_one_connection, prepared } = server;
    let url: Url = url.parse()?;
    let Some(prepared) = prepared else {
        return Session::open(options, &url)?.start_run(token(), helper, Log::Keeper, takes_one_connection, &location);
    };
    let description = format!("PostgreSQL {} {location}", prepared.version);
    let server = Server::prepared(helper, url, prepared, description, Log::Keeper, takes_one_connection);
    Ok(Started { server, replayed: 0, key: None })
}

/// A connection that may create databases.
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
            .map_err(Error::sql("to say who is connected"))?;
        let (user, is_superuser, may_create, version): (String, bool, bool, String) =
            (role.get(0), role.get(1), role.get(2), role.get(3));
        if let Some(wanted) = options.version.filter(|&wanted| major(&version) != Some(wanted)) {
            return Err(Error::WrongVersion { wanted, found: version });
        }
        if !is_superuser && !may_create {
            return Err(Error::MayNotCreate { role: user });
        }
        Ok(Self { client, url: url.clone(), user, is_superuser, version })
    }

    /// Scripts run as a role of the run's own if the URL's is a superuser, and else as that one.
    fn start_run(
        mut self,
        token: String,
        keeper: Helper,
        log: Log,
        takes_one_connection: bool,
        place: &str,
    ) -> Result<Started, Error> {
        let (owner, owner_url) = if self.is_superuser {
            let password = password();
            // Before version 14, a server keeps a password in a form that it may itself refuse.
            self.client
                .batch_execute(&format!(
                    "SET LOCAL password_encryption = 'scram-sha-256'; CREATE ROLE {token} LOGIN PASSWORD {}",
                    sql_script::literal(&password)
                ))
                .map_err(Error::sql("to create a role for the scripts"))?;
            (token.clone(), self.url.with_user(&token, Some(&password)))
        } else {
            (self.user, self.url.clone())
        };
        let running = Running {
            connection: Mutex::new((!takes_one_connection).then_some(self.client)),
            keeper: Mutex::new(keeper),
            takes_one_connection,
            url: self.url,
            owner,
            owner_url,
            prefix: token,
            count: AtomicU32::new(1),
            premade: Mutex::default(),
            template: "template0",
            gives_public_away: self.is_superuser && major(&self.version) < Some(OWNED_PUBLIC),
            create_options: if major(&self.version) >= Some(15) {
                "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc"
            } else {
                "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
            },
            description: format!("PostgreSQL {} {place}", self.version),
            version: self.version,
            log,
        };
        Ok(Started { server: Server(running.into()), replayed: 0, key: None })
    }
}

/// A new run's name, which the names of its databases and its role begin with.
fn token() -> String {
    format!("{PREFIX}{}_{:08x}", process::id(), random() >> 32)
}

/// A password that nobody guesses.
fn password() -> String {
    format!("{:016x}{:016x}", random(), random())
}

/// Drops what runs left over, as far as this role may, and returns their names. A run is over once its guardian's session is
/// gone and nobody is connected to its databases.
pub(crate) fn sweep(client: &mut Client) -> Result<Vec<String>, Error> {
    let rows = client
        .query(
            "WITH named AS (
                 SELECT datname AS name, datdba AS owner FROM pg_database UNION SELECT rolname, oid FROM pg_roles
             ), run AS (
                 SELECT substring(name FROM '^scratch_postgres_[0-9]+_[0-9a-f]{8}') AS token, owner FROM named
             )
             SELECT DISTINCT token FROM run
             WHERE token IS NOT NULL AND pg_has_role(owner, 'MEMBER') AND NOT EXISTS (
                 SELECT FROM pg_stat_activity WHERE application_name = token OR starts_with(datname, token || '_')
             )",
            &[],
        )
        .map_err(Error::sql("to look for what runs left over"))?;
    let tokens: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    tokens.iter().try_for_each(|token| drop_run(client, token))?;
    Ok(tokens)
}

/// Drops all databases of a run, and its role.
pub(crate) fn drop_run(client: &mut Client, token: &str) -> Result<(), Error> {
    let databases = client
        .query("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", &[&format!("{token}_")])
        .map_err(Error::sql("to look for a run's databases"))?;
    for row in databases {
        drop_database(client, row.get(0))?;
    }
    let role = client
        .query("SELECT FROM pg_roles WHERE rolname = $1", &[&token])
        .map_err(Error::sql("to look for a run's role"))?;
    if !role.is_empty() {
        client
            .batch_execute(&format!("DROP ROLE {}", sql_script::identifier(token)))
            .map_err(Error::sql("to drop a run's role"))?;
    }
    Ok(())
}

/// Drops a database, whoever is connected to it.
pub(crate) fn drop_database(client: &mut Client, name: &str) -> Result<(), Error> {
    let name = sql_script::identifier(name);
    client
        .batch_execute(&format!("DROP DATABASE IF EXISTS {name} (FORCE)"))
        .map_err(Error::sql(format!("to drop database {name}")))
}

fn random() -> u64 {
    // The standard library seeds its hashes from the system's randomness.
    RandomState::new().hash_one(process::id())
}
