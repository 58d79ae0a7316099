//! Whether the SQL of the house's own style leads where Prisma's leads, and can be shipped.

use std::{
    collections::BTreeSet,
    fmt::{self, Display, Formatter, Write as _},
};

use anyhow::Context as _;
use catalog::Catalog;
use migration_proof::{Cause, Proof};
use postgres::{Client, error::SqlState};
use prisma_schema::Flavour;
use schema_diff::{Diff, house};
use scratch_postgres::{Database, Server};
use sql_schema::{DatabaseOptions, SqlSchema};
use sql_script::Script;

use crate::ours;

/// What was found out about a subject.
#[derive(Debug)]
pub enum Verdict {
    /// There is nothing to do.
    Empty,
    /// PostgreSQL refuses both styles' SQL, and says this to that of the house.
    BothRefused(String),
    /// All is as it should be.
    Proved {
        /// Whether PostgreSQL refuses Prisma's SQL, so that there was nothing to compare with.
        alone: bool,
        /// Of how many statements the SQL is.
        statements: usize,
    },
    /// Something is not as it should be.
    Fault(Fault),
}

/// What is wrong, and the SQL.
#[derive(Debug)]
pub struct Fault {
    /// What, in a few words.
    pub kind: &'static str,
    /// What exactly.
    pub why: String,
    /// The migrations, one after the other.
    pub sql: String,
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n---- house SQL\n{}", self.kind, self.why, self.sql)
    }
}

/// A database as SQL, and the schema that it shall follow.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Makes the database.
    pub setup: &'a str,
    /// What it becomes.
    pub to: &'a str,
    /// The version of Prisma to compare with.
    pub flavour: Flavour,
}

/// How long each migration waits for a lock.
const LOCK_TIMEOUT: &str = "10s";

/// The namespace that the migrations are for.
const NAMESPACE: &str = "public";

/// Tries a subject.
///
/// # Errors
/// When the schema is invalid, or the setup or the server fails.
pub fn prove(server: &Server, subject: Subject<'_>) -> anyhow::Result<Verdict> {
    let data_model = ours::data_model(subject.to, subject.flavour).map_err(anyhow::Error::msg)?;
    let target = Target {
        to: SqlSchema::from_data_model(&data_model, subject.flavour),
        options: DatabaseOptions::for_data_model(&data_model, subject.flavour),
        flavour: subject.flavour,
    };
    let database = server.create_database()?;
    database.client()?.batch_execute(subject.setup).context("The setup fails.")?;
    let from = target.read(&mut database.client()?)?;
    let diff = Diff::between(&from, &target.to, subject.flavour);
    if diff.is_empty() {
        return Ok(Verdict::Empty);
    }
    let migrations = house::migrations(&diff);
    let files: Vec<_> = migrations.iter().map(|migration| migration.to_sql(LOCK_TIMEOUT)).collect();
    let statements = migrations.iter().map(|migration| migration.statements.len()).sum();
    let plain = target.run_plain(&database, &diff)?;
    let sql = files.join("---- next migration\n");
    let fault = |kind, why| Verdict::Fault(Fault { kind, why, sql: sql.clone() });

    let mut proofs = vec![Proof::Rerun, Proof::Interrupted];
    // What names its namespaces is for one of them only.
    if target.to.namespaces.is_empty() {
        proofs.push(Proof::SecondSchema);
    }
    let scripts: Vec<_> = files.iter().map(|sql| Script { name: "migration.sql", sql }).collect();
    let mut goal = |client: &mut Client| Ok(target.missing(client, server, plain.as_ref().ok())?);
    match (migration_proof::prove(&database, database.client()?, &scripts, &proofs, &mut goal, &mut ()), &plain) {
        (Err(migration_proof::Error::Failed(failure)), Err(refusal)) if is_refused_alike(&failure, refusal) => {
            Ok(Verdict::BothRefused(failure.to_string()))
        }
        (Err(migration_proof::Error::Failed(failure)), _) => Ok(fault("It is not proved", failure.to_string())),
        (Err(error), _) => Ok(fault("It cannot be tried", error.to_string())),
        (Ok(_), _) if !findings(&files, &from).is_empty() => {
            Ok(fault("The lint finds something", findings(&files, &from)))
        }
        (Ok(_), Err(_)) => Ok(Verdict::Proved { alone: true, statements }),
        (Ok(_), Ok(plain)) => {
            let changes = plain.catalog.changes_to(&Catalog::read(&mut database.client()?, NAMESPACE)?);
            // Where Prisma's SQL does not reach the schema, it may have lost what is kept here.
            let is_comparable = plain.rest == EMPTY || target.rest(&mut database.client()?)? == plain.rest;
            if changes.is_empty() || !is_comparable {
                return Ok(Verdict::Proved { alone: false, statements });
            }
            let why = changes.iter().fold(String::new(), |mut why, change| {
                _ = writeln!(why, "- {change}");
                why
            });
            Ok(fault("It leads elsewhere than Prisma's SQL", why))
        }
    }
}

