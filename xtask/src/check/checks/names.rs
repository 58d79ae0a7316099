use std::collections::BTreeMap;

use migrations::{Migration, Name, Stamp};

use super::{Check, CheckContext, CheckName, Finding};
use crate::{check::branch::Branch, replay::problem::advice, terminal::shell::quoted};

pub(super) const CHECK: Check = Check {
    name: CheckName::Names,
    summary: "Each migration has its own timestamp and a descriptive name, and the folder contains nothing else",
    explanation: "\
Prisma applies migrations in the order of their folder names, and every customer's database keeps the names forever. A name is
14 digits, the time in UTC at which the migration was created, and a description in lower snake_case:
`20260131102030_add_tier_to_team`. The order of two migrations with the same timestamp is accidental. An empty folder, or a folder
without `migration.sql`, stops a deployment (P3015). A line that ends in CRLF changes the file's checksum between machines.

Rename a migration that is not merged yet with `git mv`. `cargo xtask migrate NAME` creates valid names.",
    run,
};

fn run(context: &CheckContext<'_>) -> anyhow::Result<Vec<Finding>> {
    let branch = context.branch;
    let problem = |problem: &migrations::Problem| Finding::error(&problem.path, problem.to_string(), advice(problem));
    let mut findings: Vec<_> = branch.folder.problems().iter().map(problem).collect();
    let mut by_stamp: BTreeMap<&str, Vec<&Migration>> = BTreeMap::new();
    for migration in branch.folder.migrations() {
        let (stamp, name) = migration.name.split_once('_').unwrap_or((&migration.name, ""));
        by_stamp.entry(stamp).or_default().push(migration);
        if let Some((message, better)) = invalid_name(stamp, name) {
            let folder = branch.folder.path();
            let rename = branch.rename_command(&folder.join(&migration.name), &folder.join(better))?;
            findings.push(finding(branch, migration, "name", message, format!("Rename it: {rename}")));
        }
        if let Some(line) = migration.sql.split('\n').position(|line| line.ends_with('\r')) {
            let convert = format!("Convert it: sed -i 's/\\r$//' {}", quoted(&migration.path));
            let finding =
                finding(branch, migration, "line-endings", "A line ends in CRLF instead of LF.".into(), convert);
            findings.push(Finding { line: Some(line + 1), ..finding });
        }
    }
    for (stamp, migrations) in by_stamp.into_iter().filter(|(_, migrations)| migrations.len() > 1) {
        // If one of them is released, only the new ones can change.
        let released = migrations.iter().filter(|migration| branch.is_released(migration)).count();
        for migration in migrations.iter().filter(|it| released != 1 || !branch.is_released(it)) {
            let others = migrations.iter().filter(|it| it.name != migration.name).map(|it| it.name.as_str());
            let message = format!("{} has the same timestamp {stamp}.", others.collect::<Vec<_>>().join(", "));
            let restamp = format!("Run: {}", branch.checkout.root.command("restamp"));
            findings.push(finding(branch, migration, "timestamp", message, restamp));
        }
    }
    Ok(findings)
}

fn finding(branch: &Branch<'_>, migration: &Migration, rule: &str, message: String, help: String) -> Finding {
    let finding = Finding::error(&migration.path, message, help);
    branch.about(migration, Finding { rule: Some(rule.to_owned()), ..finding })
}

/// Why a folder's name is invalid, and a valid name.
fn invalid_name(stamp: &str, name: &str) -> Option<(String, String)> {
    let parsed = name.parse::<Name>();
    let better_name = match &parsed {
        Ok(name) => name.to_string(),
        Err(error) => error.nearest().unwrap_or("DESCRIPTION").to_owned(),
    };
    if stamp.parse::<Stamp>().is_err() {
        let message = format!("The name begins with {stamp:?}, which is not a timestamp of 14 digits.");
        return Some((message, format!("{}_{better_name}", Stamp::now())));
    }
    let error = parsed.err()?;
    Some((format!("The name {name:?} is invalid: {error}."), format!("{stamp}_{better_name}")))
}
