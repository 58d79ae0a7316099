//! Errors and warnings, and how they are shown.

use std::fmt::Write;

use crate::{Source, Span};

/// An error or a warning about a place in a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in Prisma's words.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Other places that it is about, each with a few words of our own.
    pub related: Vec<Related>,
    /// What to do about it, in our own words.
    pub help: Option<String>,
}

/// Another place that a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What it has to do with the matter.
    pub note: String,
    /// Where.
    pub span: Span,
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The schema is refused.
    Error,
    /// The schema is taken all the same.
    Warning,
}

/// Renders diagnostics as a compiler does: message, place, the line itself, underlined.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &[Source], colour: bool) -> String {
    let paint = Paint { colour };
    let mut out = String::new();
    for diagnostic in diagnostics {
        if !out.is_empty() {
            out.push('\n');
        }
        render_one(&mut out, diagnostic, sources, &paint);
    }
    out
}

fn render_one(out: &mut String, diagnostic: &Diagnostic, sources: &[Source], paint: &Paint) {
    let (label, code) = match diagnostic.severity {
        Severity::Error => ("error", "1;31"),
        Severity::Warning => ("warning", "1;33"),
    };
    let _ = writeln!(out, "{}: {}", paint.with(code, label), paint.with("1", &diagnostic.message));
    if let Some(source) = sources.get(diagnostic.span.file as usize) {
        render_place(out, diagnostic.span, source, Mark { sign: "^", code }, paint);
    }
    for Related { note, span } in &diagnostic.related {
        if let Some(source) = sources.get(span.file as usize) {
            let _ = writeln!(out, "{}: {note}", paint.with("1;34", "note"));
            render_place(out, *span, source, Mark { sign: "-", code: "1;34" }, paint);
        }
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "  {} {help}", paint.with("1;36", "help:"));
    }
}

/// At most this many lines of one place are shown.
const MAX_LINES: usize = 6;

/// How a place is underlined.
#[derive(Clone, Copy)]
struct Mark<'a> {
    sign: &'a str,
    code: &'a str,
}

fn render_place(out: &mut String, span: Span, source: &Source, mark: Mark<'_>, paint: &Paint) {
    let text = source.text.as_str();
    let start = floor_boundary(text, span.start as usize);
    let end = floor_boundary(text, span.end as usize).max(start);
    // The span of a line includes its line break, and often the blanks before it: do not underline those.
    let end = start + text[start..end].trim_end().len();

    let first = text[..start].matches('\n').count();
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let column = text[line_start..start].chars().count() + 1;
    let lines: Vec<&str> = text[line_start..].split('\n').map(|line| line.trim_end_matches('\r')).collect();
    let count = text[start..end].matches('\n').count() + 1;
    let gutter = (first + count).to_string().len();
    let bar = paint.with("1;34", "|");

    let _ = writeln!(out, "{:gutter$}{} {}:{}:{column}", "", paint.with("1;34", "-->"), source.name, first + 1);
    let _ = writeln!(out, "{:gutter$} {bar}", "");
    let mut offset = line_start;
    for (index, line) in lines.iter().enumerate().take(count) {
        let number = format!("{:>gutter$}", first + index + 1);
        if count > MAX_LINES && (MAX_LINES - 2..count - 1).contains(&index) {
            if index == MAX_LINES - 2 {
                let _ = writeln!(out, "{:gutter$} {}", "", paint.with("1;34", "..."));
            }
        } else {
            let _ = writeln!(out, "{} {bar} {}", paint.with("1;34", &number), line.replace('\t', " "));
            let from = start.clamp(offset, offset + line.len()) - offset;
            let to = end.clamp(offset, offset + line.len()) - offset;
            let from = from.max(if index == 0 { 0 } else { line.len() - line.trim_start().len() });
            let width = line[from.min(to)..to].chars().count().max(usize::from(count == 1));
            if width > 0 {
                let blank = line[..from].chars().count();
                let _ = writeln!(
                    out,
                    "{:gutter$} {bar} {:blank$}{}",
                    "",
                    "",
                    paint.with(mark.code, &mark.sign.repeat(width))
                );
            }
        }
        // Lines were split at '\n', so one byte for it, and one for a '\r' that was trimmed.
        let trimmed = text[offset..].find('\n').map_or(line.len(), |at| at);
        offset += trimmed + 1;
    }
}

/// The nearest place at or before `at` where a character begins.
fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

struct Paint {
    colour: bool,
}

impl Paint {
    fn with(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn diagnostic(start: u32, end: u32) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            message: "Something is wrong.".to_owned(),
            span: Span { file: 0, start, end },
            related: Vec::new(),
            help: Some("mend it.".to_owned()),
        }
    }

    #[test]
    fn a_place_in_a_line_is_underlined() {
        let source = Source::new("schema.prisma", "model A {\n  id Foo @id\n}\n");
        expect![[r#"
            error: Something is wrong.
             --> schema.prisma:2:6
              |
            2 |   id Foo @id
              |      ^^^
              help: mend it.
        "#]]
        .assert_eq(&render(&[diagnostic(15, 18)], &[source], false));
    }

    #[test]
    fn a_long_block_is_shortened() {
        let source =
            Source::new("schema.prisma", "model A {\n  a Int\n  b Int\n  c Int\n  d Int\n  e Int\n  f Int\n}\n");
        expect![[r#"
            error: Something is wrong.
             --> schema.prisma:1:1
              |
            1 | model A {
              | ^^^^^^^^^
            2 |   a Int
              |   ^^^^^
            3 |   b Int
              |   ^^^^^
            4 |   c Int
              |   ^^^^^
              ...
            8 | }
              | ^
              help: mend it.
        "#]]
        .assert_eq(&render(&[diagnostic(0, 59)], &[source], false));
    }

    #[test]
    fn spans_at_the_end_or_inside_a_character_do_not_panic() {
        let source = Source::new("schema.prisma", "é");
        for (start, end) in [(0, 0), (1, 1), (1, 9), (7, 9)] {
            let _ = render(&[diagnostic(start, end)], std::slice::from_ref(&source), true);
        }
    }
}
