//! The content of a data folder: settings, roles and databases.

use std::{
    env,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use crate::{Error, Url, run_objects::drop_database};

/// The superuser.
pub(crate) const SUPERUSER: &str = "postgres";

/// The role that runs scripts. As in production, it owns the database and has no other rights: no script can access the
/// machine.
pub(crate) const OWNER: &str = "owner";

/// The empty database in every data folder.
pub(crate) const DATABASE: &str = "scratch";

/// The database to connect to for creating and dropping databases, and the template of new ones.
pub(crate) const MAINTENANCE: &str = "template1";

/// Short-lived data need not survive a crash, and a server for one user needs few processes.
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

/// Additional settings since a major version.
const LATER_SETTINGS: [(u32, &str); 1] = [(18, "io_method = sync\n")];

const INITDB: [&str; 6] =
    ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "--wal-segsize=1", "--username=postgres"];

/// Additional arguments since a major version.
const LATER_INITDB: [(u32, &str); 1] = [(18, "--no-data-checksums")];

/// The set-up in single-user mode, one statement a line. Fewer databases mean less data to copy.
const SET_UP: &str = "\
UPDATE pg_database SET datistemplate = false WHERE datname = 'template0'
DROP DATABASE template0
CREATE ROLE owner LOGIN
";

/// Creates [`DATABASE`].
const DATABASE_SET_UP: &str = "\
ALTER DATABASE postgres RENAME TO scratch
ALTER DATABASE scratch OWNER TO owner
";

/// Creates [`DATABASE`] before version [`OWNED_PUBLIC`]: `public` must be given to the database's owner. All users may still
/// create objects in it.
const EARLIER_DATABASE_SET_UP: &str = "\
ALTER SCHEMA public OWNER TO owner
DROP DATABASE postgres
CREATE DATABASE scratch OWNER owner
";

/// Since this major version, `public` belongs to the database's owner.
pub(crate) const OWNED_PUBLIC: u32 = 15;

/// How to create a data folder of a major version.
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

    /// Everything that decides the folder's content.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &str> {
        self.initdb.iter().copied().chain([self.settings.as_str(), &self.set_up])
    }

    /// Creates the data folder `data`, which contains one empty database.
    pub(crate) fn initialise(&self, bin: &Path, data: &Path) -> Result<(), Error> {
        run(command(&bin.join("initdb")).args(&self.initdb).arg("--pgdata").arg(data), "")?;
        let settings = data.join("postgresql.conf");
        fs_err::write(&settings, &self.settings).map_err(Error::io("Writing the server's settings", settings))?;
        run(command(&bin.join("postgres")).args(["--single", "-D"]).arg(data).arg(MAINTENANCE), &self.set_up)
    }
}

/// Drops all databases that were not in the data folder at first.
pub(crate) fn drop_databases(url: &Url) -> Result<(), Error> {
    let mut client = url.connect()?;
    let more = client
        .query("SELECT datname FROM pg_database WHERE datname NOT IN ($1, $2)", &[&DATABASE, &MAINTENANCE])
        .map_err(Error::sql("to list the databases"))?;
    more.iter().try_for_each(|row| drop_database(&mut client, url, row.get(0)))
}

/// A command that runs one of PostgreSQL's programs in an environment that is the same on every machine.
pub(crate) fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    remove_variables(&mut command).env("LC_ALL", "C").env("TZ", "UTC");
    command
}

/// Removes all variables of PostgreSQL's programs, such as `PGPORT` and `PGOPTIONS`, from the environment of a command.
pub fn remove_variables(command: &mut Command) -> &mut Command {
    for (name, _) in env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"PG")) {
        command.env_remove(name);
    }
    command
}

fn run(command: &mut Command, input: &str) -> Result<(), Error> {
    let program = command.get_program().to_owned();
    let failed = |error| Error::io("Running a PostgreSQL program", &program)(error);
    let mut process =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    if let Some(mut pipe) = process.stdin.take() {
        // A program that stops reading reports its reason below.
        _ = pipe.write_all(input.as_bytes());
    }
    let output = process.wait_with_output().map_err(failed)?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(Error::Start(format!("{} failed ({}):\n{}", program.display(), output.status, stderr.trim())))
}
