//! The text for a terminal: one line for each check, the findings, and a verdict.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use crate::{
    check::{
        check_name::CheckName,
        finding::{Finding, Severity},
        results::{CheckResult, CheckResults},
    },
    checkout::root::Root,
    terminal::{
        output::{BAD, FAINT, GOOD},
        wrap::wrap,
    },
};

pub(crate) fn render(results: &CheckResults, root: &Root) -> String {
    let mut text: String = results.checks.iter().map(line).collect();
    for (check, finding) in results.findings().filter(|(_, finding)| !finding.released) {
        text += &render_finding(check, finding);
    }
    let accept = root.command("check --accept");
    text += &released(results, &accept);
    for obsolete in &results.obsolete {
        let message = wrap(&format!("error[accepted]: This accepted finding no longer occurs: {obsolete}"), 2);
        let message = message.replacen("error[accepted]", &format!("{BAD}error[accepted]{BAD:#}"), 1);
        _ = write!(text, "\n{message}\n  help: Remove it from the list: {accept}\n");
    }
    text + &verdict(results, root)
}

fn line(result: &CheckResult) -> String {
    let (style, word) = match &result.findings {
        Err(_) => (BAD, "not run"),
        Ok(_) if !result.is_passed() => (BAD, "failed"),
        Ok(findings) if !findings.is_empty() => (GOOD, "warned"),
        Ok(_) => (GOOD, "passed"),
    };
    let milliseconds = result.time.as_secs_f64() * 1e3;
    let mut text = format!("{style}{word:7}{style:#}  {:16}  {FAINT}{milliseconds:5.0} ms{FAINT:#}", result.name);
    match &result.findings {
        Err(why) => _ = write!(text, "  {why}"),
        Ok(findings) => {
            let counts = [count(findings.len(), "finding"), accepted(result.accepted)];
            counts.into_iter().flatten().for_each(|count| _ = write!(text, "  {count}"));
        }
    }
    format!("{}\n", text.trim_end())
}

/// The findings in released migrations, by file. They can only be accepted.
fn released(results: &CheckResults, accept: &str) -> String {
    let mut by_file: BTreeMap<&Path, BTreeMap<(String, String), Vec<String>>> = BTreeMap::new();
    for (check, finding) in results.findings().filter(|(_, finding)| finding.released) {
        let key = (finding.title(check), finding.message.replace('\n', " "));
        let lines = by_file.entry(&finding.path).or_default().entry(key).or_default();
        lines.extend(finding.line.map(|line| line.to_string()));
    }
    let (Some(findings), Some(files)) =
        (count(results.released(), "finding"), count(by_file.len(), "released migration"))
    else {
        return String::new();
    };
    let mut text = format!("\n{BAD}error{BAD:#}: {findings} in {files}, which must not change\n");
    for (path, findings) in by_file {
        _ = writeln!(text, " {FAINT}-->{FAINT:#} {}", path.display());
        for ((title, message), lines) in findings {
            let lines = match lines.as_slice() {
                [] => String::new(),
                [line] => format!(" (line {line})"),
                lines => format!(" (lines {})", lines.join(", ")),
            };
            _ = writeln!(text, "     {}", wrap(&format!("{title}: {message}{lines}"), 7));
        }
    }
    text + &format!("  help: Accept them, so that only new findings fail: {accept}\n")
}

fn render_finding(check: CheckName, finding: &Finding) -> String {
    let (style, severity) = match finding.severity {
        Severity::Error => (BAD, "error"),
        Severity::Warning => (BAD, "warning"),
    };
    let title = format!("{severity}[{}]", finding.title(check));
    let message = wrap(&format!("{title}: {}", finding.message), 2);
    let mut text = format!("\n{}\n", message.replacen(&title, &format!("{style}{title}{style:#}"), 1));
    let position: String = [finding.line, finding.column].into_iter().flatten().map(|at| format!(":{at}")).collect();
    _ = writeln!(text, " {FAINT}-->{FAINT:#} {}{position}", finding.path.display());
    for (offset, line) in finding.excerpt.iter().flat_map(|excerpt| excerpt.lines()).enumerate() {
        let number = finding.line.map(|first| (first + offset).to_string()).unwrap_or_default();
        text += format!("{FAINT}{number:>4} |{FAINT:#} {line}").trim_end();
        text.push('\n');
    }
    if !finding.help.is_empty() {
        _ = writeln!(text, "  {}", wrap(&format!("help: {}", finding.help), 2));
    }
    text
}

/// The last lines: the result of all checks, and the command that explains the findings.
fn verdict(results: &CheckResults, root: &Root) -> String {
    let errors = results.findings().filter(|(_, finding)| finding.is_error()).count() + results.obsolete.len();
    let warnings = results.findings().count() + results.obsolete.len() - errors;
    let not_run = results.checks.iter().filter(|check| check.findings.is_err()).count();
    let all = results.checks.iter().map(|check| check.accepted).sum();
    let accepted = count(all, "accepted finding");
    let (errors, warnings) = (count(errors, "error"), count(warnings, "warning"));
    let mut text = String::new();
    if results.findings().next().is_some() {
        _ = write!(text, "\nTo learn more about a finding: {}", root.command("check --explain NAME"));
    }
    let (verdict, parts) = if results.is_passed() {
        (format!("{GOOD}check passed{GOOD:#}"), [count(results.checks.len(), "check"), warnings, accepted])
    } else {
        let not_run = count(not_run, "check").map(|count| format!("{count} not run"));
        (format!("{BAD}check failed{BAD:#}"), [not_run, errors, warnings])
    };
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    text + &format!("\n{verdict}: {}\n", parts.join(", "))
}

fn accepted(count: usize) -> Option<String> {
    (count > 0).then(|| format!("{count} accepted"))
}

/// `1 error` or `2 errors`; none for zero.
fn count(count: usize, noun: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {noun}")),
        _ => Some(format!("{count} {noun}s")),
    }
}
