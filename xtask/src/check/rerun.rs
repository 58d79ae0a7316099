use migration_proof::Proof;

use super::{Check, Deployed, Finding, Look, Subject};

pub(super) const CHECK: Check = Check {
    name: "rerun",
    summary: "A new migration can be applied twice",
    explanation: "\
Several replicas apply a migration when they start, and one that failed is tried again: after a deadlock, a lock that was not to be
had, a pod that was killed. What ran before is there already then. A migration that minds fails for ever, and the proxy does not
start (P3009, P3018).

Guard each statement: IF [NOT] EXISTS, or a `DO $$` block that looks at the very table. `cargo xtask migrate` writes such statements.",
    look: Look::Deployed(run),
};

fn run(_: &Subject<'_>, deployed: &Deployed<'_>) -> anyhow::Result<Vec<Finding>> {
    deployed.prove(Proof::Rerun, "It cannot be applied twice")
}
