//! Verifies migrations in house style: they reach the same database as Prisma's SQL, and pass the proofs and the lint.

use std::{
    collections::BTreeSet,
    fmt::{self, Display, Formatter, Write as _},
};

use anyhow::Context as _;
use catalog::Catalog;
use migration_proof::{Cause, Proof};
use postgres::{Client, error::SqlState};
use prisma_schema::Flavour;
use schema_diff::{Diff, deployable};
use scratch_postgres::{Database, Server};
use sql_schema::SqlSchema;
use sql_script::{Script, identifier};

use crate::answers::{self, Target};

/// The result of verifying the migrations for one input.
#[derive(Debug)]
pub enum Verdict {
    /// The database already matches the schema.
    Empty,
    /// PostgreSQL rejects the SQL of both styles. This is its error for house style.
    BothRejected(String),
    /// The migrations passed.
    Proved {
        /// Whether PostgreSQL rejects Prisma's SQL, so that the results could not be compared.
        prisma_rejected: bool,
        /// The number of statements.
        statements: usize,
    },
    /// The migrations failed.
    Fault(Fault),
}

/// The reason why migrations failed, and their SQL.
#[derive(Debug)]
pub struct Fault {
    /// The kind of fault in a few words.
    pub kind: &'static str,
    /// The details.
    pub why: String,
    /// The migrations, one after the other.
    pub sql: String,
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n---- house SQL\n{}", self.kind, self.why, self.sql)
    }
}

/// A database and the schema to migrate it to.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// SQL that creates the database.
    pub setup: &'a str,
    /// The schema.
    pub to: &'a str,
    /// The version of Prisma to compare with.
    pub flavour: Flavour,
}

/// The lock timeout of each migration.
const LOCK_TIMEOUT: &str = "10s";

/// The PostgreSQL schema that the migrations are for.
const NAMESPACE: &str = "public";

/// Verifies the migrations for one input.
///
/// # Errors
/// The schema is invalid, or the setup or the server fails.
pub fn verify(server: &Server, input: Input<'_>) -> anyhow::Result<Verdict> {
    let target = answers::target(input.to, input.flavour).map_err(anyhow::Error::msg)?;
    let database = server.create_database()?;
    database.client()?.batch_execute(input.setup).context("The setup fails.")?;
    let from = target.read(&mut database.client()?)?;
    let diff = target.diff(&from);
    if diff.is_empty() {
        return Ok(Verdict::Empty);
    }
    let migrations = deployable::migrations(&diff);
    let files: Vec<_> = migrations.iter().map(|migration| migration.to_sql(LOCK_TIMEOUT)).collect();
    let statements = migrations.iter().map(deployable::DeployableMigration::statement_count).sum();
    let prisma = run_prisma_sql(&target, &database, &diff)?;
    let sql = files.join("---- next migration\n");
    let fault = |kind, why| Verdict::Fault(Fault { kind, why, sql: sql.clone() });

    let mut proofs = vec![Proof::Rerun, Proof::Interrupted];
    // SQL that names its namespaces runs in those alone.
    if target.schema.namespaces.is_empty() {
        proofs.push(Proof::SecondSchema);
    }
    let scripts: Vec<_> = files.iter().map(|sql| Script { name: "migration.sql", sql }).collect();
    let mut goal = |client: &mut Client| Ok(missing(&target, client, server, prisma.as_ref().ok())?);
    match (migration_proof::prove(&database, database.client()?, &scripts, &proofs, &mut goal, &mut ()), &prisma) {
        (Err(migration_proof::Error::Failed(failure)), Err(rejection)) if is_rejected_alike(&failure, rejection) => {
            Ok(Verdict::BothRejected(failure.to_string()))
        }
        (Err(migration_proof::Error::Failed(failure)), _) => Ok(fault("A proof fails", failure.to_string())),
        (Err(error), _) => Ok(fault("The proofs cannot run", error.to_string())),
        (Ok(_), _) if !lint_findings(&files, &from).is_empty() => {
            Ok(fault("The lint has findings", lint_findings(&files, &from)))
        }
        (Ok(_), Err(_)) => Ok(Verdict::Proved { prisma_rejected: true, statements }),
        (Ok(_), Ok(prisma)) => {
            let changes = prisma.catalog.changes_to(&Catalog::read(&mut database.client()?, NAMESPACE)?);
            // If Prisma's SQL does not reach the schema, it may have lost objects that house style keeps.
            let is_comparable = prisma.rest == EMPTY || target.sql_from(&mut database.client()?)? == prisma.rest;
            if changes.is_empty() || !is_comparable {
                return Ok(Verdict::Proved { prisma_rejected: false, statements });
            }
            let why = changes.iter().fold(String::new(), |mut why, change| {
                _ = writeln!(why, "- {change}");
                why
            });
            Ok(fault("The result differs from the result of Prisma's SQL", why))
        }
    }
}

