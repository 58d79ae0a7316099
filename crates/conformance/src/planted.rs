//! Whether `cargo xtask check` finds what is wrong, and nothing else, in a repository with LiteLLM's own history.
//!
//! The repository is what `conformance/litellm-history` makes. First all that its migrations have long had is found and
//! accepted. Then each fault is planted on a branch of its own, and must be found by the check that it is for. Good changes,
//! most of them made with `cargo xtask migrate`, must pass. Last, branches that are fine alone collide when they are merged.

#![allow(clippy::print_stdout, reason = "it tells how each turned out")]

mod collision;
mod fault;
mod good;
mod known;
mod repository;

use std::path::Path;

use crate::planted::repository::{Checked, Repository};

/// Tries all of that on a copy of the repository in `folder`. Returns whether all is as it should be.
///
/// # Errors
/// When a program cannot be run, or a change cannot be made.
pub fn run(folder: &Path) -> anyhow::Result<bool> {
    let repository = Repository::copy(folder)?;
    let mut score = Score::default();
    known::find_and_accept(&repository, &mut score)?;
    for fault in fault::FAULTS {
        repository.start_branch()?;
        (fault.plant)(&repository)?;
        repository.commit()?;
        score.tell("fault", fault.what, &repository.check()?, fault.found_by);
    }
    for good in good::CHANGES {
        repository.start_branch()?;
        (good.make)(&repository)?;
        repository.bump("0.4.111")?;
        repository.commit()?;
        score.tell("good", good.what, &repository.check()?, &[]);
    }
    collision::collide(&repository, &mut score)?;
    println!("{} of {} are as they should be", score.right, score.right + score.wrong);
    Ok(score.wrong == 0)
}

/// How many are as they should be.
#[derive(Debug, Default)]
struct Score {
    right: usize,
    wrong: usize,
}

impl Score {
    /// Compares the checks that found something with those that should have.
    fn tell(&mut self, kind: &str, what: &str, checked: &Checked, expected: &[&str]) {
        let found = checked.found();
        let list = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
        let is_right = found == expected && (!expected.is_empty() || checked.passed());
        self.note(is_right, &format!("{kind:9} {:4} ms  {what}: {list}", checked.took.as_millis()));
        if !is_right {
            println!("          and not: {}\n{:#}", expected.join(", "), checked.findings());
        }
    }

    fn note(&mut self, is_right: bool, line: &str) {
        println!("{} {line}", if is_right { "ok   " } else { "WRONG" });
        *(if is_right { &mut self.right } else { &mut self.wrong }) += 1;
    }
}
