use migration_proof::Proof;

use super::{Check, CheckContext, CheckName, Finding};
use crate::check::{databases::not_replayed, proofs};

pub(super) const CHECK: Check = Check {
    name: CheckName::Upgrade,
    summary: "An upgraded database is identical to a new one",
    explanation: "\
A deployed database has the migrations of the base branch and applies the new migrations after them. A new database applies all
migrations in the order of their names. Both must end with the same catalog: tables, columns, constraints, indexes, types,
functions and triggers.

If they differ, the result of a new migration depends on its position. `cargo xtask restamp` puts the new migrations after all
others. A migration may only depend on migrations before it.",
    run,
};

fn run(context: &CheckContext<'_>) -> anyhow::Result<Vec<Finding>> {
    let branch = context.branch;
    let (databases, proofs) = (context.databases()?, context.proofs()?);
    // The check `replay` reports a migration that fails on every database.
    if databases.failure().is_some() {
        return Err(not_replayed());
    }
    let failed = |(migration, failure)| {
        branch.about(migration, proofs::finding(migration, failure, "A deployed database rejects the migration."))
    };
    let mut findings: Vec<_> = proofs.failures(Proof::Applies).map(failed).collect();
    if let (Some(last), false) = (databases.new.last(), proofs.differences.is_empty()) {
        let list: Vec<_> = proofs.differences.iter().map(ToString::to_string).collect();
        let message = "An upgraded database differs from a new one. Compared with a new one:";
        let help = format!("Run: {}", branch.checkout.root.command("restamp"));
        let finding = branch.about(last, Finding::error(&last.path, message, help));
        findings.push(Finding { excerpt: Some(list.join("\n")), ..finding });
    }
    Ok(findings)
}