/// The lint's findings, without those that the schema itself causes.
fn lint_findings(files: &[String], from: &SqlSchema) -> String {
    const CAUSED_BY_SCHEMA: [&str; 4] =
        ["hard-coded-public", "identifier-too-long", "required-column-without-default", "table-name"];
    let existing_tables = from.tables.iter().map(|table| table.name.clone()).collect();
    let context =
        migration_lint::LintContext { existing_tables: &existing_tables, hot_tables: &BTreeSet::new(), prefix: "" };
    let mut text = String::new();
    for sql in files {
        let findings = migration_lint::lint(&migration_lint::Script { name: "migration.sql", sql }, &context);
        let findings: Vec<_> =
            findings.into_iter().filter(|finding| !CAUSED_BY_SCHEMA.contains(&finding.rule)).collect();
        text += &migration_lint::render(&findings, sql, false);
    }
    text
}

/// A database after Prisma's SQL.
struct PrismaResult {
    catalog: Catalog,
    /// The SQL that is still missing to the schema.
    rest: String,
}

/// The SQL of an empty diff.
const EMPTY: &str = "-- This is an empty migration.\n";

/// Runs Prisma's SQL on a copy of the database. The inner error is PostgreSQL's.
fn run_prisma_sql(
    target: &Target,
    database: &Database,
    diff: &Diff<'_>,
) -> anyhow::Result<Result<PrismaResult, postgres::Error>> {
    let copy = database.copy()?;
    let mut client = copy.client()?;
    Ok(match client.batch_execute(&diff.to_sql()) {
        Ok(()) => {
            let catalog = Catalog::read(&mut client, NAMESPACE)?;
            Ok(PrismaResult { catalog, rest: target.sql_from(&mut client)? })
        }
        Err(error) => Err(error),
    })
}

/// The SQL that is still missing to the schema, if any. PostgreSQL cannot express some schemas exactly: SQL that is also
/// missing after Prisma's SQL, or in a new database if PostgreSQL rejects Prisma's SQL, does not count.
fn missing(
    target: &Target,
    client: &mut Client,
    server: &Server,
    prisma: Option<&PrismaResult>,
) -> anyhow::Result<Option<String>> {
    let rest = target.sql_from(client)?;
    let is_reached = rest == EMPTY
        || is_kept_by_domains(&rest, client)?
        || match prisma {
            Some(prisma) => prisma.rest != EMPTY,
            None => rest_in_new_database(target, server)?
                .is_none_or(|usual| rest.lines().all(|line| usual.lines().any(|other| other == line))),
        };
    Ok((!is_reached).then_some(rest))
}

/// Whether the SQL only allows NULL in columns whose domain does not. No change of a column can reach that.
fn is_kept_by_domains(rest: &str, client: &mut Client) -> anyhow::Result<bool> {
    let rows = client.query(
        "SELECT attname::text FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid WHERE typtype = 'd' AND typnotnull",
        &[],
    )?;
    let clauses: Vec<_> =
        rows.iter().map(|row| format!("ALTER COLUMN {} DROP NOT NULL", identifier(row.get(0)))).collect();
    let statements = rest.lines().filter(|line| !line.is_empty() && !line.starts_with("-- "));
    Ok(!clauses.is_empty()
        && statements.into_iter().all(|line| {
            let other = clauses.iter().fold(line.to_owned(), |line, clause| line.replace(clause, ""));
            other != line && !other.contains("COLUMN")
        }))
}

/// The SQL that is missing in a new database of the schema; `None` if PostgreSQL rejects the schema.
fn rest_in_new_database(target: &Target, server: &Server) -> anyhow::Result<Option<String>> {
    let database = server.create_database()?;
    let mut client = database.client()?;
    let sql = target.sql_from(&mut client)?;
    let is_created = client.batch_execute(&sql).is_ok();
    Ok(is_created.then(|| target.sql_from(&mut client)).transpose()?)
}

/// Whether the failure in house style has the same cause as the rejection of Prisma's SQL.
fn is_rejected_alike(failure: &migration_proof::Failure, rejection: &postgres::Error) -> bool {
    match &failure.cause {
        Cause::Script(_) => failure.proof == Proof::Applies,
        // Another object has the name. IF NOT EXISTS mistakes it for the object of the schema.
        Cause::NotReached(_) => rejection.code().is_some_and(|code| NAME_TAKEN.contains(code)),
        Cause::Differs(_) | Cause::Elsewhere(_) => false,
    }
}

/// PostgreSQL's error codes for a name that is taken.
const NAME_TAKEN: [SqlState; 2] = [SqlState::DUPLICATE_TABLE, SqlState::DUPLICATE_OBJECT];
