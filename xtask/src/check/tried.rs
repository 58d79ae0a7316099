//! What came of it when the migrations were tried.

use std::{
    thread,
    time::{Duration, Instant},
};

use migration_impact::ImpactReport;

use super::{Stage, released::Released, trial::Trial};
use crate::replay;

/// What came of it when the migrations were tried.
#[derive(Debug)]
pub(crate) struct Tried<'a> {
    pub(crate) stage: &'a Stage<'a>,
    /// Of new ones on a database as customers have it.
    pub(crate) trial: Trial<'a>,
    /// What new ones do to old pods; none if there are none, or if they do not run.
    pub(crate) impact: Option<ImpactReport>,
    pub(crate) impact_took: Duration,
    /// Of those that customers have, a second time.
    pub(crate) released: Released,
    pub(crate) released_took: Duration,
}

impl<'a> Tried<'a> {
    /// Tries them: side by side, where the server takes more than one connection.
    pub(crate) fn run(stage: &'a Stage<'a>, kept: Option<Released>, hot_tables: &[String]) -> anyhow::Result<Self> {
        let trial = || try_new(stage);
        let impact = || timed(|| measure(stage, hot_tables));
        let released = || timed(|| Released::find(stage, kept));
        let (trial, (impact, impact_took), (released, released_took)) = if stage.server().takes_one_connection() {
            (trial(), impact(), released())
        } else {
            thread::scope(|scope| {
                let (trial, impact) = (scope.spawn(trial), scope.spawn(impact));
                let released = released();
                (join(trial), join(impact), released)
            })
        };
        Ok(Self { stage, trial: trial?, impact: impact?, impact_took, released: released?, released_took })
    }
}

fn try_new<'a>(stage: &Stage<'a>) -> anyhow::Result<Trial<'a>> {
    if stage.new.is_empty() { Ok(Trial::default()) } else { Trial::run(stage) }
}

fn measure(stage: &Stage<'_>, hot_tables: &[String]) -> anyhow::Result<Option<ImpactReport>> {
    if stage.new.is_empty() || stage.refusal().is_some() {
        return Ok(None);
    }
    let scripts: Vec<_> = stage.new.iter().map(|migration| replay::script(migration)).collect();
    let database = stage.copy()?;
    match migration_impact::measure(&database, &mut database.client()?, &scripts, hot_tables) {
        Ok(report) => Ok(Some(report)),
        // Which one does not run is a finding of upgrade.
        Err(scratch_postgres::Error::Script(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let done = work();
    (done, begin.elapsed())
}

pub(super) fn join<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
