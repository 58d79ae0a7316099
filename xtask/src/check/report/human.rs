//! For people: a line for each check, then what was found.

use std::fmt::Write as _;

use crate::{
    check::{Finding, Results, Severity},
    output::{BAD, FAINT, GOOD},
};

pub(crate) fn render(results: &Results) -> String {
    let mut text = String::new();
    for outcome in &results.outcomes {
        let (style, word) = match &outcome.result {
            Err(_) => (BAD, "not run"),
            Ok(_) if !outcome.is_passed() => (BAD, "failed"),
            Ok(findings) if !findings.is_empty() => (GOOD, "warned"),
            Ok(_) => (GOOD, "passed"),
        };
        let milliseconds = outcome.took.as_secs_f64() * 1e3;
        _ = write!(text, "{style}{word:7}{style:#}  {:16}  {FAINT}{milliseconds:5.0} ms{FAINT:#}", outcome.check.name);
        match &outcome.result {
            Err(why) => _ = write!(text, "  {why}"),
            Ok(findings) => {
                text += &counted("  ", findings.len(), "finding");
                text += &counted("  ", outcome.accepted, "accepted");
            }
        }
        text = format!("{}\n", text.trim_end());
    }
    for outcome in &results.outcomes {
        outcome.result.iter().flatten().for_each(|it| text += &finding(outcome.check.name, it));
    }
    for outdated in &results.outdated {
        _ = write!(
            text,
            "\n{BAD}error[accepted]{BAD:#}: What is accepted does not occur any more: {outdated}\n  help: Take it out of \
             the list: cargo xtask check --accept\n"
        );
    }
    text
}

fn counted(before: &str, count: usize, what: &str) -> String {
    match (count, what) {
        (0, _) => String::new(),
        (1, "finding") => format!("{before}1 finding"),
        (count, "finding") => format!("{before}{count} findings"),
        (count, what) => format!("{before}{count} {what}"),
    }
}

fn finding(check: &str, finding: &Finding) -> String {
    let (style, word) = match finding.severity {
        Severity::Error => (BAD, "error"),
        Severity::Warning => (BAD, "warning"),
    };
    let mut text = format!("\n{style}{word}[{check}]{style:#}: {}\n", finding.message.replace('\n', "\n  "));
    let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
    _ = writeln!(text, " {FAINT}-->{FAINT:#} {}{line}", finding.path.display());
    if let Some(excerpt) = &finding.excerpt {
        let first = finding.line.unwrap_or(1);
        let numbers = finding.line.is_some();
        for (offset, line) in excerpt.lines().enumerate() {
            let number = if numbers { format!("{:4}", first + offset) } else { " ".repeat(4) };
            text += format!("{FAINT}{number} |{FAINT:#} {line}").trim_end();
            text.push('\n');
        }
    }
    if !finding.help.is_empty() {
        _ = writeln!(text, "  help: {}", finding.help.replace('\n', "\n  "));
    }
    text
}
