//! The answers of this workspace: `prisma-schema`, `sql-schema` and `schema-diff`.

use anyhow::Context as _;
use postgres::Client;
use prisma_schema::{DataModel, Flavour, Severity, Source};
use schema_diff::Diff;
use scratch_postgres::{Database, Server};
use sql_schema::{DatabaseOptions, ReadDatabaseError, SqlSchema};

use crate::case::{Answer, Question, VALID, diagnostic_line, with_datasource};

/// The answer to a question that needs no database; `None` for a question about a database.
#[must_use]
pub fn answer(question: &Question, flavour: Flavour) -> Option<Answer> {
    match question {
        Question::Schemas { before, after } => {
            Some(sql_between(before.as_deref(), after, flavour).map_or_else(|_| Answer::refused(), Answer::Sql))
        }
        Question::Validation { schema } => Some(Answer::Text(verdict(schema, flavour))),
        Question::Database { .. } => None,
    }
}

/// The SQL that turns `from`, or an empty database, into `to`.
///
/// # Errors
/// The rendered diagnostics of an invalid schema.
pub fn sql_between(from: Option<&str>, to: &str, flavour: Flavour) -> Result<String, String> {
    let from = match from {
        Some(from) => SqlSchema::from_data_model(&data_model(from, flavour)?, flavour),
        None => SqlSchema::default(),
    };
    Ok(target(to, flavour)?.diff(&from).to_sql())
}

/// The SQL that turns a database into `to`.
///
/// # Errors
/// The rendered diagnostics of an invalid schema, or the reason why the database cannot be read.
pub fn sql_from_database(client: &mut Client, to: &str, flavour: Flavour) -> Result<String, String> {
    target(to, flavour)?.sql_from(client).map_err(|error| format!("{error}\n"))
}

/// Creates a database and runs `setup` in it.
///
/// # Errors
/// The server or the setup fails.
pub fn create_database(server: &Server, setup: &str) -> anyhow::Result<Database> {
    let database = server.create_database()?;
    database.superuser_client()?.batch_execute(setup).context("The setup fails.")?;
    Ok(database)
}

/// The database that a schema describes.
#[derive(Debug)]
pub struct Target {
    pub(crate) schema: SqlSchema,
    options: DatabaseOptions,
    flavour: Flavour,
}

/// The target that a schema describes.
///
/// # Errors
/// The rendered diagnostics of an invalid schema.
pub fn target(schema: &str, flavour: Flavour) -> Result<Target, String> {
    let data_model = data_model(schema, flavour)?;
    let schema = SqlSchema::from_data_model(&data_model, flavour);
    Ok(Target { schema, options: DatabaseOptions::for_data_model(&data_model, flavour), flavour })
}

impl Target {
    /// Reads the part of a database that the schema describes.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn read(&self, client: &mut Client) -> Result<SqlSchema, ReadDatabaseError> {
        SqlSchema::from_database(client, &self.options)
    }

    /// The difference from a schema to the target.
    #[must_use]
    pub fn diff<'a>(&'a self, from: &'a SqlSchema) -> Diff<'a> {
        Diff::between(from, &self.schema, self.flavour)
    }

    /// The SQL that turns a database into the target.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sql_from(&self, client: &mut Client) -> Result<String, ReadDatabaseError> {
        Ok(self.diff(&self.read(client)?).to_sql())
    }
}

fn data_model(schema: &str, flavour: Flavour) -> Result<DataModel, String> {
    let sources = [Source::new("schema.prisma", with_datasource(schema, flavour))];
    match prisma_schema::data_model(&sources, flavour) {
        Ok((data_model, _)) => Ok(data_model),
        Err(diagnostics) => Err(prisma_schema::render(&diagnostics, &sources, false)),
    }
}

/// All diagnostics of a schema.
fn verdict(schema: &str, flavour: Flavour) -> String {
    let schema = with_datasource(schema, flavour);
    let diagnostics = match prisma_schema::data_model(&[Source::new("schema.prisma", schema.as_str())], flavour) {
        Ok((_, warnings)) => warnings,
        Err(diagnostics) => diagnostics,
    };
    if diagnostics.is_empty() {
        return VALID.to_owned();
    }
    let line = |diagnostic: &prisma_schema::Diagnostic| {
        let (start, end) = (diagnostic.span.start as usize, diagnostic.span.end as usize);
        diagnostic_line(&schema, diagnostic.severity == Severity::Warning, start, end, &diagnostic.message)
    };
    diagnostics.iter().map(line).collect()
}
