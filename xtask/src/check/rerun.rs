use migration_proof::Proof;

use super::{Check, Finding, Look, Subject, Tried, trial};

pub(super) const CHECK: Check = Check {
    name: "rerun",
    summary: "A migration can be applied twice",
    explanation: "\
Several replicas apply a migration when they start, and one that failed is tried again: after a deadlock, a lock that was not to be
had, a pod that was killed. What ran before is there already then. A migration that minds fails for ever, and the proxy does not
start (P3009, P3018).

Guard each statement: IF [NOT] EXISTS, or a `DO $$` block that looks at the very table. `cargo xtask migrate` writes such statements.",
    look: Look::Tried(run, |tried| tried.trial.took(Proof::Rerun) + tried.released_took),
};

/// What is wrong with one that cannot.
pub(super) const OTHERWISE: &str = "It cannot be applied twice";

fn run(subject: &Subject<'_>, tried: &Tried<'_>) -> anyhow::Result<Vec<Finding>> {
    let new = tried.trial.failures(Proof::Rerun);
    let new = new.map(|(migration, failure)| subject.about(migration, trial::finding(migration, failure, OTHERWISE)));
    Ok(tried.released.findings(subject).into_iter().chain(new).collect())
}
