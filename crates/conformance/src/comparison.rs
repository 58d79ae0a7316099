//! Compares the answers of Prisma's engine, in both versions, with the answers of this workspace.

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

/// The result of comparing two answers.
pub(crate) enum Comparison {
    Same,
    BothRefuse,
    Different(Difference),
    /// Prisma's engine fails, for this reason.
    Unanswered(String),
}

/// Two different answers.
pub(crate) struct Difference {
    pub(crate) flavour: Flavour,
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

/// One engine process per version, so that both work at the same time.
pub(crate) struct OraclePair([(Flavour, Oracle); 2]);

impl OraclePair {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let folder = Oracle::find()?;
        Ok(Self([(Flavour::V6, Oracle::start(&folder)?), (Flavour::V7, Oracle::start(&folder)?)]))
    }

    /// Compares the SQL from `from` to `to` in each version. `sql` is the answer of this workspace.
    pub(crate) fn compare(
        &mut self,
        from: Origin<'_>,
        to: &str,
        mut sql: impl FnMut(Flavour) -> Result<String, String>,
    ) -> anyhow::Result<Vec<Comparison>> {
        for (flavour, oracle) in &mut self.0 {
            oracle.request_diff(from, to, *flavour)?;
        }
        let mut comparisons = Vec::new();
        for (flavour, oracle) in &mut self.0 {
            let xtask = panic::catch_unwind(AssertUnwindSafe(|| sql(*flavour)))
                .unwrap_or_else(|_| Err("This program panics.\n".to_owned()));
            let (kind, prisma, xtask) = match (oracle.read_diff(), xtask) {
                (Err(error), _) => {
                    comparisons.push(Comparison::Unanswered(format!("Prisma {flavour}: {error:#}")));
                    continue;
                }
                (Ok(Answer::Text(_)), Err(_)) => {
                    comparisons.push(Comparison::BothRefuse);
                    continue;
                }
                (Ok(Answer::Sql(prisma)), Ok(xtask)) => ("different SQL", prisma, xtask),
                (Ok(Answer::Sql(prisma)), Err(xtask)) => ("refused by xtask only", prisma, xtask),
                (Ok(Answer::Text(prisma)), Ok(xtask)) => ("accepted by xtask only", prisma, xtask),
            };
            comparisons.push(Comparison::of(*flavour, kind, &prisma, &xtask));
        }
        Ok(comparisons)
    }
}

impl Comparison {
    pub(crate) fn of(flavour: Flavour, kind: &'static str, prisma: &str, xtask: &str) -> Self {
        if prisma == xtask {
            return Self::Same;
        }
        let text = difference(("Prisma", prisma), ("xtask", xtask));
        Self::Different(Difference { flavour, kind, text })
    }
}

impl Difference {
    pub(crate) fn title(&self) -> String {
        format!("Prisma {}, {}", self.flavour, self.kind)
    }

    /// Whether both have the same version and kind, so that one may be a reduced form of the other.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        (self.flavour, self.kind) == (other.flavour, other.kind)
    }
}

impl Display for Difference {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.title(), self.text)
    }
}
