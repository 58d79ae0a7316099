//! Runs the checks: those that need no database while the server starts.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use migrations::Folder;
use scratch_postgres::{Options, Replayed};

use super::{About, Accepted, Check, Deployed, Finding, Look, Severity, Subject};
use crate::{output::Output, replay};

/// What came of a check.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) check: &'static Check,
    pub(crate) took: Duration,
    /// What it found and nobody accepted, or why it could not run.
    pub(crate) result: Result<Vec<Finding>, String>,
    /// How many of its findings are accepted.
    pub(crate) accepted: usize,
}

/// What came of all checks.
#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) outcomes: Vec<Outcome>,
    /// Acceptances of what does not occur any more.
    pub(crate) outdated: Vec<String>,
    /// The command that accepts what was found.
    pub(crate) accept: String,
}

impl Outcome {
    pub(crate) fn is_passed(&self) -> bool {
        self.result.as_ref().is_ok_and(|findings| findings.iter().all(|it| it.severity == Severity::Warning))
    }
}

impl Results {
    pub(crate) fn is_passed(&self) -> bool {
        self.outdated.is_empty() && self.outcomes.iter().all(Outcome::is_passed)
    }

    /// How many findings are in files that must stay as they are.
    pub(crate) fn released(&self) -> usize {
        let findings = self.outcomes.iter().flat_map(|outcome| outcome.result.iter().flatten());
        findings.filter(|finding| finding.released).count()
    }
}

/// Runs these checks, and takes out of what they find what is accepted.
pub(crate) fn run(
    checks: &[&'static Check],
    subject: &Subject<'_>,
    options: &Options,
    accepted: &Accepted,
    output: &Output,
) -> Results {
    let needs = |is_it: fn(&Look) -> bool| checks.iter().any(|check| is_it(&check.look));
    let (folder, shipped) = (&subject.folder, subject.history.as_ref().ok().map(|history| &history.shipped));
    let (replayed, deployed, files) = thread::scope(|scope| {
        let replayed = needs(|look| matches!(look, Look::Replay | Look::Database(_) | Look::Upgrade(_)))
            .then(|| scope.spawn(move || timed(|| replay_all(folder, options, output))));
        let deployed = needs(|look| matches!(look, Look::Deployed(_) | Look::Upgrade(_))).then(|| {
            scope.spawn(move || {
                let shipped = shipped.context("It cannot be told what the base branch has.")?;
                require_replayable(folder)?;
                Deployed::replay(folder.migrations(), |it| shipped.contains_key(&it.name), options, output)
            })
        });
        let files: Vec<_> = checks.iter().map(|check| on_files(check, subject, output)).collect();
        (replayed.map(join), deployed.map(join), files)
    });
    let mut all_found = Vec::new();
    let mut outcomes = Vec::new();
    for (check, done) in checks.iter().zip(files) {
        let (result, took) = match (check.look, done, &replayed, &deployed) {
            (_, Some(done), ..) => done,
            (Look::Replay, _, Some((replayed, took)), _) => (result_of_replay(subject, replayed), *took),
            (Look::Database(look), _, Some((Ok(replayed), _)), _) => timed(|| look(subject, replayed)),
            (Look::Database(_) | Look::Upgrade(_), _, Some((Err(_), _)), _) => {
                (Err(anyhow::anyhow!("The migrations could not be replayed.")), Duration::ZERO)
            }
            (Look::Deployed(look), .., Some(Ok(Some(deployed)))) => timed(|| look(subject, deployed)),
            (Look::Upgrade(look), _, Some((Ok(replayed), _)), Some(Ok(Some(deployed)))) => {
                timed(|| look(replayed, deployed))
            }
            (Look::Deployed(_) | Look::Upgrade(_), .., Some(Ok(None))) => (Ok(Vec::new()), Duration::ZERO),
            (Look::Deployed(_) | Look::Upgrade(_), .., Some(Err(error))) => {
                (Err(anyhow::anyhow!("{error:#}")), Duration::ZERO)
            }
            _ => continue,
        };
        let result = result.map_err(|error| format!("{error:#}"));
        let found = result.as_ref().map_or(0, Vec::len);
        all_found.extend(result.iter().flatten().map(|finding| (check.name, finding.clone())));
        let result =
            result.map(|found| found.into_iter().filter(|it| !accepted.has(check.name, it)).collect::<Vec<_>>());
        let left = result.as_ref().map_or(0, Vec::len);
        outcomes.push(Outcome { check, took, accepted: found - left, result });
    }
    let names: Vec<_> = checks.iter().map(|check| check.name).collect();
    let accept = subject.workspace.root.command("check --accept");
    Results { outcomes, outdated: accepted.outdated(&names, &all_found), accept }
}

type Found = anyhow::Result<Vec<Finding>>;

fn on_files(check: &Check, subject: &Subject<'_>, output: &Output) -> Option<(Found, Duration)> {
    match check.look {
        Look::Files(look) => Some(timed(|| look(subject))),
        Look::Text(look) => Some(timed(|| look(subject, output))),
        _ => None,
    }
}

fn join<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn replay_all(folder: &Folder, options: &Options, output: &Output) -> anyhow::Result<Replayed> {
    require_replayable(folder)?;
    replay::replay(folder, options, output)
}

fn require_replayable(folder: &Folder) -> anyhow::Result<()> {
    let hindering = folder.problems().iter().find(|problem| problem.hinders_replay());
    anyhow::ensure!(hindering.is_none(), "There are folders in the way: see names.");
    Ok(())
}

/// A migration that fails is a finding. That there is no server is none.
fn result_of_replay(subject: &Subject<'_>, replayed: &anyhow::Result<Replayed>) -> Found {
    let Err(error) = replayed else { return Ok(Vec::new()) };
    let Some(failed) = error.downcast_ref::<replay::FailedScript>() else { anyhow::bail!("{error:#}") };
    let migration = subject.folder.migrations().iter().find(|it| it.name == failed.failure.script);
    let path = migration.map_or_else(|| subject.folder.path().to_owned(), |migration| migration.path.clone());
    let mut message = format!("PostgreSQL refuses it: {} ({})", failed.failure.message, failed.failure.sqlstate);
    for text in [&failed.failure.detail, &failed.failure.hint].into_iter().flatten() {
        message += &format!("\n{text}");
    }
    let about = migration.map(|it| About { name: it.name.clone(), sha256: it.checksum() });
    let (line, excerpt) = (failed.failure.line, failed.failure.statement.clone());
    Ok(vec![Finding { line, excerpt, about, ..Finding::error(path, message, &failed.advice) }])
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let done = work();
    (done, begin.elapsed())
}
