//! How findings are shown: as a compiler does.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::{Finding, Severity};

/// Renders the findings of one file, whose text is `sql`, for people.
#[must_use]
pub fn render(findings: &[Finding], sql: &str, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for finding in findings {
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let place = AnnotationKind::Primary.span(finding.start..first_line_end(finding, sql));
        let snippet = Snippet::source(sql).path(&finding.file).annotation(place);
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

/// Of a statement of many lines the first is enough to find it.
fn first_line_end(finding: &Finding, sql: &str) -> usize {
    let text = &sql[finding.start..finding.end];
    finding.start + text.find('\n').map_or(text.len(), |end| text[..end].trim_end().len())
}
