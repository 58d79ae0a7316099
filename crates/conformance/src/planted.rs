//! Planted faults: verifies that `cargo xtask check` finds each fault, and nothing else, in a repository with LiteLLM's own
//! history.
//!
//! `scripts/litellm-history` makes the repository. The first check finds the faults of LiteLLM's own migrations, which are
//! accepted. Then each fault is planted on a new branch, and exactly its checks must find it. Correct changes, most of
//! them from `cargo xtask migrate`, must pass. Last, branches that pass alone collide when they are merged.

#![allow(clippy::print_stdout, reason = "prints the result of each change")]

mod collisions;
mod correct_changes;
mod existing_findings;
mod faults;

use std::path::Path;

use crate::repository::{CheckRun, Repository};

/// Runs all of this on a clone of the repository in `folder`. Returns whether all results are as expected.
///
/// # Errors
/// A program cannot be run, or a change cannot be made.
pub fn run(folder: &Path) -> anyhow::Result<bool> {
    let repository = Repository::clone(folder)?;
    let mut score = Score::default();
    existing_findings::find_and_accept(&repository, &mut score)?;
    for fault in faults::FAULTS {
        repository.start_branch()?;
        (fault.plant)(&repository)?;
        repository.commit()?;
        score.compare("fault", fault.name, &repository.check()?, fault.found_by);
    }
    for change in correct_changes::CHANGES {
        repository.start_branch()?;
        (change.make)(&repository)?;
        repository.set_version("0.4.111")?;
        repository.commit()?;
        score.compare("correct", change.name, &repository.check()?, &[]);
    }
    collisions::collide(&repository, &mut score)?;
    println!("{} of {} results are as expected", score.right, score.right + score.wrong);
    Ok(score.wrong == 0)
}

/// The number of results that are as expected, and of those that are not.
#[derive(Debug, Default)]
struct Score {
    right: usize,
    wrong: usize,
}

impl Score {
    /// Compares the checks that failed with those that must fail.
    fn compare(&mut self, kind: &str, name: &str, run: &CheckRun, expected: &[&str]) {
        let failed = run.failed_checks();
        let list = if failed.is_empty() { "no findings".to_owned() } else { failed.join(", ") };
        let is_right = failed == expected && (!expected.is_empty() || run.passed());
        self.add(is_right, &format!("{kind:9} {:4} ms  {name}: {list}", run.took.as_millis()));
        if !is_right {
            println!("          expected: {}\n{:#}", expected.join(", "), run.not_passed());
        }
    }

    fn add(&mut self, is_right: bool, line: &str) {
        println!("{} {line}", if is_right { "ok   " } else { "WRONG" });
        *(if is_right { &mut self.right } else { &mut self.wrong }) += 1;
    }
}
