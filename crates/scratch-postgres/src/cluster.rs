//! What is in a data folder: its settings, roles and databases.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use crate::{Error, Url, guardian::server_command, remote::drop_database};

/// The role that the server belongs to.
pub(crate) const SUPERUSER: &str = "postgres";

/// The role that scripts run as. It owns the database and can do nothing beyond that, as in production: no script gets at
/// the machine.
pub(crate) const OWNER: &str = "owner";

/// The empty database that every data folder brings along.
pub(crate) const DATABASE: &str = "scratch";

/// Where to connect to for work on databases, and what new ones are copied from.
pub(crate) const MAINTENANCE: &str = "template1";

/// Data that lives for seconds need not survive a crash, and a server for one user needs few processes.
const SETTINGS: &str = "\
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 32
shared_buffers = 16MB
dynamic_shared_memory_type = mmap
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 64MB
min_wal_size = 2MB
checkpoint_timeout = 1d
bgwriter_lru_maxpages = 0
autovacuum = off
max_worker_processes = 0
max_logical_replication_workers = 0
max_parallel_workers = 0
max_parallel_workers_per_gather = 0
jit = off
lc_messages = 'C'
timezone = 'UTC'
log_timezone = 'UTC'
";

/// What is added since a version.
const LATER_SETTINGS: [(u32, &str); 1] = [(18, "io_method = sync\n")];

const INITDB: [&str; 6] =
    ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "--wal-segsize=1", "--username=postgres"];

/// What is added since a version.
const LATER_INITDB: [(u32, &str); 1] = [(18, "--no-data-checksums")];

/// What a server without connections is told, one statement a line. The fewer databases there are, the less is copied.
const SET_UP: &str = "\
UPDATE pg_database SET datistemplate = false WHERE datname = 'template0'
DROP DATABASE template0
CREATE ROLE owner LOGIN
";

/// What makes the database.
const DATABASE_SET_UP: &str = "\
ALTER DATABASE postgres RENAME TO scratch
ALTER DATABASE scratch OWNER TO owner
";

/// What makes it where `public` does not belong to whoever owns the database, and so has to be given to them. Who may create
/// in it stays as it was: everybody.
const EARLIER_DATABASE_SET_UP: &str = "\
ALTER SCHEMA public OWNER TO owner
DROP DATABASE postgres
CREATE DATABASE scratch OWNER owner
";

/// Since which version `public` belongs to whoever owns the database.
pub(crate) const OWNED_PUBLIC: u32 = 15;

/// How a data folder of a major version is made.
pub(crate) struct Recipe {
    initdb: Vec<&'static str>,
    settings: String,
    set_up: String,
}

impl Recipe {
    pub(crate) fn of_version(major: u32) -> Self {
        let since = |later: &[(u32, &'static str)]| {
            later.iter().filter(|(since, _)| major >= *since).map(|&(_, text)| text).collect::<Vec<_>>()
        };
        let database = if major >= OWNED_PUBLIC { DATABASE_SET_UP } else { EARLIER_DATABASE_SET_UP };
        Self {
            set_up: [SET_UP, database].concat(),
            initdb: [INITDB.as_slice(), &since(&LATER_INITDB)].concat(),
            settings: [SETTINGS, &since(&LATER_SETTINGS).concat()].concat(),
        }
    }

    /// All that decides about what is in the folder.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &str> {
        self.initdb.iter().copied().chain([self.settings.as_str(), &self.set_up])
    }

    /// Makes a data folder with one empty database.
    pub(crate) fn initialise(&self, bin: &Path, data: &Path) -> Result<(), Error> {
        run(server_command(&bin.join("initdb")).args(&self.initdb).arg("--pgdata").arg(data), "")?;
        let settings = data.join("postgresql.conf");
        fs_err::write(&settings, &self.settings).map_err(Error::io("Writing the server's settings", settings))?;
        run(server_command(&bin.join("postgres")).args(["--single", "-D"]).arg(data).arg(MAINTENANCE), &self.set_up)
    }
}

/// Drops all databases that this server did not come with.
pub(crate) fn drop_databases(url: &Url) -> Result<(), Error> {
    let mut client = url.connect()?;
    let more = client
        .query("SELECT datname FROM pg_database WHERE datname NOT IN ($1, $2)", &[&DATABASE, &MAINTENANCE])
        .map_err(Error::sql("to look for databases"))?;
    more.iter().try_for_each(|row| drop_database(&mut client, row.get(0)))
}

fn run(command: &mut Command, input: &str) -> Result<(), Error> {
    let program = command.get_program().to_owned();
    let failed = |error| Error::io("Running a program of PostgreSQL's", &program)(error);
    let mut process =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    if let Some(mut pipe) = process.stdin.take() {
        // A program that does not read to the end says why below.
        _ = pipe.write_all(input.as_bytes());
    }
    let output = process.wait_with_output().map_err(failed)?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::Start(format!("{} failed ({}):\n{}", program.display(), output.status, said.trim())))
}
