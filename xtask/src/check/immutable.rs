use migrations::{Migration, SCRIPT_FILE, sha256};

use super::{Check, Finding, Look, Subject};
use crate::terminal::shell::quoted;

pub(super) const CHECK: Check = Check {
    name: "immutable",
    summary: "Migrations that the base branch has are there, byte for byte",
    explanation: "\
A migration that was released is in the databases of customers, together with the SHA-256 of its file. Prisma refuses a file that
was edited, and a database that has applied it does not get the edit.

Take the edit back with the command that is shown, and write another migration for what it was to do.",
    look: Look::Files(run),
};

fn run(subject: &Subject<'_>) -> anyhow::Result<Vec<Finding>> {
    let history = subject.history()?;
    let mut findings = Vec::new();
    for (name, content) in &history.shipped {
        let path = subject.folder.path().join(name).join(SCRIPT_FILE);
        let shipped = sha256(content);
        let now = subject.folder.migrations().iter().find(|migration| migration.name == *name);
        let message = match now.map(Migration::checksum) {
            Some(now) if now == shipped => continue,
            Some(now) => format!("It was changed. {} has SHA-256 {shipped}, here it has {now}.", history.base.name),
            None => format!("It is gone. {} has it, with SHA-256 {shipped}.", history.base.name),
        };
        let restore = format!("Take that back: git restore --source={} -- {}", history.base.name, quoted(&path));
        findings.push(Finding::error(path, message, restore));
    }
    Ok(findings)
}
