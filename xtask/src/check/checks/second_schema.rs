use migration_proof::Proof;

use super::{Check, CheckContext, CheckName, Finding};
use crate::check::proofs;

pub(super) const CHECK: Check = Check {
    name: CheckName::SecondSchema,
    summary: "A new migration has the same result next to another schema with equal names",
    explanation: "\
A customer's database can contain LiteLLM's tables twice, in two schemas (`?schema=` in the URL). A guard that looks only for a
name, such as `conname = '…'`, finds the constraint of the other schema and does nothing. From then on, the constraint is missing.

Make the guard look at the table: `conrelid = '\"T\"'::regclass`. Do not name a schema; the search path selects it.",
    run,
};

fn run(context: &CheckContext<'_>) -> anyhow::Result<Vec<Finding>> {
    let summary = "The result differs next to a schema with equal names.";
    let finding = |(migration, failure)| context.branch.about(migration, proofs::finding(migration, failure, summary));
    Ok(context.proofs()?.failures(Proof::SecondSchema).map(finding).collect())
}
