//! A database in which work is undone.

use std::borrow::Cow;

use catalog::{Catalog, Reader};
use postgres::Client;
use scratch_postgres::{Database, Error};
use sql_script::{ScriptError, SplitScript, Statement};

use crate::{
    Goal,
    new_migrations::{NAMESPACE, NewMigrations},
};

/// The database before the new migrations.
pub(crate) struct Sandbox<'d> {
    database: &'d Database,
    connection: Option<Connection>,
    /// Whether work needs a copy of the database, because the migrations cannot run in an open transaction.
    uses_copies: bool,
}

/// A connection, and the prepared readers of its catalog.
pub(crate) struct Connection {
    pub(crate) client: Client,
    /// Reads all objects.
    whole: Option<Reader>,
    /// Reads the objects that the migrations touch.
    part: Option<Reader>,
}

/// A session whose work is undone: a transaction that is rolled back, or a connection to a copy of the database.
pub(crate) struct Session<'t> {
    pub(crate) connection: &'t mut Connection,
    /// The database, if it is a copy.
    copy: Option<&'t Database>,
}

impl<'d> Sandbox<'d> {
    pub(crate) fn new(database: &'d Database, client: Client) -> Self {
        Self { database, connection: Some(Connection::over(client)), uses_copies: false }
    }

    pub(crate) fn database(&self) -> &'d Database {
        self.database
    }

    /// The only connection to the database.
    pub(crate) fn connection(&mut self) -> Result<&mut Connection, Error> {
        Ok(match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(Connection::over(self.database.client()?)),
        })
    }

    pub(crate) fn client(&mut self) -> Result<&mut Client, Error> {
        Ok(&mut self.connection()?.client)
    }

    /// Runs scripts in the database itself, each as one batch.
    pub(crate) fn run(&mut self, scripts: &[SplitScript<'_>]) -> Result<(), Error> {
        let database = self.database;
        let client = self.client()?;
        scripts.iter().try_for_each(|split| database.run_with(client, split.script))
    }

    /// Lets the goal apply scripts in the database itself.
    pub(crate) fn apply(&mut self, scripts: &[SplitScript<'_>], goal: &mut dyn Goal) -> Result<(), Error> {
        let database = self.database;
        let scripts: Vec<_> = scripts.iter().map(|split| split.script).collect();
        goal.apply(database, self.client()?, &scripts)
    }

    /// Runs all further work in copies.
    pub(crate) fn use_copies(&mut self) {
        self.uses_copies = true;
    }

    /// Runs work and undoes it. Work that turns out not to run in a transaction runs again in a copy.
    pub(crate) fn undone<T>(&mut self, mut work: impl FnMut(&mut Session<'_>) -> Result<T, Error>) -> Result<T, Error> {
        if !self.uses_copies {
            let connection = self.connection()?;
            execute(&mut connection.client, "BEGIN")?;
            let done = work(&mut Session { connection, copy: None });
            let undone = execute(&mut connection.client, "ROLLBACK");
            match done {
                Err(Error::Script(error)) if needs_no_transaction(&error) => self.uses_copies = true,
                Err(error) => return Err(error),
                Ok(done) => return undone.map(|()| done),
            }
        }
        // PostgreSQL copies a database only while it has no connections.
        self.connection = None;
        let copy = self.database.copy()?;
        work(&mut Session { connection: &mut Connection::over(copy.client()?), copy: Some(&copy) })
    }
}

impl Connection {
    pub(crate) fn over(client: Client) -> Self {
        Self { client, whole: None, part: None }
    }

    /// Reads all objects.
    pub(crate) fn read_all(&mut self) -> Result<Catalog, Error> {
        read(&mut self.client, &mut self.whole, None, NAMESPACE)
    }

    /// Reads the objects that the migrations touch, from a namespace.
    pub(crate) fn read(&mut self, new: &NewMigrations<'_>, namespace: &str) -> Result<Catalog, Error> {
        let tables: Vec<_> = new.tables.iter().map(String::as_str).collect();
        read(&mut self.client, &mut self.part, Some(&tables), namespace)
    }
}

fn read(
    client: &mut Client,
    reader: &mut Option<Reader>,
    tables: Option<&[&str]>,
    namespace: &str,
) -> Result<Catalog, Error> {
    let read = || -> Result<_, postgres::Error> {
        let reader = match reader {
            Some(reader) => reader,
            none => none.insert(Reader::prepare(client, tables)?),
        };
        reader.read(client, namespace)
    };
    read().map_err(sql_error("to read the catalog"))
}

impl Session<'_> {
    pub(crate) fn client(&mut self) -> &mut Client {
        &mut self.connection.client
    }

    /// Runs scripts: in a copy each as one batch, in a transaction statement by statement.
    pub(crate) fn run(&mut self, scripts: &[SplitScript<'_>]) -> Result<(), Error> {
        for split in scripts {
            match self.copy {
                Some(database) => database.run_with(&mut self.connection.client, split.script)?,
                None => split.statements().try_for_each(|statement| self.run_statement(statement))?,
            }
        }
        Ok(())
    }

    /// Runs one statement by itself.
    pub(crate) fn run_statement(&mut self, statement: Statement<'_>) -> Result<(), Error> {
        let text = self.text(statement);
        self.client().batch_execute(&text).map_err(|error| match error.as_db_error() {
            Some(db) => {
                Error::Script(scratch_postgres::statement_error(statement.script, Some(statement.range), db).into())
            }
            None => sql_error("to run a statement of the migration")(error),
        })
    }

    /// The text of a statement that can run in this session.
    pub(crate) fn text<'s>(&self, statement: Statement<'s>) -> Cow<'s, str> {
        match self.copy {
            Some(_) => statement.text().into(),
            None => statement.without_concurrently(),
        }
    }

    /// Runs work in a savepoint. If it fails, its changes are undone.
    pub(crate) fn in_savepoint<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.copy.is_some() {
            return work(self);
        }
        self.execute("SAVEPOINT attempt")?;
        let done = work(self);
        self.execute(if done.is_ok() { "RELEASE attempt" } else { "ROLLBACK TO attempt; RELEASE attempt" })?;
        done
    }

    /// Runs statements of a proof.
    pub(crate) fn execute(&mut self, sql: &str) -> Result<(), Error> {
        execute(self.client(), sql)
    }
}

/// Whether a script failed because it cannot run, or has another meaning, in a transaction that was open before.
pub(crate) fn needs_no_transaction(error: &ScriptError) -> bool {
    // A statement that needs no open transaction; a procedure or block that ends one; a new value of an enum that is
    // used before the commit.
    ["25001", "2D000", "55P04"].contains(&error.database.sqlstate.as_str())
}

pub(crate) fn execute(client: &mut Client, sql: &str) -> Result<(), Error> {
    client.batch_execute(sql).map_err(sql_error("to run a statement of the proof"))
}

/// The error of a statement of this crate.
pub(crate) fn sql_error(purpose: &str) -> impl FnOnce(postgres::Error) -> Error {
    |source| Error::Sql { purpose: purpose.to_owned(), source }
}
