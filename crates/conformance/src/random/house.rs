//! The SQL of the house's own style, on databases that are made up.

use prisma_schema::Flavour;
use scratch_postgres::{Options, Server};

use super::{
    dice::Dice,
    reduce::Texts,
    subjects::{Subjects, runnable},
};
use crate::{
    compare::{Comparison, Difference},
    house::{Subject, Verdict, prove},
    ours,
};

/// What makes things that Prisma does not see, or takes for something else: partial and expression indexes, which may have a
/// name that the schema gives to another one, partitioned tables, of which no index is built concurrently, and what Prisma
/// forgets when it creates an index again, while it is kept here.
const UNSEEN: [&str; 8] =
    [" WHERE ", "lower(", ") PARTITION BY ", " NULLS ", ") INCLUDE (", ") WITH (", " COLLATE ", "UNIQUE ("];

/// A database, as the SQL that makes it, and a schema.
pub(super) struct House {
    server: Server,
}

impl House {
    pub(super) fn start() -> anyhow::Result<Self> {
        Ok(Self { server: Server::start(&Options::default(), &mut ())? })
    }
}

impl Subjects for House {
    fn make(&mut self, seed: u64) -> Texts {
        let mut dice = Dice::new(seed);
        if dice.percent(15) {
            return dice.database();
        }
        let (from, to) = dice.schemas();
        [ours::between(None, &from.to_string(), Flavour::V6).unwrap_or_default(), to.to_string()]
    }

    fn compare(&mut self, [setup, to]: &Texts) -> anyhow::Result<Vec<Comparison>> {
        if ours::between(None, to, Flavour::V6).is_err() {
            return Ok(vec![Comparison::BothRefuse]);
        }
        let is_seen = |statement: &&str| !UNSEEN.iter().any(|unseen| statement.contains(unseen));
        let setup: String = setup.split_inclusive(";\n").filter(is_seen).collect();
        let setup = runnable(&mut self.server.create_database()?.client()?, &setup);
        Ok(vec![match prove(&self.server, Subject { setup: &setup, to, flavour: Flavour::V6 }) {
            Err(error) => Comparison::Unanswered(format!("{error:#}")),
            Ok(Verdict::Empty | Verdict::Proved { .. }) => Comparison::Same,
            Ok(Verdict::BothRefused(_)) => Comparison::BothRefuse,
            Ok(Verdict::Fault(fault)) => {
                Comparison::Different(Difference { flavour: Flavour::V6, kind: fault.kind, text: fault.to_string() })
            }
        }])
    }
}
