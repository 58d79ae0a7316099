//! Verifies migrations in house style on generated databases.

use prisma_schema::Flavour;
use scratch_postgres::{Options, Server};

use super::{
    generator::Generator,
    inputs::{InputSource, run_valid_statements},
    reduce::InputPair,
};
use crate::{
    answers,
    comparison::{Comparison, Difference},
    deployable::{Input, Verdict, verify},
};

/// Parts of statements that create objects which Prisma does not see or misreads: partial and expression indexes, whose
/// names may collide with the schema's; partitioned tables, whose indexes cannot be built concurrently; and options that
/// Prisma loses when it recreates an index, and house style keeps.
const INVISIBLE_TO_PRISMA: [&str; 8] =
    [" WHERE ", "lower(", ") PARTITION BY ", " NULLS ", ") INCLUDE (", ") WITH (", " COLLATE ", "UNIQUE ("];

/// A database, as the SQL that creates it, and a schema.
pub(super) struct DeployableInputs {
    server: Server,
}

impl DeployableInputs {
    pub(super) fn start() -> anyhow::Result<Self> {
        Ok(Self { server: Server::start(&Options::default(), &mut ())? })
    }
}

impl InputSource for DeployableInputs {
    fn generate(&mut self, seed: u64) -> InputPair {
        let mut generator = Generator::new(seed);
        if generator.percent(15) {
            return generator.database();
        }
        let (from, to) = generator.schemas();
        [answers::sql_between(None, &from.to_string(), Flavour::V6).unwrap_or_default(), to.to_string()]
    }

    fn compare(&mut self, [setup, to]: &InputPair) -> anyhow::Result<Vec<Comparison>> {
        if answers::target(to, Flavour::V6).is_err() {
            return Ok(vec![Comparison::BothRefuse]);
        }
        let is_visible = |statement: &&str| !INVISIBLE_TO_PRISMA.iter().any(|part| statement.contains(part));
        let setup: String = setup.split_inclusive(";\n").filter(is_visible).collect();
        let setup = run_valid_statements(&mut self.server.create_database()?.client()?, &setup);
        Ok(vec![match verify(&self.server, Input { setup: &setup, to, flavour: Flavour::V6 }) {
            Err(error) => Comparison::Unanswered(format!("{error:#}")),
            Ok(Verdict::Empty | Verdict::Proved { .. }) => Comparison::Same,
            Ok(Verdict::BothRejected(_)) => Comparison::BothRefuse,
            Ok(Verdict::Fault(fault)) => {
                Comparison::Different(Difference { flavour: Flavour::V6, kind: fault.kind, text: fault.to_string() })
            }
        }])
    }
}
