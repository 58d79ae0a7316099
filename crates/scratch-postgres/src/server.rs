//! A running server.

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

use crate::{Database, Error, Observer, Options, Url, backend, cluster, installation, run};

/// A throw-away server. It lives until the last of its handles and [`Database`]s is dropped, or the program ends.
#[derive(Clone, Debug)]
pub struct Server(pub(crate) Arc<Running>);

/// A server that was just started.
pub(crate) struct Started {
    pub(crate) server: Server,
    /// How many of the scripts were found replayed in the server's premade database.
    pub(crate) replayed: usize,
    /// Under which key the data folder can be cached once all of them are; without a cache, there is none.
    pub(crate) key: Option<String>,
}

/// What every backend hands out. The connection stands before the keeper because fields are dropped in their order, and
/// the keeper is waited for.
pub(crate) struct Running {
    pub(crate) connection: Mutex<Option<Client>>,
    pub(crate) keeper: Mutex<Helper>,
    /// Whether the server can only take one connection at a time: none is kept open then.
    pub(crate) takes_one_connection: bool,
    /// The superuser's URL, or that of the role that was named.
    pub(crate) url: Url,
    /// Who owns the databases.
    pub(crate) owner: String,
    /// The owner's URL.
    pub(crate) owner_url: Url,
    /// What the names of databases begin with.
    pub(crate) prefix: String,
    /// How many databases have been created.
    pub(crate) count: AtomicU32,
    /// A database that the server came with, until somebody takes it.
    pub(crate) premade: Mutex<Option<String>>,
    /// The empty database that new ones are copied from.
    pub(crate) template: &'static str,
    /// Whether `public` belongs to somebody else in the empty database, and can be given to who owns the new one: it is
    /// theirs in every later version.
    pub(crate) gives_public_away: bool,
    /// Options of `CREATE DATABASE` that suit this server.
    pub(crate) create_options: &'static str,
    /// Such as `15.18`.
    pub(crate) version: String,
    /// Such as `PostgreSQL 15.18 in /usr/lib/postgresql/15/bin`.
    pub(crate) description: String,
    /// Who knows the last that the server had to say.
    pub(crate) log: Log,
}

/// Who knows the last that a server had to say.
pub(crate) enum Log {
    /// A file in the run's folder.
    Folder(PathBuf),
    /// Its keeper.
    Keeper,
    /// Nobody here.
    Nobody,
}

impl Server {
    /// Starts a server, or joins the one that a URL names.
    pub fn start(options: &Options, observer: &mut dyn Observer) -> Result<Self, Error> {
        Ok(backend::start(options, &[], observer)?.server)
    }

    /// A server that is this run's own, and comes with a database.
    pub(crate) fn prepared(
        keeper: Helper,
        url: Url,
        prepared: Prepared,
        description: String,
        log: Log,
        takes_one_connection: bool,
    ) -> Self {
        let Prepared { version, database, owner } = prepared;
        let running = Running {
            connection: Mutex::default(),
            keeper: Mutex::new(keeper),
            takes_one_connection,
            owner_url: url.with_user(&owner, None),
            owner,
            prefix: database.clone(),
            count: AtomicU32::new(1),
            premade: Mutex::new(Some(database)),
            template: cluster::MAINTENANCE,
            gives_public_away: false,
            create_options: if installation::major(&version) >= Some(15) { "STRATEGY file_copy" } else { "" },
            version,
            description,
            log,
            url,
        };
        Self(running.into())
    }

    /// The server's version, such as `15.18`.
    pub fn version(&self) -> &str {
        &self.0.version
    }

    /// Its major version, such as `15`.
    pub fn major(&self) -> u32 {
        installation::major(&self.0.version).unwrap_or_default()
    }

    /// The server in a few words, such as `PostgreSQL 15.18 in /usr/lib/postgresql/15/bin`.
    pub fn describe(&self) -> &str {
        &self.0.description
    }

    /// Whether nobody else can be connected while one is.
    pub fn takes_one_connection(&self) -> bool {
        self.0.takes_one_connection
    }

    /// An empty database of its own. It is dropped together with its handle.
    pub fn create_database(&self) -> Result<Database, Error> {
        if let Some(name) = lock(&self.0.premade).take() {
            return Ok(Database::premade(self.clone(), name));
        }
        let database = self.create(self.0.template)?;
        if self.0.gives_public_away {
            let give = format!("ALTER SCHEMA public OWNER TO {}", sql_script::identifier(&self.0.owner));
            let given = database.superuser_client()?.batch_execute(&give);
            given.map_err(Error::sql("to give the schema public to the database's owner"))?;
        }
        Ok(database)
    }

    /// A database that is a copy of another one.
    pub(crate) fn create(&self, template: &str) -> Result<Database, Error> {
        let number = self.0.count.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}_{number}", self.0.prefix);
        self.execute(
            &format!(
                "CREATE DATABASE {} OWNER {} TEMPLATE {} {}",
                sql_script::identifier(&name),
                sql_script::identifier(&self.0.owner),
                sql_script::identifier(template),
                self.0.create_options,
            ),
            "to create a database",
        )?;
        Ok(Database::new(self.clone(), name))
    }

    /// Runs a statement of this program's own.
    pub(crate) fn execute(&self, statement: &str, doing: &str) -> Result<(), Error> {
        self.with_connection(|client| client.batch_execute(statement).map_err(Error::sql(doing)))
    }

    /// Lends the connection for work on databases.
    pub(crate) fn with_connection<T>(&self, work: impl FnOnce(&mut Client) -> Result<T, Error>) -> Result<T, Error> {
        let mut connection = lock(&self.0.connection);
        let mut client = match connection.take() {
            Some(client) if !client.is_closed() => client,
            _ => self.0.url.connect()?,
        };
        let done = work(&mut client);
        *connection = (!self.0.takes_one_connection).then_some(client);
        done
    }

    /// What to say when the server has gone away in the middle of something.
    pub(crate) fn died(&self, doing: String) -> Error {
        let log = match &self.0.log {
            Log::Folder(folder) => run::log_tail(folder),
            Log::Keeper => lock(&self.0.keeper).stop(),
            Log::Nobody => String::new(),
        };
        Error::Died { doing, log }
    }

    /// Whether there is no other handle, so that all of the server ends with this one.
    pub(crate) fn is_last(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

/// The value behind a lock. What is locked here is whole at any time, even after a panic.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("url", &self.url)
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}
