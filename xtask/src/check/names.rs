use std::collections::BTreeMap;

use migrations::{Migration, Name, Stamp};

use super::{Check, Finding, Look, Subject};
use crate::{replay::problem::advice, terminal::shell::quoted};

pub(super) const CHECK: Check = Check {
    name: "names",
    summary: "Migrations have a stamp of their own and a name that says what they do, and nothing else lies about",
    explanation: "\
Prisma applies migrations in the order of their folders' names, and a name stays in every customer's database for ever. So it is
14 digits, the time in UTC at which the migration was made, and what it does in lower snake_case: `20260131102030_add_tier_to_team`.
Two migrations with one stamp have an order that nobody chose. An empty folder, or one without `migration.sql`, stops a deployment
(P3015). A line that ends in CRLF gives the file another checksum on the next machine.

Rename a migration that is not merged yet with `git mv`. `cargo xtask migrate NAME` makes names that are right.",
    look: Look::Files(run),
};

fn run(subject: &Subject<'_>) -> anyhow::Result<Vec<Finding>> {
    let mut findings: Vec<_> = subject.folder.problems().iter().map(problem).collect();
    let mut by_stamp: BTreeMap<&str, Vec<&Migration>> = BTreeMap::new();
    for migration in subject.folder.migrations() {
        let (stamp, name) = parts(migration);
        by_stamp.entry(stamp).or_default().push(migration);
        if let Some((fault, better)) = fault(stamp, name) {
            let folder = subject.folder.path();
            let rename = subject.rename(&folder.join(&migration.name), &folder.join(better))?;
            let rename = format!("Rename it: {rename}");
            findings.push(subject.about(migration, Finding::error(&migration.path, fault, rename)));
        }
        if let Some(line) = migration.sql.split('\n').position(|line| line.ends_with('\r')) {
            let convert = format!("Convert it: sed -i 's/\\r$//' {}", quoted(&migration.path));
            let finding = Finding::error(&migration.path, "A line ends in CRLF instead of LF.", convert);
            findings.push(subject.about(migration, Finding { line: Some(line + 1), ..finding }));
        }
    }
    for (stamp, migrations) in by_stamp.into_iter().filter(|(_, migrations)| migrations.len() > 1) {
        // Where a new one took the stamp of one that is shipped, the new one is to blame.
        let shipped = migrations.iter().filter(|migration| subject.is_shipped(migration)).count();
        for migration in migrations.iter().filter(|it| shipped != 1 || !subject.is_shipped(it)) {
            let others = migrations.iter().filter(|it| it.name != migration.name).map(|it| it.name.as_str());
            let message = format!("The stamp {stamp} is also that of {}.", others.collect::<Vec<_>>().join(", "));
            let restamp = format!("Run: {}", subject.workspace.root.command("restamp"));
            findings.push(subject.about(migration, Finding::error(&migration.path, message, restamp)));
        }
    }
    Ok(findings)
}

fn parts(migration: &Migration) -> (&str, &str) {
    migration.name.split_once('_').unwrap_or((&migration.name, ""))
}

fn problem(problem: &migrations::Problem) -> Finding {
    Finding::error(&problem.path, problem.to_string(), advice(problem))
}

/// What is wrong with the name of a folder, and a name that is right.
fn fault(stamp: &str, name: &str) -> Option<(String, String)> {
    let parsed = name.parse::<Name>();
    let better_name = match &parsed {
        Ok(name) => name.to_string(),
        Err(error) => error.nearest().unwrap_or("WHAT_IT_DOES").to_owned(),
    };
    if stamp.parse::<Stamp>().is_err() {
        let better = format!("{}_{better_name}", Stamp::now());
        return Some((format!("The name begins with {stamp:?}, which is no time of 14 digits."), better));
    }
    let error = parsed.err()?;
    Some((format!("The name {name:?} is none for a migration: {error}."), format!("{stamp}_{better_name}")))
}
