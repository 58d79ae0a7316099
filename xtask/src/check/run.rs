//! Runs the checks: those that need no database while the server starts.

use std::{thread, time::Duration};

use migration_impact::ImpactReport;
use scratch_postgres::Options;

use super::{
    About, Accepted, Check, Finding, Look, Severity, Stage, Subject, Tried,
    released::Released,
    tried::{join, timed},
};
use crate::{replay, terminal::output::Output};

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
    /// What new migrations do to old pods, if that was measured.
    pub(crate) impact: Option<ImpactReport>,
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
    let needs_database = |check: &&Check| matches!(check.look, Look::Replay | Look::Database(_) | Look::Tried(..));
    let is_tried = |check: &&Check| matches!(check.look, Look::Tried(..));
    let shipped = subject.history.as_ref().ok().map(|history| &history.shipped);
    let (folder, hot_tables) = (&subject.folder, &subject.workspace.settings.hot_tables);
    let (stage, files) = thread::scope(|scope| {
        let stage = || scope.spawn(move || timed(|| Stage::new(folder, shipped, options, output)));
        let stage = checks.iter().copied().any(|check| needs_database(&check)).then(stage);
        let files: Vec<_> = checks.iter().map(|check| on_files(check, subject, output)).collect();
        (stage.map(join), files)
    });
    let kept = Released::kept(subject);
    let (tried, databases) = thread::scope(|scope| {
        let Some((Ok(stage), _)) = &stage else { return (None, Vec::new()) };
        let tried = || {
            anyhow::ensure!(shipped.is_some(), "It cannot be told what the base branch has.");
            Tried::run(stage, kept.clone(), hot_tables)
        };
        let is_wanted = checks.iter().copied().any(|check| is_tried(&check));
        let on_databases = || checks.iter().map(|check| on_database(check, subject, stage)).collect::<Vec<_>>();
        if stage.server().takes_one_connection() {
            let databases = on_databases();
            return (is_wanted.then(tried), databases);
        }
        let tried = is_wanted.then(|| scope.spawn(tried));
        let databases = on_databases();
        (tried.map(join), databases)
    });
    if let Some(Ok(tried)) = &tried
        && kept.as_ref() != Some(&tried.released)
    {
        tried.released.keep(subject);
    }
    let mut all_found = Vec::new();
    let mut outcomes = Vec::new();
    let mut databases = databases.into_iter();
    for (check, files) in checks.iter().zip(files) {
        let (result, took) = match (check.look, files, databases.next().flatten(), &stage, &tried) {
            (_, Some(done), ..) | (_, _, Some(done), ..) => done,
            (Look::Replay, _, _, Some((stage, took)), _) => (result_of_replay(subject, stage), *took),
            (Look::Tried(look, took), .., Some(Ok(tried))) => (look(subject, tried), took(tried)),
            (Look::Tried(..), .., Some(Err(error))) => (Err(anyhow::anyhow!("{error:#}")), Duration::ZERO),
            _ => (Err(anyhow::anyhow!("The migrations could not be replayed.")), Duration::ZERO),
        };
        let result = result.map_err(|error| format!("{error:#}"));
        let found = result.as_ref().map_or(0, Vec::len);
        all_found.extend(result.iter().flatten().map(|finding| (check.name, finding.clone())));
        let result =
            result.map(|found| found.into_iter().filter(|it| !accepted.has(check.name, it)).collect::<Vec<_>>());
        let left = result.as_ref().map_or(0, Vec::len);
        outcomes.push(Outcome { check, took, accepted: found - left, result });
    }
    let ran = outcomes.iter().filter(|outcome| outcome.result.is_ok());
    let names: Vec<_> = ran.map(|outcome| outcome.check.name).collect();
    let impact = tried.and_then(|tried| tried.ok()?.impact);
    let accept = subject.workspace.root.command("check --accept");
    Results { outcomes, outdated: accepted.outdated(&names, &all_found), impact, accept }
}

type Found = anyhow::Result<Vec<Finding>>;

fn on_files(check: &Check, subject: &Subject<'_>, output: &Output) -> Option<(Found, Duration)> {
    match check.look {
        Look::Files(look) => Some(timed(|| look(subject))),
        Look::Text(look) => Some(timed(|| look(subject, output))),
        _ => None,
    }
}

fn on_database(check: &Check, subject: &Subject<'_>, stage: &Stage<'_>) -> Option<(Found, Duration)> {
    match check.look {
        Look::Database(look) => Some(timed(|| look(subject, stage))),
        _ => None,
    }
}

/// A migration that fails is a finding. That there is no server is none.
fn result_of_replay(subject: &Subject<'_>, stage: &anyhow::Result<Stage<'_>>) -> Found {
    let refusal = stage.as_ref().map_or_else(Some, Stage::refusal);
    let Some(error) = refusal else { return Ok(Vec::new()) };
    let Some(failed) = error.downcast_ref::<replay::FailedScript>() else { anyhow::bail!("{error:#}") };
    let migration = subject.folder.migrations().iter().find(|it| it.name == failed.failure.script);
    let path = migration.map_or_else(|| subject.folder.path().to_owned(), |migration| migration.path.clone());
    let mut message =
        format!("PostgreSQL refuses it: {} ({})", failed.failure.database.message, failed.failure.database.sqlstate);
    for text in [&failed.failure.database.detail, &failed.failure.database.hint].into_iter().flatten() {
        message += &format!("\n{text}");
    }
    let about = migration.map(|it| About { name: it.name.clone(), sha256: it.checksum() });
    let (line, excerpt) = (failed.failure.line, failed.failure.statement.clone());
    Ok(vec![Finding { line, excerpt, about, ..Finding::error(path, message, &failed.advice) }])
}
