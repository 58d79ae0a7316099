use migrations::{Migration, SCRIPT_FILE, sha256};

use super::{Check, CheckContext, CheckName, Finding};
use crate::terminal::shell::quoted;

pub(super) const CHECK: Check = Check {
    name: CheckName::Immutable,
    summary: "Released migrations exist and are unchanged, byte for byte",
    explanation: "\
Customers' databases record a released migration together with the SHA-256 of its file. Prisma rejects an edited file, and a
database that has applied the migration does not get the edit.

Revert the edit with the command that the finding shows, and write another migration for the change.",
    run,
};

fn run(context: &CheckContext<'_>) -> anyhow::Result<Vec<Finding>> {
    let branch = context.branch;
    let history = branch.history()?;
    let base = &history.base.name;
    let mut findings = Vec::new();
    for (name, content) in &history.released {
        let path = branch.folder.path().join(name).join(SCRIPT_FILE);
        let released = sha256(content);
        let current = branch.folder.migrations().iter().find(|migration| migration.name == *name);
        let message = match current.map(Migration::checksum) {
            Some(current) if current == released => continue,
            Some(current) => {
                format!("The released migration was changed. Its SHA-256 is {current}; in {base} it is {released}.")
            }
            None => format!("The released migration was deleted. {base} has it with the SHA-256 {released}."),
        };
        let restore = format!("Restore it: git restore --source={base} -- {}", quoted(&path));
        findings.push(Finding::error(path, message, restore));
    }
    Ok(findings)
}
