//! The results of the checks.

use std::{
    panic, thread,
    time::{Duration, Instant},
};

use super::{check_name::CheckName, checks::Check, context::CheckContext, finding::Finding};

/// The results of all selected checks.
#[derive(Debug)]
pub(crate) struct CheckResults {
    pub(crate) checks: Vec<CheckResult>,
    /// Acceptances of findings that no longer occur.
    pub(crate) obsolete: Vec<String>,
}

/// The result of one check.
#[derive(Debug)]
pub(crate) struct CheckResult {
    pub(crate) name: CheckName,
    /// The time that the check itself took.
    pub(crate) time: Duration,
    /// The findings that are not accepted, or why the check could not run.
    pub(crate) findings: Result<Vec<Finding>, String>,
    /// The number of accepted findings.
    pub(crate) accepted: usize,
}

impl CheckResult {
    pub(crate) fn is_passed(&self) -> bool {
        self.findings.as_ref().is_ok_and(|findings| !findings.iter().any(Finding::is_error))
    }
}

impl CheckResults {
    /// Runs the checks in parallel. Nothing is accepted yet.
    pub(super) fn of(checks: &[&'static Check], context: &CheckContext<'_>) -> Self {
        let run = |check: &'static Check| {
            let start = Instant::now();
            let findings = (check.run)(context).map_err(|error| format!("{error:#}"));
            CheckResult { name: check.name, time: start.elapsed(), findings, accepted: 0 }
        };
        let mut checks: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = checks.iter().map(|check| scope.spawn(move || run(check))).collect();
            threads.into_iter().map(|it| it.join().unwrap_or_else(|panic| panic::resume_unwind(panic))).collect()
        });
        for check in checks.iter_mut().filter(|check| check.findings.is_ok()) {
            check.time = context.own_time(check.name, check.time);
        }
        Self { checks, obsolete: Vec::new() }
    }

    /// All findings, each with its check.
    pub(crate) fn findings(&self) -> impl Iterator<Item = (CheckName, &Finding)> {
        self.checks.iter().flat_map(|check| check.findings.iter().flatten().map(|finding| (check.name, finding)))
    }

    pub(crate) fn is_passed(&self) -> bool {
        self.obsolete.is_empty() && self.checks.iter().all(CheckResult::is_passed)
    }

    /// The number of findings in released migrations.
    pub(crate) fn released(&self) -> usize {
        self.findings().filter(|(_, finding)| finding.released).count()
    }
}
