//! Our answers.

use std::fmt::Write as _;

use anyhow::Context as _;
use postgres::Client;
use prisma_schema::{DataModel, Flavour, Severity, Source};
use schema_diff::Diff;
use scratch_postgres::Server;
use sql_schema::{DatabaseOptions, SqlSchema};

use crate::case::{Answer, Question, REFUSED, VALID, remark, with_datasource};

/// Our answer to a question that needs no database; `None` to another.
#[must_use]
pub fn answer(question: &Question, flavour: Flavour) -> Option<Answer> {
    match question {
        Question::Schemas { before, after } => {
            Some(between(before.as_deref(), after, flavour).map_or_else(|_| refused(), Answer::Sql))
        }
        Question::Verdict { schema } => Some(Answer::Text(verdict(schema, flavour))),
        Question::Database { .. } => None,
    }
}

/// What both say of a schema that no SQL leads from or to.
#[must_use]
pub fn refused() -> Answer {
    Answer::Text(REFUSED.to_owned())
}

/// The SQL that leads from one schema, or an empty database, to another; or what is wrong with one of them.
pub fn between(from: Option<&str>, to: &str, flavour: Flavour) -> Result<String, String> {
    let from = match from {
        Some(from) => SqlSchema::from_data_model(&data_model(from, flavour)?, flavour),
        None => SqlSchema::default(),
    };
    let to = SqlSchema::from_data_model(&data_model(to, flavour)?, flavour);
    Ok(Diff::between(&from, &to, flavour).to_sql())
}

/// The SQL that leads from a database to a schema, or why there is none.
pub fn from_database(client: &mut Client, to: &str, flavour: Flavour) -> Result<String, String> {
    let data_model = data_model(to, flavour)?;
    let options = DatabaseOptions::for_data_model(&data_model, flavour);
    let from = SqlSchema::from_database(client, &options).map_err(|error| format!("{error}\n"))?;
    let to = SqlSchema::from_data_model(&data_model, flavour);
    Ok(Diff::between(&from, &to, flavour).to_sql())
}

/// A database of its own in which `setup` ran.
pub fn database(server: &Server, setup: &str) -> anyhow::Result<scratch_postgres::Database> {
    let database = server.create_database()?;
    database.superuser_client()?.batch_execute(setup).context("The setup fails.")?;
    Ok(database)
}

pub(crate) fn data_model(schema: &str, flavour: Flavour) -> Result<DataModel, String> {
    let sources = [Source::new("schema.prisma", with_datasource(schema, flavour))];
    match prisma_schema::data_model(&sources, flavour) {
        Ok((data_model, _)) => Ok(data_model),
        Err(diagnostics) => Err(prisma_schema::render(&diagnostics, &sources, false)),
    }
}

/// All that is said about a schema.
fn verdict(schema: &str, flavour: Flavour) -> String {
    let schema = with_datasource(schema, flavour);
    let diagnostics = match prisma_schema::data_model(&[Source::new("schema.prisma", schema.as_str())], flavour) {
        Ok((_, warnings)) => warnings,
        Err(diagnostics) => diagnostics,
    };
    if diagnostics.is_empty() {
        return VALID.to_owned();
    }
    diagnostics.iter().fold(String::new(), |mut verdict, diagnostic| {
        let (start, end) = (diagnostic.span.start as usize, diagnostic.span.end as usize);
        let is_warning = diagnostic.severity == Severity::Warning;
        _ = write!(verdict, "{}", remark(&schema, is_warning, start, end, &diagnostic.message));
        verdict
    })
}
