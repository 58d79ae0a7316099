//! For people: a line for each check, then what was found.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use crate::{
    check::{Finding, Results, Severity},
    terminal::output::{BAD, FAINT, GOOD},
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
        let findings = outcome.result.iter().flatten().filter(|finding| !finding.released);
        findings.for_each(|it| text += &finding(outcome.check.name, it));
    }
    text += &released(results);
    for outdated in &results.outdated {
        _ = write!(
            text,
            "\n{BAD}error[accepted]{BAD:#}: What is accepted does not occur any more: {outdated}\n  help: Take it out of \
             the list: {}\n",
            results.accept
        );
    }
    text
}

/// What is in files that must stay as they are is listed by file: all that can be done is to accept it.
fn released(results: &Results) -> String {
    let mut by_file: BTreeMap<&Path, BTreeMap<(String, String), Vec<String>>> = BTreeMap::new();
    for outcome in &results.outcomes {
        for finding in outcome.result.iter().flatten().filter(|finding| finding.released) {
            let what = (title(outcome.check.name, finding), finding.message.replace('\n', " "));
            let lines = by_file.entry(&finding.path).or_default().entry(what).or_default();
            lines.extend(finding.line.map(|line| line.to_string()));
        }
    }
    if by_file.is_empty() {
        return String::new();
    }
    let (found, files) = (counted("", results.released(), "finding"), counted("", by_file.len(), "migration"));
    let mut text =
        format!("\n{BAD}error{BAD:#}: {found} in {files} that customers have, and that must stay as they are\n");
    for (path, findings) in by_file {
        _ = writeln!(text, " {FAINT}-->{FAINT:#} {}", path.display());
        for ((title, message), lines) in findings {
            _ = write!(text, "     {title}: {message}");
            match lines.len() {
                0 => {}
                1 => _ = write!(text, " (line {})", lines[0]),
                _ => _ = write!(text, " (lines {})", lines.join(", ")),
            }
            text.push('\n');
        }
    }
    text + &format!("  help: Accept what is there, to find what is new from now on: {}\n", results.accept)
}

/// The check that found it, with the rule if it has several.
fn title(check: &str, finding: &Finding) -> String {
    finding.rule.as_ref().map_or_else(|| check.to_owned(), |rule| format!("{check}/{rule}"))
}

fn counted(before: &str, count: usize, what: &str) -> String {
    match (count, what) {
        (0, _) => String::new(),
        (count, "accepted") => format!("{before}{count} accepted"),
        (1, what) => format!("{before}1 {what}"),
        (count, what) => format!("{before}{count} {what}s"),
    }
}

fn finding(check: &str, finding: &Finding) -> String {
    let (style, word) = match finding.severity {
        Severity::Error => (BAD, "error"),
        Severity::Warning => (BAD, "warning"),
    };
    let title = title(check, finding);
    let mut text = format!("\n{style}{word}[{title}]{style:#}: {}\n", finding.message.replace('\n', "\n  "));
    let place = [finding.line, finding.column].into_iter().flatten().map(|at| format!(":{at}")).collect::<String>();
    _ = writeln!(text, " {FAINT}-->{FAINT:#} {}{place}", finding.path.display());
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
