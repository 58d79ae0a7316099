use migration_proof::Proof;

use super::{Check, CheckContext, CheckName, Finding};
use crate::check::{proofs, released_reruns::SUMMARY};

pub(super) const CHECK: Check = Check {
    name: CheckName::Rerun,
    summary: "Each migration can be applied twice",
    explanation: "\
Several replicas apply a migration when they start. A migration that failed, because of a deadlock, a lock timeout or a killed pod,
is applied again, and its first statements have already run. A migration that cannot run twice fails every time, and the proxy does
not start (P3009, P3018).

Guard each statement with IF [NOT] EXISTS or with a `DO $$` block that looks at the table. `cargo xtask migrate` writes such
statements.",
    run,
};

fn run(context: &CheckContext<'_>) -> anyhow::Result<Vec<Finding>> {
    let branch = context.branch;
    let mut findings = context.released_reruns()?.findings(branch);
    for (migration, failure) in context.proofs()?.failures(Proof::Rerun) {
        findings.push(branch.about(migration, proofs::finding(migration, failure, SUMMARY)));
    }
    Ok(findings)
}
