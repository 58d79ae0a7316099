//! Everything that checks read. Values that take time are computed once, by the first check that needs them.

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use anyhow::anyhow;
use migration_impact::ImpactReport;
use migration_proof::Proof;
use prisma_schema::{DataModel, Diagnostic, Source};
use scratch_postgres::Options;

use super::{
    branch::Branch,
    check_name::CheckName,
    databases::{Databases, not_replayed},
    proofs::Proofs,
    released_reruns::{self, ReleasedReruns},
};
use crate::{
    checkout::schema_copies::{self, RootSchema},
    replay,
    terminal::output::Output,
};

/// Everything that checks read. They run in parallel and share it.
#[derive(Debug)]
pub(crate) struct CheckContext<'a> {
    pub(crate) branch: &'a Branch<'a>,
    pub(crate) output: &'a Output,
    postgres: Options,
    schema: Lazy<Schema>,
    databases: Lazy<Databases<'a>>,
    proofs: Lazy<Proofs<'a>>,
    released_reruns: Lazy<ReleasedReruns>,
    impact: Lazy<Option<ImpactReport>>,
}

/// The schema at the root.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) root: RootSchema,
    pub(crate) source: Source,
    /// The data model, or the errors of an invalid schema.
    pub(crate) data_model: Result<DataModel, Vec<Diagnostic>>,
}

impl<'a> CheckContext<'a> {
    pub(super) fn new(branch: &'a Branch<'a>, postgres: Options, output: &'a Output) -> Self {
        Self {
            branch,
            output,
            postgres,
            schema: Lazy::default(),
            databases: Lazy::default(),
            proofs: Lazy::default(),
            released_reruns: Lazy::default(),
            impact: Lazy::default(),
        }
    }

    /// The schema at the root, parsed.
    pub(crate) fn schema(&self) -> Result<&Schema, &anyhow::Error> {
        self.schema.get(|| {
            let root = schema_copies::read_root(self.branch.checkout)?;
            let source = Source::new(root.path.display().to_string(), &root.text);
            let flavour = self.branch.checkout.settings.prisma;
            let data_model = prisma_schema::data_model(std::slice::from_ref(&source), flavour);
            Ok(Schema { root, source, data_model: data_model.map(|(data_model, _)| data_model) })
        })
    }

    /// The databases, or why a released migration failed.
    pub(crate) fn replay(&self) -> Result<&Databases<'a>, &anyhow::Error> {
        self.databases.get(|| Databases::start(self.branch, &self.postgres, self.output))
    }

    /// The databases.
    pub(crate) fn databases(&self) -> anyhow::Result<&Databases<'a>> {
        self.replay().map_err(|_| not_replayed())
    }

    /// The proofs of the new migrations.
    pub(crate) fn proofs(&self) -> anyhow::Result<&Proofs<'a>> {
        self.branch.history()?;
        let databases = self.databases()?;
        self.proofs.get(|| Proofs::run(databases)).map_err(copy)
    }

    /// The findings about a second run of the released migrations.
    pub(crate) fn released_reruns(&self) -> anyhow::Result<&ReleasedReruns> {
        let file = self.branch.history()?.git().private_file(released_reruns::CACHE_FILE).ok();
        let databases = self.databases()?;
        self.released_reruns.get(|| ReleasedReruns::find(file, databases)).map_err(copy)
    }

    /// The effects of the new migrations on pods of the previous release; none if no migration is new, or one of them fails.
    pub(crate) fn impact(&self) -> anyhow::Result<Option<&ImpactReport>> {
        self.branch.history()?;
        let databases = self.databases()?;
        self.impact.get(|| measure_impact(databases, self.hot_tables())).map(Option::as_ref).map_err(copy)
    }

    /// The impact, if a check measured it.
    pub(crate) fn measured_impact(&self) -> Option<&ImpactReport> {
        self.impact.computed()?.as_ref()
    }

    pub(crate) fn hot_tables(&self) -> &'a [String] {
        &self.branch.checkout.settings.hot_tables
    }

    /// The time of a check's own work, out of the `elapsed` time. The replay counts for the check `replay`.
    pub(super) fn own_time(&self, check: CheckName, elapsed: Duration) -> Duration {
        let proof = |proof| self.proofs.computed().map_or(Duration::ZERO, |proofs| proofs.time(proof));
        match check {
            CheckName::Replay => self.databases.time(),
            CheckName::Drift => elapsed.saturating_sub(self.databases.time()),
            CheckName::Rerun => proof(Proof::Rerun) + self.released_reruns.time(),
            CheckName::Upgrade => proof(Proof::Applies),
            CheckName::SecondSchema => proof(Proof::SecondSchema),
            CheckName::Impact => self.impact.time(),
            _ => elapsed,
        }
    }
}

fn measure_impact(databases: &Databases<'_>, hot_tables: &[String]) -> anyhow::Result<Option<ImpactReport>> {
    if databases.new.is_empty() || databases.failure().is_some() {
        return Ok(None);
    }
    let _turn = databases.take_turn();
    let scripts: Vec<_> = databases.new.iter().map(|migration| replay::script(migration)).collect();
    let database = databases.copy()?;
    match migration_impact::measure(&database, &mut database.client()?, &scripts, hot_tables) {
        Ok(report) => Ok(Some(report)),
        // The check `upgrade` reports the migration that fails.
        Err(scratch_postgres::Error::Script(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// An error that several checks report.
fn copy(error: &anyhow::Error) -> anyhow::Error {
    anyhow!("{error:#}")
}

/// A value that its first reader computes, with the time that this took.
#[derive(Debug)]
struct Lazy<T>(OnceLock<(anyhow::Result<T>, Duration)>);

impl<T> Default for Lazy<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Lazy<T> {
    fn get(&self, compute: impl FnOnce() -> anyhow::Result<T>) -> Result<&T, &anyhow::Error> {
        let compute = || {
            let start = Instant::now();
            (compute(), start.elapsed())
        };
        self.0.get_or_init(compute).0.as_ref()
    }

    fn computed(&self) -> Option<&T> {
        self.0.get()?.0.as_ref().ok()
    }

    fn time(&self) -> Duration {
        self.0.get().map_or(Duration::ZERO, |(_, time)| *time)
    }
}
