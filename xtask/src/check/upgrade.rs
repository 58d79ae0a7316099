use migration_proof::Proof;

use super::{Check, Finding, Look, Subject, Tried, trial};

pub(super) const CHECK: Check = Check {
    name: "upgrade",
    summary: "A database that is upgraded ends like a new one",
    explanation: "\
A deployed database has what the base branch has, and gets the new migrations after that. A new database gets all of them in the
order of their names. Both must end in the same catalog: tables, columns, constraints, indexes, types, functions and triggers.

If they do not, a new migration depends on its place. `cargo xtask restamp` puts the new ones behind all others, and what they need
must come from migrations before them.",
    look: Look::Tried(run, |tried| tried.trial.took(Proof::Applies)),
};

fn run(subject: &Subject<'_>, tried: &Tried<'_>) -> anyhow::Result<Vec<Finding>> {
    // What no database takes is a finding of replay.
    anyhow::ensure!(tried.stage.refusal().is_none(), "The migrations could not be replayed.");
    let refused = "A database that has what the base branch has refuses it";
    let failures = tried.trial.failures(Proof::Applies);
    let finding = |(migration, failure)| subject.about(migration, trial::finding(migration, failure, refused));
    let mut findings: Vec<_> = failures.map(finding).collect();
    if let (Some(last), false) = (tried.stage.new.last(), tried.trial.differences.is_empty()) {
        let list: Vec<_> = tried.trial.differences.iter().map(ToString::to_string).collect();
        let message = "A database that is upgraded ends in another way than a new one. Compared with a new one:";
        let help = format!("Run: {}", subject.workspace.root.command("restamp"));
        let finding = subject.about(last, Finding::error(&last.path, message, help));
        findings.push(Finding { excerpt: Some(list.join("\n")), ..finding });
    }
    Ok(findings)
}
