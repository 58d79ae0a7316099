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
    _ = writeln!(text, "::{kind} file={path}{position},title={}::{message}", property(title));
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
            let lock = |lock: &TableLock| format!("{} {}", code(&lock.table), lock.mode);
            let locks: Vec<_> = measured.iter().flat_map(|measured| &measured.locks).map(lock).collect();
            let (name, sha256) = (code(&migration.name), migration.checksum());
            _ = writeln!(text, "| {name} | {rating} | {} | `{sha256}` |", locks.join(", "));
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

/// Text in a cell of a table. Markdown and HTML in it have no effect.
fn cell(text: &str) -> String {
    let escape = |c: char| match c {
        '\n' | '\r' => " ".to_owned(),
        c if "|`*_[]<>&\\~#".contains(c) => format!("&#{};", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}

/// A code span in a cell of a table. Its fence is longer than any run of backticks in the text.
fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ").replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let blank = if longest > 0 { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_cell() {
        assert_eq!(code("20260101000000_add_tier"), "`20260101000000_add_tier`");
        assert_eq!(code("a`b|c\n# d"), "`` a`b\\|c # d ``");
        assert_eq!(cell("<img src=x> | `a`\n"), "&#60;img src=x&#62; &#124; &#96;a&#96; ");
    }

    #[test]
    fn values_cannot_end_their_command() {
        assert_eq!(property("a,b::c\n::add-mask::x%"), "a%2Cb%3A%3Ac%0A%3A%3Aadd-mask%3A%3Ax%25");
    }
}
