//! What differences are looked for in.

use std::panic;

use postgres::Client;
use prisma_schema::Flavour;
use scratch_postgres::{Database, Options, Server};

use super::{database, dice::Dice, reduce::Texts};
use crate::{
    case::Question,
    compare::{Comparison, Oracles},
    oracle::{self, Oracle, Origin},
    ours,
};

/// A kind of subject.
pub(super) trait Subjects {
    /// The texts that a seed makes.
    fn make(&mut self, seed: u64) -> Texts;

    /// What both say about them, in each version.
    fn compare(&mut self, texts: &Texts) -> anyhow::Result<Vec<Comparison>>;
}

/// Two schemas, the second a variation of the first.
pub(super) struct SchemaPairs {
    oracles: Oracles,
}

impl SchemaPairs {
    pub(super) fn start() -> anyhow::Result<Self> {
        Ok(Self { oracles: Oracles::start()? })
    }
}

impl Subjects for SchemaPairs {
    fn make(&mut self, seed: u64) -> Texts {
        let mut dice = Dice::new(seed);
        let (from, to) = dice.schemas();
        let from = if dice.percent(5) { String::new() } else { from.to_string() };
        [from, to.to_string()]
    }

    fn compare(&mut self, [from, to]: &Texts) -> anyhow::Result<Vec<Comparison>> {
        let from = (!from.is_empty()).then_some(from.as_str());
        self.oracles.compare(from.map_or(Origin::Empty, Origin::Schema), to, |flavour| ours::between(from, to, flavour))
    }
}

/// A database, as the SQL that makes it, and a schema.
pub(super) struct Databases {
    oracles: Oracles,
    server: Server,
}

impl Databases {
    pub(super) fn start() -> anyhow::Result<Self> {
        Ok(Self { oracles: Oracles::start()?, server: Server::start(&Options::default(), &mut ())? })
    }

    /// The database that is made by those of the statements that can be run.
    fn database(&self, setup: &str) -> anyhow::Result<Database> {
        let database = self.server.create_database()?;
        let mut client = database.superuser_client()?;
        // Whatever the others are, both sides see the same.
        runnable(&mut client, setup);
        Ok(database)
    }
}

impl Subjects for Databases {
    fn make(&mut self, seed: u64) -> Texts {
        let mut dice = Dice::new(seed);
        if dice.percent(40) {
            return dice.database();
        }
        let (from, to) = dice.schemas();
        let setup = ours::between(None, &from.to_string(), Flavour::V6).unwrap_or_default();
        [format!("{}{setup}", database::PREPARATION), to.to_string()]
    }

    fn compare(&mut self, [setup, to]: &Texts) -> anyhow::Result<Vec<Comparison>> {
        let database = self.database(setup)?;
        let url = oracle::url(&database);
        let mut client = database.superuser_client()?;
        self.oracles.compare(Origin::Database(&url), to, |flavour| ours::from_database(&mut client, to, flavour))
    }
}

/// Runs those of the statements that can be run, and returns them.
pub(super) fn runnable(client: &mut Client, statements: &str) -> String {
    statements.split_inclusive(";\n").filter(|statement| client.batch_execute(statement).is_ok()).collect()
}

/// A schema with mistakes, of which all that is said is compared.
pub(super) struct Verdicts {
    oracle: Oracle,
}

impl Verdicts {
    pub(super) fn start() -> anyhow::Result<Self> {
        Ok(Self { oracle: Oracle::start(&Oracle::find()?)? })
    }
}

impl Subjects for Verdicts {
    fn make(&mut self, seed: u64) -> Texts {
        let mut dice = Dice::new(seed);
        let (schema, _) = dice.schemas();
        [dice.damaged(&schema.to_string()), String::new()]
    }

    fn compare(&mut self, [schema, _]: &Texts) -> anyhow::Result<Vec<Comparison>> {
        let mut comparisons = Vec::new();
        for flavour in [Flavour::V5, Flavour::V6, Flavour::V7] {
            // Version 7 refuses the line that all before need.
            let is_wanted = |line: &&str| flavour < Flavour::V7 || !line.trim_start().starts_with("url");
            let schema = schema.split_inclusive('\n').filter(is_wanted).collect();
            let question = Question::Verdict { schema };
            let ours = panic::catch_unwind(|| ours::answer(&question, flavour)).unwrap_or_default();
            let ours = ours.map_or_else(|| "This program panics.\n".to_owned(), |answer| answer.text().to_owned());
            comparisons.push(match self.oracle.answer(&question, flavour, None) {
                Err(error) => Comparison::Unanswered(format!("Prisma {flavour}: {error:#}")),
                Ok(prisma) => Comparison::of(flavour, "another verdict", &sorted(prisma.text()), &sorted(&ours)),
            });
        }
        Ok(comparisons)
    }
}

/// The remarks in an order of their own: that of Prisma's is not always the same.
fn sorted(verdict: &str) -> String {
    let mut remarks: Vec<_> = verdict.split_inclusive('\n').collect();
    remarks.sort_unstable();
    remarks.concat()
}
