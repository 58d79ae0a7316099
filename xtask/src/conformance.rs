//! Our answers to the questions of a [corpus](Corpus).

mod corpus;
mod litellm;

use std::path::Path;

use prisma_schema::{DataModel, Diagnostic, Flavour, Severity, Source};
use scratch_postgres::{Options, Server};
use sql_schema::SqlSchema;

use corpus::{Answer, Question, RecordedDiagnostic};
pub(crate) use corpus::{Case, Corpus};
use litellm::LiteLlm;

use crate::{
    target::Target,
    terminal::{output::Output, progress::Progress},
};

/// What both say where a schema is invalid.
const REFUSED: &str = "refused\n";

/// The major version of the PostgreSQL with which the answers about databases were recorded.
const RECORDED_ON: u32 = 15;

/// How many databases the embedded server has before another one takes its place. It keeps files of those that are dropped, and
/// each makes all that follows slower.
const MOST_EMBEDDED_DATABASES: usize = 25;

/// Answers one question after the other, on one server.
pub(crate) struct Respondent<'a> {
    flavour: Option<Flavour>,
    root: Option<&'a Path>,
    postgres: Options,
    output: &'a Output,
    server: Option<Server>,
    /// How many databases this server has had.
    databases: usize,
    litellm: Option<LiteLlm>,
}

/// The recorded answer to a question, and ours.
pub(crate) struct Answers {
    pub(crate) recorded: String,
    pub(crate) ours: String,
}

impl<'a> Respondent<'a> {
    /// One who answers as `flavour`, or else as the flavour that a question is about.
    pub(crate) fn new(flavour: Option<Flavour>, root: Option<&'a Path>, postgres: Options, output: &'a Output) -> Self {
        Self { flavour, root, postgres, output, server: None, databases: 0, litellm: None }
    }

    /// Answers; `None` to what was not asked of this flavour, or cannot be asked of this server.
    pub(crate) fn answer(&mut self, case: &Case) -> anyhow::Result<Option<Answers>> {
        let flavour = self.flavour.unwrap_or(match case.question {
            Question::Validate { .. } => Flavour::V5,
            _ => Flavour::V6,
        });
        let (recorded, ours) = match &case.question {
            Question::Validate { schema, ok, diagnostics } => {
                (recorded_verdict(*ok, diagnostics), verdict(schema, flavour))
            }
            Question::Schemas { from, to, answers } => match answers.of(flavour) {
                None => return Ok(None),
                Some(Answer::Refused) => {
                    (REFUSED.to_owned(), between(from.as_deref(), to, flavour).unwrap_or_else(|_| REFUSED.to_owned()))
                }
                Some(Answer::Sql(sql)) => {
                    (sql.to_owned(), between(from.as_deref(), to, flavour).unwrap_or_else(|errors| errors))
                }
            },
            Question::Live { setup, to, sql } => match self.answer_from_database(&case.id, setup, to, flavour)? {
                Some(ours) => (sql.clone(), ours),
                None => return Ok(None),
            },
            Question::Prefix { k, sql } => (sql.clone(), self.answer_from_prefix(*k, &case.id, flavour)?),
        };
        Ok(Some(Answers { recorded, ours }))
    }

    /// `None` where the server cannot make that database: it is too old, or lacks something.
    fn answer_from_database(
        &mut self,
        id: &str,
        setup: &str,
        to: &str,
        flavour: Flavour,
    ) -> anyhow::Result<Option<String>> {
        let data_model = match data_model(to, flavour) {
            Ok(data_model) => data_model,
            Err(errors) => return Ok(Some(errors)),
        };
        self.databases += 1;
        if self.databases.is_multiple_of(MOST_EMBEDDED_DATABASES) {
            self.server = self.server.take().filter(|server| !server.takes_one_connection());
        }
        let server = self.server()?.clone();
        let database = server.create_database()?;
        let mut client = database.superuser_client()?;
        if let Err(error) = client.batch_execute(setup) {
            if server.major() < RECORDED_ON || server.takes_one_connection() {
                let why = error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned());
                self.output.note(&format!("{} is not asked {id}: {why}", server.describe()));
                return Ok(None);
            }
            return Ok(Some(format!("the setup failed: {error:?}\n")));
        }
        let target = Target::new(&data_model, flavour);
        Ok(Some(match target.read(&mut client) {
            Ok(from) => target.diff(&from).to_sql(),
            Err(error) => format!("the database cannot be read: {error}\n"),
        }))
    }

    fn answer_from_prefix(&mut self, k: usize, last: &str, flavour: Flavour) -> anyhow::Result<String> {
        let litellm = match self.litellm.take().filter(|litellm| litellm.applied() <= k) {
            Some(litellm) => litellm,
            None => {
                let server = self.server()?.clone();
                LiteLlm::open(self.root, &server, flavour, self.output)?
            }
        };
        self.litellm.insert(litellm).diff_after(k, last)
    }

    fn server(&mut self) -> anyhow::Result<&Server> {
        let server = match self.server.take() {
            Some(server) => server,
            None => Server::start(&self.postgres, &mut Progress::new(self.output))?,
        };
        Ok(self.server.insert(server))
    }
}

/// The SQL that leads from one schema to another, or what is wrong with one of them.
fn between(from: Option<&str>, to: &str, flavour: Flavour) -> Result<String, String> {
    let from = match from {
        Some(from) => SqlSchema::from_data_model(&data_model(from, flavour)?, flavour),
        None => SqlSchema::default(),
    };
    Ok(Target::new(&data_model(to, flavour)?, flavour).diff(&from).to_sql())
}

fn data_model(schema: &str, flavour: Flavour) -> Result<DataModel, String> {
    let sources = [Source::new("schema.prisma", schema)];
    match prisma_schema::data_model(&sources, flavour) {
        Ok((data_model, _)) => Ok(data_model),
        Err(diagnostics) => Err(prisma_schema::render(&diagnostics, &sources, false)),
    }
}

/// Whether the schema is valid, and each diagnostic with its place in bytes.
fn verdict(schema: &str, flavour: Flavour) -> String {
    let line = |Diagnostic { severity, message, span, .. }: &Diagnostic| {
        diagnostic_line(*severity == Severity::Warning, span.start, span.end, message)
    };
    match prisma_schema::data_model(&[Source::new("schema.prisma", schema)], flavour) {
        Ok((_, warnings)) => warnings.iter().map(line).collect(),
        Err(diagnostics) => REFUSED.to_owned() + &diagnostics.iter().map(line).collect::<String>(),
    }
}

fn recorded_verdict(ok: bool, diagnostics: &[RecordedDiagnostic]) -> String {
    let mut verdict = if ok { String::new() } else { REFUSED.to_owned() };
    for RecordedDiagnostic { start, end, text, is_warning } in diagnostics {
        verdict += &diagnostic_line(*is_warning, *start, *end, text);
    }
    verdict
}

fn diagnostic_line(is_warning: bool, start: u32, end: u32, text: &str) -> String {
    format!("{} at {start}..{end}: {text}\n", if is_warning { "warning" } else { "error" })
}
