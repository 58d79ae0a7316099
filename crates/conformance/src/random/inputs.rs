//! The kinds of generated inputs.

use std::panic;

use postgres::Client;
use prisma_schema::Flavour;
use scratch_postgres::{Database, Options, Server};

use super::{databases, generator::Generator, reduce::InputPair};
use crate::{
    answers,
    case::Question,
    comparison::{Comparison, OraclePair},
    oracle::{self, Oracle, Origin},
};

/// A kind of input.
pub(super) trait InputSource {
    /// The input of a seed.
    fn generate(&mut self, seed: u64) -> InputPair;

    /// Compares the answers for an input, in each version of Prisma.
    fn compare(&mut self, input: &InputPair) -> anyhow::Result<Vec<Comparison>>;
}

/// Two schemas; the second is a variation of the first.
pub(super) struct SchemaPairs {
    oracles: OraclePair,
}

impl SchemaPairs {
    pub(super) fn start() -> anyhow::Result<Self> {
        Ok(Self { oracles: OraclePair::start()? })
    }
}

impl InputSource for SchemaPairs {
    fn generate(&mut self, seed: u64) -> InputPair {
        let mut generator = Generator::new(seed);
        let (from, to) = generator.schemas();
        let from = if generator.percent(5) { String::new() } else { from.to_string() };
        [from, to.to_string()]
    }

    fn compare(&mut self, [from, to]: &InputPair) -> anyhow::Result<Vec<Comparison>> {
        let from = (!from.is_empty()).then_some(from.as_str());
        let origin = from.map_or(Origin::Empty, Origin::Schema);
        self.oracles.compare(origin, to, |flavour| answers::sql_between(from, to, flavour))
    }
}

/// A database, as the SQL that creates it, and a schema.
pub(super) struct Databases {
    oracles: OraclePair,
    server: Server,
}

impl Databases {
    pub(super) fn start() -> anyhow::Result<Self> {
        Ok(Self { oracles: OraclePair::start()?, server: Server::start(&Options::default(), &mut ())? })
    }

    /// Creates the database from the valid statements of `setup`.
    fn create(&self, setup: &str) -> anyhow::Result<Database> {
        let database = self.server.create_database()?;
        run_valid_statements(&mut database.superuser_client()?, setup);
        Ok(database)
    }
}

impl InputSource for Databases {
    fn generate(&mut self, seed: u64) -> InputPair {
        let mut generator = Generator::new(seed);
        if generator.percent(40) {
            return generator.database();
        }
        let (from, to) = generator.schemas();
        let setup = answers::sql_between(None, &from.to_string(), Flavour::V6).unwrap_or_default();
        [format!("{}{setup}", databases::PREPARATION), to.to_string()]
    }

    fn compare(&mut self, [setup, to]: &InputPair) -> anyhow::Result<Vec<Comparison>> {
        let database = self.create(setup)?;
        let url = oracle::database_url(&database);
        let mut client = database.superuser_client()?;
        self.oracles.compare(Origin::Database(&url), to, |flavour| answers::sql_from_database(&mut client, to, flavour))
    }
}

/// Runs each statement, and returns those that PostgreSQL accepts.
pub(super) fn run_valid_statements(client: &mut Client, statements: &str) -> String {
    statements.split_inclusive(";\n").filter(|statement| client.batch_execute(statement).is_ok()).collect()
}

/// A schema with mistakes. The answers are its diagnostics.
pub(super) struct InvalidSchemas {
    oracle: Oracle,
}

impl InvalidSchemas {
    pub(super) fn start() -> anyhow::Result<Self> {
        Ok(Self { oracle: Oracle::start(&Oracle::find()?)? })
    }
}

impl InputSource for InvalidSchemas {
    fn generate(&mut self, seed: u64) -> InputPair {
        let mut generator = Generator::new(seed);
        let (schema, _) = generator.schemas();
        [generator.corrupted(&schema.to_string()), String::new()]
    }

    fn compare(&mut self, [schema, _]: &InputPair) -> anyhow::Result<Vec<Comparison>> {
        let mut comparisons = Vec::new();
        for flavour in [Flavour::V5, Flavour::V6, Flavour::V7] {
            // Version 7 rejects the line that earlier versions require.
            let is_wanted = |line: &&str| flavour < Flavour::V7 || !line.trim_start().starts_with("url");
            let schema = schema.split_inclusive('\n').filter(is_wanted).collect();
            let question = Question::Validation { schema };
            let answer = panic::catch_unwind(|| answers::answer(&question, flavour)).unwrap_or_default();
            let xtask = answer.map_or_else(|| "This program panics.\n".to_owned(), |answer| answer.text().to_owned());
            comparisons.push(match self.oracle.answer(&question, flavour, None) {
                Err(error) => Comparison::Unanswered(format!("Prisma {flavour}: {error:#}")),
                Ok(prisma) => Comparison::of(flavour, "different diagnostics", &sorted(prisma.text()), &sorted(&xtask)),
            });
        }
        Ok(comparisons)
    }
}

/// The diagnostics, sorted. Prisma's order is not deterministic.
fn sorted(diagnostics: &str) -> String {
    let mut lines: Vec<_> = diagnostics.split_inclusive('\n').collect();
    lines.sort_unstable();
    lines.concat()
}
