use migration_impact::Rating;

use super::{Check, Finding, Look, Severity, Subject, Tried};

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
    look: Look::Tried(run, |tried| tried.impact_took),
};

fn run(subject: &Subject<'_>, tried: &Tried<'_>) -> anyhow::Result<Vec<Finding>> {
    let Some(report) = &tried.impact else { return Ok(Vec::new()) };
    let mut findings = Vec::new();
    for (migration, measured) in tried.stage.new.iter().zip(&report.migrations) {
        for statement in &measured.statements {
            for found in &statement.findings {
                let severity = match found.rating {
                    Rating::Breaking => Severity::Error,
                    Rating::WriteReject => Severity::Warning,
                    Rating::PreparedPlan | Rating::Lock | Rating::Info => continue,
                };
                let message = format!("{}: {}", found.object, found.meaning);
                let finding = subject.about(migration, Finding::error(&migration.path, message, found.advice));
                let (line, excerpt) = (Some(statement.line), Some(statement.sql.clone()));
                findings.push(Finding { severity, line, excerpt, ..finding });
            }
        }
    }
    Ok(findings)
}
