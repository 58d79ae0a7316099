use migration_impact::{Options, Rating};

use super::{Check, Deployed, Finding, Look, Severity, Subject};

pub(super) const CHECK: Check = Check {
    name: "impact",
    summary: "Pods of the previous version get along with new migrations while they are rolled out",
    explanation: "\
The first pod of a new version migrates the database while pods of the previous one still serve. What each statement does to them
is measured on a database that has what the base branch has. `breaking` is what makes them fail at once, such as a column that
they select and that is gone; it is an error. `write-reject` depends on the rows that they write; it is a warning. Locks and
prepared plans are shown by `cargo xtask migrate` and in the summary of the job.

Split a breaking change over two releases: first a version that does not use the column any more, then the migration that drops
it. If it has to be, accept it: `cargo xtask check --accept`.",
    look: Look::Deployed(run),
};

fn run(subject: &Subject<'_>, deployed: &Deployed<'_>) -> anyhow::Result<Vec<Finding>> {
    let hot_tables = &subject.workspace.settings.hot_tables;
    let (database, options) = (deployed.database()?, Options { hot_tables });
    let report = migration_impact::measure(&database, &mut database.client()?, &deployed.scripts(), &options)?;
    let mut findings = Vec::new();
    for (migration, measured) in deployed.new.iter().zip(report.migrations) {
        for statement in measured.statements {
            for found in statement.findings {
                let severity = match found.rating {
                    Rating::Breaking => Severity::Error,
                    Rating::WriteReject => Severity::Warning,
                    Rating::PreparedPlan | Rating::Lock | Rating::Info => continue,
                };
                let message = format!("{}: {}", found.object, found.meaning);
                let finding = Finding::error(&migration.path, message, found.advice).about(migration);
                let (line, excerpt) = (Some(statement.line), Some(statement.sql.clone()));
                findings.push(Finding { severity, line, excerpt, ..finding });
            }
        }
    }
    Ok(findings)
}
