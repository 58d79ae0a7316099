//! Renders findings as a compiler does.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::{LintFinding, Severity};

/// Renders the findings of one file, whose text is `sql`, for people.
#[must_use]
pub fn render(findings: &[LintFinding], sql: &str, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for finding in findings {
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let annotation = AnnotationKind::Primary.span(finding.start..first_line_end(finding, sql));
        let snippet = Snippet::source(sql).path(&finding.file).annotation(annotation);
        let title = level.primary_title(&finding.message).id(finding.rule);
        let help = Level::HELP.message(&finding.help);
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&renderer.render(&[title.element(snippet).element(help)]));
        out.push('\n');
    }
    out
}

/// The end of the finding's first line, which is enough of a long statement.
fn first_line_end(finding: &LintFinding, sql: &str) -> usize {
    let text = &sql[finding.start..finding.end];
    finding.start + text.find('\n').map_or(text.len(), |end| text[..end].trim_end().len())
}
