use migration_proof::Proof;

use super::{Check, Finding, Look, Subject, Tried, trial};

pub(super) const CHECK: Check = Check {
    name: "second-schema",
    summary: "A new migration does the same beside another schema with the same names",
    explanation: "\
A customer's database can have the tables of LiteLLM twice, in two schemas (`?schema=` in the URL). A guard that looks for a name
alone, such as `conname = '…'`, finds that of the other schema and does nothing: the constraint is missing from then on.

Look at the very table: `conrelid = '\"T\"'::regclass`. Name no schema; the search path has it.",
    look: Look::Tried(run, |tried| tried.trial.took(Proof::SecondSchema)),
};

fn run(subject: &Subject<'_>, tried: &Tried<'_>) -> anyhow::Result<Vec<Finding>> {
    let otherwise = "It does something else beside another schema";
    let failures = tried.trial.failures(Proof::SecondSchema);
    let finding = |(migration, failure)| subject.about(migration, trial::finding(migration, failure, otherwise));
    Ok(failures.map(finding).collect())
}
