use migration_impact::Rating;

use super::{Check, CheckContext, CheckName, Finding};
use crate::check::finding::Severity;

pub(super) const CHECK: Check = Check {
    name: CheckName::Impact,
    summary: "Pods of the previous release keep working while new migrations are rolled out",
    explanation: "\
The first pod of a new release migrates the database while pods of the previous release still serve requests. This check measures
the effects of each statement on them, on a database with the migrations of the base branch. A `breaking` effect makes them fail at
once, such as the drop of a column that they select; it is an error. A `write-reject` effect depends on the rows that they write; it
is a warning. `cargo xtask migrate` and the job summary show locks and prepared plans.

Split a breaking change over two releases: first a release that no longer uses the column, then the migration that drops it. If the
change is inevitable, accept it: `cargo xtask check --accept`.",
    run,
};

fn run(context: &CheckContext<'_>) -> anyhow::Result<Vec<Finding>> {
    let Some(report) = context.impact()? else { return Ok(Vec::new()) };
    let mut findings = Vec::new();
    for (migration, measured) in context.databases()?.new.iter().zip(&report.migrations) {
        for statement in &measured.statements {
            for effect in &statement.findings {
                let severity = match effect.rating {
                    Rating::Breaking => Severity::Error,
                    Rating::WriteReject => Severity::Warning,
                    Rating::PreparedPlan | Rating::Lock | Rating::Info => continue,
                };
                let message = format!("{}: {}", effect.object, effect.meaning);
                let finding = Finding {
                    severity,
                    line: Some(statement.line),
                    rule: Some(effect.kind.to_owned()),
                    object: Some(effect.object.clone()),
                    excerpt: Some(statement.sql.clone()),
                    ..Finding::error(&migration.path, message, effect.advice)
                };
                findings.push(context.branch.about(migration, finding));
            }
        }
    }
    Ok(findings)
}
