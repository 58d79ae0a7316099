//! Asks Prisma's engine in both versions, and us.

use std::{
    fmt::{self, Display, Formatter},
    panic::{self, AssertUnwindSafe},
};

use prisma_schema::Flavour;

use crate::{
    case::Answer,
    difference,
    oracle::{Oracle, Origin},
};

/// How two answers compare.
pub(crate) enum Comparison {
    Same,
    BothRefuse,
    Different(Difference),
    /// Prisma's engine fails.
    Unanswered(String),
}

/// Two answers that are not the same.
pub(crate) struct Difference {
    pub(crate) flavour: Flavour,
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

/// An engine for each version, so that they can be asked at once.
pub(crate) struct Oracles([(Flavour, Oracle); 2]);

impl Oracles {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let folder = Oracle::find()?;
        Ok(Self([(Flavour::V6, Oracle::start(&folder)?), (Flavour::V7, Oracle::start(&folder)?)]))
    }

    /// What both say of the way from the one to the other, in each version.
    pub(crate) fn compare(
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
            comparisons.push(Comparison::of(*flavour, kind, &prisma, &ours));
        }
        Ok(comparisons)
    }
}

impl Comparison {
    pub(crate) fn of(flavour: Flavour, kind: &'static str, prisma: &str, ours: &str) -> Self {
        if prisma == ours {
            return Self::Same;
        }
        let text = difference(("Prisma", prisma), ("ours", ours));
        Self::Different(Difference { flavour, kind, text })
    }
}

impl Difference {
    pub(crate) fn title(&self) -> String {
        format!("Prisma {}, {}", self.flavour, self.kind)
    }

    /// Whether both are of the same kind, so that one may be a smaller form of the other.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        (self.flavour, self.kind) == (other.flavour, other.kind)
    }
}

impl Display for Difference {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.title(), self.text)
    }
}
