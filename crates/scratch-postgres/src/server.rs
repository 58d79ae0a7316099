//! A running server and its databases.

mod database;
mod failed_statement;

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use postgres::Client;
use scratch_protocol::{Helper, Prepared};

pub use self::{database::Database, failed_statement::statement_error};
use crate::{Error, Url, cluster, run_folder, version};

/// A throw-away server. It stops when its last handle and its last [`Database`] are dropped, or when the program ends.
#[derive(Clone, Debug)]
pub struct Server(Arc<ServerState>);

/// A server that a backend has just started.
pub(crate) struct StartedServer {
    pub(crate) server: Server,
    /// The number of scripts whose result the server's initial database contains.
    pub(crate) replayed: usize,
    /// The key under which to cache the data folder after all scripts; `None` without a cache.
    pub(crate) key: Option<String>,
}

/// The shared state of all handles. Fields are dropped in order: the connection must be closed before the helper is, because
/// dropping the helper waits for its end.
pub(crate) struct ServerState {
    pub(crate) connection: Mutex<Option<Client>>,
    /// The guardian, or the helper program that runs the server.
    pub(crate) helper: Mutex<Helper>,
    /// Whether the server accepts only one connection at a time; none is then kept open.
    pub(crate) takes_one_connection: bool,
    /// The superuser's URL, or the URL that the user named.
    pub(crate) url: Url,
    /// The role that owns the databases.
    pub(crate) owner: String,
    /// The owner's URL.
    pub(crate) owner_url: Url,
    /// The prefix of the names of databases.
    pub(crate) prefix: String,
    /// The number of databases created so far.
    pub(crate) count: AtomicU32,
    /// The database that the server started with, until it is handed out.
    pub(crate) initial_database: Mutex<Option<String>>,
    /// The empty database that new ones are copied from.
    pub(crate) template: &'static str,
    /// Whether a new database's schema `public` must be given to the owner, as later versions do by themselves.
    pub(crate) gives_public_to_owner: bool,
    /// Options of `CREATE DATABASE` for this server.
    pub(crate) create_options: &'static str,
    /// The version, such as `15.18`.
    pub(crate) version: String,
    /// A short description, such as `PostgreSQL 15.18 in /usr/lib/postgresql/15/bin`.
    pub(crate) description: String,
    /// The source of the server's last log lines.
    pub(crate) log: LogSource,
}

/// The source of a server's last log lines.
pub(crate) enum LogSource {
    /// The log file in this run folder.
    RunFolder(PathBuf),
    /// The helper, which prints them at its end.
    Helper,
    /// The log is out of reach.
    Unavailable,
}

impl Server {
    pub(crate) fn new(state: ServerState) -> Self {
        Self(state.into())
    }

    /// A server that only this run uses and that has a prepared database.
    pub(crate) fn prepared(
        helper: Helper,
        url: Url,
        prepared: Prepared,
        description: String,
        log: LogSource,
        takes_one_connection: bool,
    ) -> Self {
        let Prepared { version, database, owner } = prepared;
        Self::new(ServerState {
            connection: Mutex::default(),
            helper: Mutex::new(helper),
            takes_one_connection,
            owner_url: url.with_user(&owner, None),
            owner,
            prefix: database.clone(),
            count: AtomicU32::new(1),
            initial_database: Mutex::new(Some(database)),
            template: cluster::MAINTENANCE,
            gives_public_to_owner: false,
            create_options: if version::major(&version) >= Some(15) { "STRATEGY file_copy" } else { "" },
            version,
            description,
            log,
            url,
        })
    }

    /// The version, such as `15.18`.
    pub fn version(&self) -> &str {
        &self.0.version
    }

    /// The major version, such as `15`.
    pub fn major(&self) -> u32 {
        version::major(&self.0.version).unwrap_or_default()
    }

    /// A short description, such as `PostgreSQL 15.18 in /usr/lib/postgresql/15/bin`.
    pub fn describe(&self) -> &str {
        &self.0.description
    }

    /// Whether the server accepts only one connection at a time.
    pub fn takes_one_connection(&self) -> bool {
        self.0.takes_one_connection
    }

    /// Creates an empty database. Dropping its handle drops the database.
    pub fn create_database(&self) -> Result<Database, Error> {
        if let Some(name) = lock(&self.0.initial_database).take() {
            return Ok(Database::initial(self.clone(), name));
        }
        let database = self.create(self.0.template)?;
        if self.0.gives_public_to_owner {
            let give = format!("ALTER SCHEMA public OWNER TO {}", sql_script::identifier(&self.0.owner));
            let given = database.superuser_client()?.batch_execute(&give);
            given.map_err(Error::sql("to give the schema public to the owner of its database"))?;
        }
        Ok(database)
    }

    /// Creates a database as a copy of `template`.
    fn create(&self, template: &str) -> Result<Database, Error> {
        let number = self.0.count.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}_{number}", self.0.prefix);
        let create = format!(
            "CREATE DATABASE {} OWNER {} TEMPLATE {} {}",
            sql_script::identifier(&name),
            sql_script::identifier(&self.0.owner),
            sql_script::identifier(template),
            self.0.create_options,
        );
        self.with_connection(|client| client.batch_execute(&create).map_err(Error::sql("to create a database")))?;
        Ok(Database::new(self.clone(), name))
    }

    /// Calls `work` with the connection for creating and dropping databases.
    fn with_connection<T>(&self, work: impl FnOnce(&mut Client) -> Result<T, Error>) -> Result<T, Error> {
        let mut connection = lock(&self.0.connection);
        let mut client = match connection.take() {
            Some(client) if !client.is_closed() => client,
            _ => self.0.url.connect()?,
        };
        let result = work(&mut client);
        *connection = (!self.0.takes_one_connection).then_some(client);
        result
    }

    /// Asks the guardian to cache the data folder under `key` when the server stops.
    pub(crate) fn request_caching(&self, key: &str) {
        lock(&self.0.helper).request(key.as_ref());
    }

    /// The error for a server that ended during `operation`.
    fn died(&self, operation: String) -> Error {
        let log = match &self.0.log {
            LogSource::RunFolder(folder) => run_folder::log_tail(folder),
            LogSource::Helper => lock(&self.0.helper).stop(),
            LogSource::Unavailable => String::new(),
        };
        Error::Died { operation, log }
    }

    /// Whether this is the only handle, so that dropping it stops the server.
    fn is_last_handle(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

/// Locks a mutex. A panic cannot leave these values half-changed, so a poisoned lock is ignored.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for ServerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerState")
            .field("url", &self.url)
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}
