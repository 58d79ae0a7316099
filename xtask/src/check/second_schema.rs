use migration_proof::Proof;

use super::{Check, Deployed, Finding, Look, Subject};

pub(super) const CHECK: Check = Check {
    name: "second-schema",
    summary: "A new migration does the same beside another schema with the same names",
    explanation: "\
A customer's database can have the tables of LiteLLM twice, in two schemas (`?schema=` in the URL). A guard that looks for a name
alone, such as `conname = '…'`, finds that of the other schema and does nothing: the constraint is missing from then on.

Look at the very table: `conrelid = '\"T\"'::regclass`. Name no schema; the search path has it.",
    look: Look::Deployed(run),
};

fn run(_: &Subject<'_>, deployed: &Deployed<'_>) -> anyhow::Result<Vec<Finding>> {
    deployed.prove(Proof::SecondSchema, "It does something else beside another schema")
}