/// What the lint finds in migrations, but for what the schema itself asks for.
fn findings(files: &[String], from: &SqlSchema) -> String {
    const ASKED_FOR: [&str; 4] =
        ["hard-coded-public", "identifier-too-long", "required-column-without-default", "table-name"];
    let existing_tables = from.tables.iter().map(|table| table.name.clone()).collect();
    let context =
        migration_lint::Context { existing_tables: &existing_tables, hot_tables: &BTreeSet::new(), prefix: "" };
    let mut text = String::new();
    for sql in files {
        let findings = migration_lint::lint(&migration_lint::Script { path: "migration.sql", sql }, &context);
        let findings: Vec<_> = findings.into_iter().filter(|finding| !ASKED_FOR.contains(&finding.rule)).collect();
        text += &migration_lint::render(&findings, sql, false);
    }
    text
}

/// What a database shall become.
struct Target {
    to: SqlSchema,
    options: DatabaseOptions,
    flavour: Flavour,
}

/// What a database is after Prisma's SQL: its catalog, and what is still to do.
struct Plain {
    catalog: Catalog,
    rest: String,
}

/// What is printed if there is nothing to do.
const EMPTY: &str = "-- This is an empty migration.\n";

impl Target {
    fn read(&self, client: &mut Client) -> anyhow::Result<SqlSchema> {
        Ok(SqlSchema::from_database(client, &self.options)?)
    }

    fn rest(&self, client: &mut Client) -> anyhow::Result<String> {
        Ok(Diff::between(&self.read(client)?, &self.to, self.flavour).to_sql())
    }

    fn run_plain(&self, database: &Database, diff: &Diff<'_>) -> anyhow::Result<Result<Plain, postgres::Error>> {
        let copy = database.copy()?;
        let mut client = copy.client()?;
        Ok(match client.batch_execute(&diff.to_sql()) {
            Ok(()) => Ok(Plain { catalog: Catalog::read(&mut client, NAMESPACE)?, rest: self.rest(&mut client)? }),
            Err(error) => Err(error),
        })
    }

    /// What is still to do. Some schemas say things that PostgreSQL says otherwise: what remains then after Prisma's SQL
    /// as well, or in a new database if that is refused, is not counted.
    fn missing(&self, client: &mut Client, server: &Server, plain: Option<&Plain>) -> anyhow::Result<Option<String>> {
        let rest = self.rest(client)?;
        let is_reached = rest == EMPTY
            || match plain {
                Some(plain) => plain.rest != EMPTY,
                None => self
                    .rest_of_a_new_database(server)?
                    .is_none_or(|usual| rest.lines().all(|line| usual.lines().any(|other| other == line))),
            };
        Ok((!is_reached).then_some(rest))
    }

    /// `None` if the schema cannot be made.
    fn rest_of_a_new_database(&self, server: &Server) -> anyhow::Result<Option<String>> {
        let database = server.create_database()?;
        let mut client = database.client()?;
        let empty = self.read(&mut client)?;
        let is_made = client.batch_execute(&Diff::between(&empty, &self.to, self.flavour).to_sql()).is_ok();
        is_made.then(|| self.rest(&mut client)).transpose()
    }
}

/// Whether what PostgreSQL refuses in one style cannot be in the other one either.
fn is_refused_alike(failure: &migration_proof::Failure, refusal: &postgres::Error) -> bool {
    match &failure.cause {
        Cause::Script(_) => failure.proof == Proof::Applies,
        // Something has the name that the schema does not tell from it. IF NOT EXISTS takes it for the thing itself.
        Cause::NotReached(_) => refusal.code().is_some_and(|code| TAKEN.contains(code)),
        Cause::Differs(_) | Cause::Elsewhere(_) => false,
    }
}

/// What PostgreSQL says if there is something of the same name.
const TAKEN: [SqlState; 2] = [SqlState::DUPLICATE_TABLE, SqlState::DUPLICATE_OBJECT];
