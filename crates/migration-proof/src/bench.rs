//! The database to try things in, which is afterwards as it was before.

use std::borrow::Cow;

use catalog::{Catalog, Reader};
use postgres::Client;
use scratch_postgres::{Database, Error};
use sql_script::{ScriptError, SplitScript, Statement};

use crate::{
    Goal,
    migration::{Migration, NAMESPACE},
};

/// The database as it is before the scripts.
pub(crate) struct Bench<'d> {
    database: &'d Database,
    connection: Option<Connection>,
    /// Whether the scripts mind a transaction around them, so that each trial needs a copy of the database.
    copies: bool,
}

/// A connection, and what reads the catalog over it.
pub(crate) struct Connection {
    pub(crate) client: Client,
    /// What reads all of the catalog, and what reads the part that the scripts have to do with.
    whole: Option<Reader>,
    part: Option<Reader>,
}

/// A place where something is tried and leaves no trace: a transaction that is rolled back, or a copy of the database.
pub(crate) struct Trial<'t> {
    connection: &'t mut Connection,
    /// The database, if it is a copy.
    copy: Option<&'t Database>,
}

impl<'d> Bench<'d> {
    pub(crate) fn new(database: &'d Database, client: Client) -> Self {
        Self { database, connection: Some(Connection::over(client)), copies: false }
    }

    pub(crate) fn database(&self) -> &'d Database {
        self.database
    }

    /// The one connection to the database.
    pub(crate) fn connection(&mut self) -> Result<&mut Connection, Error> {
        Ok(match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(Connection::over(self.database.client()?)),
        })
    }

    pub(crate) fn client(&mut self) -> Result<&mut Client, Error> {
        Ok(&mut self.connection()?.client)
    }

    /// Runs scripts in the database itself, as they are applied.
    pub(crate) fn run(&mut self, scripts: &[SplitScript<'_>]) -> Result<(), Error> {
        let database = self.database;
        let client = self.client()?;
        scripts.iter().try_for_each(|split| database.run_with(client, split.script))
    }

    /// Applies scripts for what they are made for.
    pub(crate) fn apply(&mut self, scripts: &[SplitScript<'_>], goal: &mut dyn Goal) -> Result<(), Error> {
        let database = self.database;
        let scripts: Vec<_> = scripts.iter().map(|split| split.script).collect();
        goal.apply(database, self.client()?, &scripts)
    }

    /// From now on, things are tried in copies.
    pub(crate) fn use_copies(&mut self) {
        self.copies = true;
    }

    /// Tries something. It is tried once more, in a copy, if it turns out that it cannot be in a transaction.
    pub(crate) fn trial<T>(&mut self, mut work: impl FnMut(&mut Trial<'_>) -> Result<T, Error>) -> Result<T, Error> {
        if !self.copies {
            let connection = self.connection()?;
            execute(&mut connection.client, "BEGIN")?;
            let done = work(&mut Trial { connection, copy: None });
            let undone = execute(&mut connection.client, "ROLLBACK");
            match done {
                Err(Error::Script(error)) if minds_transaction(&error) => self.copies = true,
                Err(error) => return Err(error),
                Ok(done) => return undone.map(|()| done),
            }
        }
        // Nobody may be connected to what is copied.
        self.connection = None;
        let copy = self.database.copy()?;
        work(&mut Trial { connection: &mut Connection::over(copy.client()?), copy: Some(&copy) })
    }
}

impl Connection {
    pub(crate) fn over(client: Client) -> Self {
        Self { client, whole: None, part: None }
    }

    /// Reads all of the catalog.
    pub(crate) fn read_all(&mut self) -> Result<Catalog, Error> {
        read(&mut self.client, &mut self.whole, None, NAMESPACE)
    }

    /// Reads the catalog as it looks from a namespace, as far as the scripts have to do with it.
    pub(crate) fn read(&mut self, migration: &Migration<'_>, namespace: &str) -> Result<Catalog, Error> {
        let tables: Vec<_> = migration.tables.iter().map(String::as_str).collect();
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
    read().map_err(refused("to read the catalog"))
}

impl Trial<'_> {
    pub(crate) fn client(&mut self) -> &mut Client {
        &mut self.connection.client
    }

    /// Reads all of the catalog.
    pub(crate) fn read_all(&mut self) -> Result<Catalog, Error> {
        self.connection.read_all()
    }

    /// Reads the catalog as it looks from a namespace, as far as the scripts have to do with it.
    pub(crate) fn read(&mut self, migration: &Migration<'_>, namespace: &str) -> Result<Catalog, Error> {
        self.connection.read(migration, namespace)
    }

    /// Runs all scripts in the way that they are applied.
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
            None => refused("a statement of the scripts")(error),
        })
    }

    /// A statement as it can run here.
    pub(crate) fn text<'s>(&self, statement: Statement<'s>) -> Cow<'s, str> {
        match self.copy {
            Some(_) => statement.text().into(),
            None => statement.without_concurrently(),
        }
    }

    /// Runs what may fail and then has done nothing.
    pub(crate) fn attempt<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.copy.is_some() {
            return work(self);
        }
        execute(self.client(), "SAVEPOINT attempt")?;
        let done = work(self);
        let end = if done.is_ok() { "RELEASE attempt" } else { "ROLLBACK TO attempt; RELEASE attempt" };
        execute(self.client(), end)?;
        done
    }

    /// Runs statements of this crate's own.
    pub(crate) fn execute(&mut self, sql: &str) -> Result<(), Error> {
        execute(self.client(), sql)
    }
}

/// Something that cannot run, or means something else, within a transaction that has begun before it.
pub(crate) fn minds_transaction(error: &ScriptError) -> bool {
    // No active transaction wanted; a procedure or block that ends one; a value of an enum that was only just added.
    ["25001", "2D000", "55P04"].contains(&error.database.sqlstate.as_str())
}

pub(crate) fn execute(client: &mut Client, sql: &str) -> Result<(), Error> {
    client.batch_execute(sql).map_err(refused("a statement of the proof's"))
}

/// What PostgreSQL refused that should have worked.
pub(crate) fn refused(doing: &str) -> impl FnOnce(postgres::Error) -> Error {
    |source| Error::Sql { purpose: doing.to_owned(), source }
}
