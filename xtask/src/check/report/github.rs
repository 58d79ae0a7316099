//! For GitHub: annotations on lines of files, and a summary in Markdown.

use std::fmt::Write as _;

use migration_impact::TableLock;

use crate::check::{Results, Severity, Subject};

/// Annotations, as commands that GitHub reads from a job's output.
pub(crate) fn annotations(results: &Results) -> String {
    let mut text = String::new();
    for outcome in &results.outcomes {
        let name = outcome.check.name;
        match &outcome.result {
            Err(why) => {
                _ = writeln!(text, "::error title={name}::{}", data(&format!("This check could not run: {why}")));
            }
            Ok(findings) => {
                for finding in findings.iter().filter(|finding| !finding.released) {
                    let kind = if finding.severity == Severity::Error { "error" } else { "warning" };
                    let path = property(&finding.path.display().to_string());
                    let place = [("line", finding.line), ("col", finding.column)];
                    let place = place.iter().filter_map(|(name, at)| Some(format!(",{name}={}", (*at)?)));
                    let place: String = place.collect();
                    let rule = finding.rule.as_ref().map(|rule| format!("/{rule}")).unwrap_or_default();
                    let excerpt = finding.excerpt.as_deref().map(|it| format!("\n{it}")).unwrap_or_default();
                    let message = data(&format!("{}{excerpt}\n{}", finding.message, finding.help));
                    _ = writeln!(text, "::{kind} file={path}{place},title={name}{rule}::{message}");
                }
            }
        }
    }
    let released = results.released();
    if released > 0 {
        let message = format!("{released} in migrations that customers have. Accept what is there: {}", results.accept);
        _ = writeln!(text, "::error title=released::{}", data(&message));
    }
    for outdated in &results.outdated {
        _ = writeln!(text, "::error title=accepted::{}", data(&format!("This does not occur any more: {outdated}")));
    }
    text
}

/// What happened, for the summary of the job.
pub(crate) fn summary(results: &Results, subject: &Subject<'_>) -> String {
    let mut text = String::from("## Migrations\n\n| check | result | findings | accepted |\n|---|---|---|---|\n");
    for outcome in &results.outcomes {
        let (result, findings) = match &outcome.result {
            Err(why) => (format!("not run: {}", cell(why)), 0),
            Ok(findings) => (if outcome.is_passed() { "passed" } else { "failed" }.to_owned(), findings.len()),
        };
        _ = writeln!(text, "| `{}` | {result} | {findings} | {} |", outcome.check.name, outcome.accepted);
    }
    let new = subject.new_migrations().unwrap_or_default();
    if new.is_empty() {
        text += "\nThere are no new migrations.\n";
    } else {
        text += "\n| new migration | impact on old pods | what it locks | SHA-256 |\n|---|---|---|---|\n";
        for migration in new {
            let measured = results.impact.iter().flat_map(|report| &report.migrations);
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

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
