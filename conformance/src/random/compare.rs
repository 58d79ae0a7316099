//! Asks Prisma's engine in both versions, and us.

use std::{
    fmt::{self, Display, Formatter},
    panic::{self, AssertUnwindSafe},
};

use prisma_schema::Flavour;
use scratch_postgres::{Database, Options, Server};

use super::{database, dice::Dice, reduce::Texts};
use crate::{
    case::{Answer, Question},
    difference,
    oracle::{self, Oracle, Origin},
    ours,
};

/// What differences are looked for in.
pub(super) trait Subjects {
    /// The texts that a seed makes.
    fn make(&mut self, seed: u64) -> Texts;

    /// What both say about them, in each version.
    fn compare(&mut self, texts: &Texts) -> anyhow::Result<Vec<Comparison>>;
}

pub(super) enum Comparison {
    Same,
    BothRefuse,
    Different(Difference),
    /// Prisma's engine fails.
    Unanswered(String),
}

pub(super) struct Difference {
    flavour: Flavour,
    kind: &'static str,
    prisma: String,
    ours: String,
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
        for statement in setup.split_inclusive(";\n") {
            // Whatever it is, both sides see the same.
            _ = client.batch_execute(statement);
        }
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
                Ok(prisma) => Comparison::of(flavour, "another verdict", sorted(prisma.text()), sorted(&ours)),
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

/// An engine for each version, so that they can be asked at once.
struct Oracles([(Flavour, Oracle); 2]);

impl Oracles {
    fn start() -> anyhow::Result<Self> {
        let folder = Oracle::find()?;
        Ok(Self([(Flavour::V6, Oracle::start(&folder)?), (Flavour::V7, Oracle::start(&folder)?)]))
    }

    fn compare(
        &mut self,
        from: Origin<'_>,
        to: &str,
        mut ours: impl FnMut(Flavour) -> Result<String, String>,
    ) -> anyhow::Result<Vec<Comparison>> {
        for (flavour, oracle) in &mut self.0 {
            oracle.ask_diff(from, to, *flavour)?;
        }
        let mut comparisons = Vec::new();
        for (flavour, oracle) in &mut self.0 {
            let ours = panic::catch_unwind(AssertUnwindSafe(|| ours(*flavour)))
                .unwrap_or_else(|_| Err("This program panics.\n".to_owned()));
            let (kind, prisma, ours) = match (oracle.read_diff(), ours) {
                (Err(error), _) => {
                    comparisons.push(Comparison::Unanswered(format!("Prisma {flavour}: {error:#}")));
                    continue;
                }
                (Ok(Answer::Text(_)), Err(_)) => {
                    comparisons.push(Comparison::BothRefuse);
                    continue;
                }
                (Ok(Answer::Sql(prisma)), Ok(ours)) => ("other SQL", prisma, ours),
                (Ok(Answer::Sql(prisma)), Err(ours)) => ("refused by us alone", prisma, ours),
                (Ok(Answer::Text(prisma)), Ok(ours)) => ("accepted by us alone", prisma, ours),
            };
            comparisons.push(Comparison::of(*flavour, kind, prisma, ours));
        }
        Ok(comparisons)
    }
}

impl Comparison {
    fn of(flavour: Flavour, kind: &'static str, prisma: String, ours: String) -> Self {
        if prisma == ours { Self::Same } else { Self::Different(Difference { flavour, kind, prisma, ours }) }
    }
}

impl Difference {
    pub(super) fn title(&self) -> String {
        format!("Prisma {}, {}", self.flavour, self.kind)
    }

    /// Whether both are of the same kind, so that one may be a smaller form of the other.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.flavour, self.kind) == (other.flavour, other.kind)
    }
}

impl Display for Difference {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.title(), difference(("Prisma", &self.prisma), ("ours", &self.ours)))
    }
}
