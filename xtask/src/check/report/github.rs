//! The output for GitHub: annotations on lines of files, and a job summary in Markdown.

use std::{env, fmt::Write as _, io::Write as _};

use fs_err as fs;
use migration_impact::TableLock;

use crate::check::{
    context::CheckContext,
    finding::{Finding, Severity},
    results::CheckResults,
};

/// The variable with the path of the job summary.
const SUMMARY_VARIABLE: &str = "GITHUB_STEP_SUMMARY";

/// Annotations, as commands that GitHub reads from a job's output.
pub(crate) fn annotations(results: &CheckResults, accept_command: &str) -> String {
    let mut text = String::new();
    for result in &results.checks {
        let name = result.name;
        match &result.findings {
            Err(why) => {
                _ = writeln!(text, "::error title={name}::{}", data(&format!("This check could not run: {why}")));
            }
            Ok(findings) => {
                for finding in findings.iter().filter(|finding| !finding.released) {
                    annotate(&mut text, &finding.title(name), finding);
                }
            }
        }
    }
    let released = results.released();
    if released > 0 {
        let message = format!("Findings in released migrations: {released}. Accept them: {accept_command}");
        _ = writeln!(text, "::error title=released::{}", data(&message));
    }
    for obsolete in &results.obsolete {
        let message = format!("This accepted finding no longer occurs: {obsolete}");
        _ = writeln!(text, "::error title=accepted::{}", data(&message));
    }
    text
}

fn annotate(text: &mut String, title: &str, finding: &Finding) {
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let path = property(&finding.path.display().to_string());
    let position = [("line", finding.line), ("col", finding.column)].into_iter();
    let position: String = position.filter_map(|(name, at)| Some(format!(",{name}={}", at?))).collect();
    let excerpt = finding.excerpt.as_deref().map(|it| format!("\n{it}")).unwrap_or_default();
    let message = data(&format!("{}{excerpt}\n{}", finding.message, finding.help));
    _ = writeln!(text, "::{kind} file={path}{position},title={title}::{message}");
}

/// The summary of the job.
pub(crate) fn summary(results: &CheckResults, context: &CheckContext<'_>) -> String {
    let mut text = String::from("## Migrations\n\n| check | result | findings | accepted |\n|---|---|---|---|\n");
    for result in &results.checks {
        let (outcome, findings) = match &result.findings {
            Err(why) => (format!("not run: {}", cell(why)), 0),
            Ok(findings) => (if result.is_passed() { "passed" } else { "failed" }.to_owned(), findings.len()),
        };
        _ = writeln!(text, "| `{}` | {outcome} | {findings} | {} |", result.name, result.accepted);
    }
    let new = context.branch.new_migrations().unwrap_or_default();
    if new.is_empty() {
        text += "\nThe branch has no new migrations.\n";
    } else {
        text += "\n| new migration | impact on pods of the previous release | locks | SHA-256 |\n|---|---|---|---|\n";
        for migration in new {
            let measured = context.measured_impact().into_iter().flat_map(|report| &report.migrations);
            let measured = measured.into_iter().find(|measured| measured.name == migration.name);
            let rating = measured.map_or("not measured", |measured| measured.rating.name());
            let lock = |lock: &TableLock| format!("`{}` {}", cell(&lock.table), lock.mode);
            let locks: Vec<_> = measured.iter().flat_map(|measured| &measured.locks).map(lock).collect();
            let (name, sha256) = (cell(&migration.name), migration.checksum());
            _ = writeln!(text, "| `{name}` | {rating} | {} | `{sha256}` |", locks.join(", "));
        }
    }
    text
}

/// Appends to the job summary, if this runs in a job.
pub(crate) fn append_to_summary(text: &str) -> anyhow::Result<()> {
    let Some(path) = env::var_os(SUMMARY_VARIABLE).filter(|path| !path.is_empty()) else { return Ok(()) };
    let mut file = fs::OpenOptions::new().create(true).append(true).open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
