//! Counts the recorded answers that equal the answers of this workspace: `cargo xtask conformance`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "prints the result and notes")]

use std::path::PathBuf;

use prisma_schema::{Diagnostic, Flavour, Severity, Source};
use scratch_postgres::{Observer, Options, Server};

use super::{
    Corpus, LiteLlmCheckout, RecordedAnswer, RecordedCase, RecordedDiagnostic, RecordedInput, litellm::LiteLlmDatabase,
};
use crate::{
    answers::{self, target},
    case::REFUSED,
    difference,
};

/// The major version of the PostgreSQL that the answers about databases were recorded with.
const RECORDED_ON: u32 = 15;

/// The number of databases after which the embedded server is replaced. It keeps files of dropped databases, and each of
/// them slows down every later statement.
const MAX_EMBEDDED_DATABASES: usize = 25;

/// How to compare.
#[derive(Debug)]
pub struct CompareOptions {
    /// The Prisma version to follow. Without it, 5 for validation and 6 for everything else.
    pub flavour: Option<Flavour>,
    /// How many of the differences to show per file.
    pub show: usize,
    /// The server for the cases about databases.
    pub postgres: Options,
    /// The checkout of LiteLLM for the cases about its migrations.
    pub litellm: LiteLlmCheckout,
    /// Print no notes.
    pub quiet: bool,
}

/// Compares the cases of these files, and prints a count for each file. Returns whether all answers are identical.
///
/// # Errors
/// A file cannot be read, or the server or LiteLLM's checkout fails.
pub fn compare(files: &[PathBuf], options: &CompareOptions) -> anyhow::Result<bool> {
    let mut comparison = CorpusComparison { options, server: None, databases: 0, litellm: None };
    let mut all_identical = true;
    for file in files {
        let corpus = Corpus::open(file)?;
        let name = corpus.name.clone();
        let (mut compared, mut identical, mut differences) = (0, 0, String::new());
        for case in corpus.cases() {
            let case = case?;
            let Some(AnswerPair { recorded, xtask }) = comparison.answer(&case)? else { continue };
            compared += 1;
            if recorded == xtask {
                identical += 1;
            } else if compared - identical <= options.show {
                let (old, new) = (format!("{} (recorded)", case.id), format!("{} (xtask)", case.id));
                differences += &format!("\n{}", difference((&old, &recorded), (&new, &xtask)));
            }
        }
        print!("{name}: {identical} of {compared} identical\n{differences}");
        all_identical &= identical == compared;
    }
    Ok(all_identical)
}

/// Answers one case after another on one server.
struct CorpusComparison<'a> {
    options: &'a CompareOptions,
    server: Option<Server>,
    /// How many databases the server has had.
    databases: usize,
    litellm: Option<LiteLlmDatabase>,
}

/// The recorded answer to a case, and the answer of this workspace.
struct AnswerPair {
    recorded: String,
    xtask: String,
}

impl CorpusComparison<'_> {
    /// `None` if Prisma was not asked in this version, or this server cannot create the database.
    fn answer(&mut self, case: &RecordedCase) -> anyhow::Result<Option<AnswerPair>> {
        let flavour = self.options.flavour.unwrap_or(match case.input {
            RecordedInput::Validate { .. } => Flavour::V5,
            _ => Flavour::V6,
        });
        let (recorded, xtask) = match &case.input {
            RecordedInput::Validate { schema, ok, diagnostics } => {
                (recorded_verdict(*ok, diagnostics), verdict(schema, flavour))
            }
            RecordedInput::Schemas { from, to, answers } => {
                let sql = || answers::sql_between(from.as_deref(), to, flavour);
                match answers.of(flavour) {
                    None => return Ok(None),
                    Some(RecordedAnswer::Refused) => (REFUSED.to_owned(), sql().unwrap_or_else(|_| REFUSED.to_owned())),
                    Some(RecordedAnswer::Sql(recorded)) => (recorded.to_owned(), sql().unwrap_or_else(|error| error)),
                }
            }
            RecordedInput::Live { setup, to, sql } => match self.sql_from_database(&case.id, setup, to, flavour)? {
                Some(xtask) => (sql.clone(), xtask),
                None => return Ok(None),
            },
            RecordedInput::Prefix { k, sql } => (sql.clone(), self.sql_from_prefix(*k, &case.id, flavour)?),
        };
        Ok(Some(AnswerPair { recorded, xtask }))
    }

    /// `None` if the server cannot create the database: it is too old, or lacks an extension.
    fn sql_from_database(
        &mut self,
        id: &str,
        setup: &str,
        to: &str,
        flavour: Flavour,
    ) -> anyhow::Result<Option<String>> {
        let target = match target(to, flavour) {
            Ok(target) => target,
            Err(errors) => return Ok(Some(errors)),
        };
        self.databases += 1;
        if self.databases.is_multiple_of(MAX_EMBEDDED_DATABASES) {
            self.server = self.server.take().filter(|server| !server.takes_one_connection());
        }
        let server = self.server()?.clone();
        let database = server.create_database()?;
        let mut client = database.superuser_client()?;
        if let Err(error) = client.batch_execute(setup) {
            if server.major() < RECORDED_ON || server.takes_one_connection() {
                let why = error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned());
                Notes { quiet: self.options.quiet }
                    .note(&format!("skipped {id}: {} cannot create its database: {why}", server.describe()));
                return Ok(None);
            }
            return Ok(Some(format!("the setup failed: {error:?}\n")));
        }
        Ok(Some(match target.sql_from(&mut client) {
            Ok(sql) => sql,
            Err(error) => format!("the database cannot be read: {error}\n"),
        }))
    }

    fn sql_from_prefix(&mut self, k: usize, last: &str, flavour: Flavour) -> anyhow::Result<String> {
        let litellm = match self.litellm.take().filter(|litellm| litellm.applied() <= k) {
            Some(litellm) => litellm,
            None => {
                let server = self.server()?.clone();
                LiteLlmDatabase::create(&self.options.litellm, &server, flavour)?
            }
        };
        self.litellm.insert(litellm).sql_after(k, last)
    }

    fn server(&mut self) -> anyhow::Result<&Server> {
        let server = match self.server.take() {
            Some(server) => server,
            None => Server::start(&self.options.postgres, &mut Notes { quiet: self.options.quiet })?,
        };
        Ok(self.server.insert(server))
    }
}

/// Prints notes to standard error unless `quiet`.
struct Notes {
    quiet: bool,
}

impl Observer for Notes {
    fn note(&mut self, text: &str) {
        if !self.quiet {
            eprintln!("note: {text}");
        }
    }

    fn lends_stderr(&self) -> bool {
        !self.quiet
    }
}

/// Whether the schema is valid, and each diagnostic with its byte offsets.
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
