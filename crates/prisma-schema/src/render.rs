//! Renders diagnostics like a compiler: message, position, and the underlined text.

use std::fmt::{self, Write};

use crate::{Diagnostic, Severity, Source, Span, diagnostic::Related};

/// The maximum number of rendered diagnostics.
const MAX_SHOWN: usize = 100;
/// The maximum number of lines of one span.
const MAX_LINES: usize = 6;
/// The maximum number of bytes of a line.
const MAX_WIDTH: usize = 240;

const BLUE: &str = "1;34";

/// Renders the first hundred diagnostics, and counts the others.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &[Source], color: bool) -> String {
    let texts = if diagnostics.is_empty() { Vec::new() } else { sources.iter().map(IndexedText::new).collect() };
    let mut out = Renderer { out: String::new(), texts, color };
    for diagnostic in diagnostics.iter().take(MAX_SHOWN) {
        if !out.out.is_empty() {
            out.out.push('\n');
        }
        out.diagnostic(diagnostic);
    }
    if let Some(more @ 1..) = diagnostics.len().checked_sub(MAX_SHOWN) {
        out.line(format_args!("\n... and {more} more"));
    }
    out.out
}

struct Renderer<'a> {
    out: String,
    texts: Vec<IndexedText<'a>>,
    color: bool,
}

/// The style of an underline.
#[derive(Clone, Copy)]
struct Mark<'a> {
    sign: &'a str,
    color: &'a str,
}

impl Renderer<'_> {
    fn diagnostic(&mut self, diagnostic: &Diagnostic) {
        let (label, color) = match diagnostic.severity {
            Severity::Error => ("error", "1;31"),
            Severity::Warning => ("warning", "1;33"),
        };
        let (label, message) = (self.paint(color, label), self.paint("1", &diagnostic.message));
        self.line(format_args!("{label}: {message}"));
        self.excerpt(diagnostic.span, Mark { sign: "^", color });
        for Related { note, span } in &diagnostic.related {
            let label = self.paint(BLUE, "note");
            self.line(format_args!("{label}: {note}"));
            self.excerpt(*span, Mark { sign: "-", color: BLUE });
        }
        if let Some(help) = &diagnostic.help {
            let label = self.paint("1;36", "help:");
            self.line(format_args!("  {label} {help}"));
        }
    }

    fn excerpt(&mut self, span: Span, mark: Mark<'_>) {
        let Some(text) = self.texts.get(span.file as usize) else { return };
        let (start, end) = text.underlined(span);
        let (first, last) = (text.line_of(start), text.line_of(end));
        let (name, column) = (text.name, text.column_of(start));
        let lines: Vec<(usize, Option<RenderedLine>)> = excerpt_lines(first, last)
            .map(|line| (line + 1, line_is_shown(line, first, last).then(|| text.show(line, start, end))))
            .collect();

        let gutter = (last + 1).to_string().len();
        let (arrow, bar) = (self.paint(BLUE, "-->"), self.paint(BLUE, "|"));
        self.line(format_args!("{:gutter$}{arrow} {name}:{}:{column}", "", first + 1));
        self.line(format_args!("{:gutter$} {bar}", ""));
        for (number, line) in lines {
            let Some(line) = line else {
                let dots = self.paint(BLUE, "...");
                self.line(format_args!("{:gutter$} {dots}", ""));
                continue;
            };
            let number = self.paint(BLUE, &format!("{number:>gutter$}"));
            self.line(format_args!("{number} {bar} {}", line.text));
            if line.width > 0 {
                let underline = self.paint(mark.color, &mark.sign.repeat(line.width));
                self.line(format_args!("{:gutter$} {bar} {:blank$}{underline}", "", "", blank = line.blank));
            }
        }
    }

    fn line(&mut self, line: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{line}");
    }

    fn paint(&self, color: &str, text: &str) -> String {
        if self.color { format!("\x1b[{color}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// The first lines and the last, with one in between that stands for the skipped ones.
fn excerpt_lines(first: usize, last: usize) -> impl Iterator<Item = usize> {
    let head_end = if last - first < MAX_LINES { last } else { first + MAX_LINES - 2 };
    (first..=head_end).chain((head_end < last).then_some(last))
}

fn line_is_shown(line: usize, first: usize, last: usize) -> bool {
    last - first < MAX_LINES || line < first + MAX_LINES - 2 || line == last
}

/// A rendered line and its underline, in characters.
struct RenderedLine {
    text: String,
    blank: usize,
    width: usize,
}

/// A source with the positions of its lines.
struct IndexedText<'a> {
    name: &'a str,
    text: &'a str,
    line_starts: Vec<usize>,
}

impl<'a> IndexedText<'a> {
    fn new(source: &'a Source) -> Self {
        let after_breaks = source.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { name: &source.name, text: &source.text, line_starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// The bytes to underline: the span without its trailing blanks and line break.
    fn underlined(&self, span: Span) -> (usize, usize) {
        let start = self.floor(span.start as usize);
        let end = self.floor(span.end as usize).max(start);
        (start, start + self.text[start..end].trim_end().len())
    }

    /// The number of the line at a position, from 0.
    fn line_of(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at) - 1
    }

    /// The number of the column at a position, in characters from 1.
    fn column_of(&self, at: usize) -> usize {
        self.text[self.line_starts[self.line_of(at)]..at].chars().count() + 1
    }

    /// Renders a line, and underlines its part of `start..end`. A very long line is cut around that part.
    fn show(&self, line: usize, start: usize, end: usize) -> RenderedLine {
        let from = self.line_starts[line];
        let to = self.line_starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let text = self.text[from..to].trim_end_matches('\r');
        let to = from + text.len();

        let is_first = start >= from;
        let indent = text.len() - text.trim_start().len();
        let mark_start = if is_first { start.min(to) } else { from + indent };
        let mark_end = end.clamp(mark_start, to);

        let (mut shown, mut shown_end) = (from, to);
        if text.len() > MAX_WIDTH {
            shown = self.floor(mark_start.saturating_sub(MAX_WIDTH / 4).max(from));
            shown_end = self.floor((shown + MAX_WIDTH).min(to));
        }
        let (before, after) = (if shown > from { "... " } else { "" }, if shown_end < to { " ..." } else { "" });
        let characters = |from: usize, to: usize| self.text[from.min(to)..to].chars().count();
        let width = characters(mark_start, mark_end.min(shown_end));
        RenderedLine {
            text: format!("{before}{}{after}", self.text[shown..shown_end].replace('\t', " ")),
            blank: before.len() + characters(shown, mark_start),
            // An empty span is marked by one character.
            width: if is_first && start == end { 1 } else { width },
        }
    }

    /// The last start of a character at or before `at`.
    fn floor(&self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::testing::unindented;

    fn diagnostic(start: u32, end: u32) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            message: "Something is wrong.".to_owned(),
            span: Span { file: 0, start, end },
            related: Vec::new(),
            help: Some("fix it.".to_owned()),
        }
    }

    #[test]
    fn a_span_in_a_line_is_underlined() {
        let text = unindented(
            "
            model A {
              id Foo @id
            }
            ",
        );
        expect![[r#"
            error: Something is wrong.
             --> schema.prisma:2:6
              |
            2 |   id Foo @id
              |      ^^^
              help: fix it.
        "#]]
        .assert_eq(&render(&[diagnostic(15, 18)], &[Source::new("schema.prisma", text)], false));
    }

    #[test]
    fn a_long_block_is_shortened() {
        let text = unindented(
            "
            model A {
              a Int
              b Int
              c Int
              d Int
              e Int
              f Int
            }
            ",
        );
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
              help: fix it.
        "#]]
        .assert_eq(&render(&[diagnostic(0, 59)], &[Source::new("schema.prisma", text)], false));
    }

    #[test]
    fn spans_at_the_end_or_inside_a_character_do_not_panic() {
        let source = Source::new("schema.prisma", "é");
        for (start, end) in [(0, 0), (1, 1), (1, 9), (7, 9)] {
            let _ = render(&[diagnostic(start, end)], std::slice::from_ref(&source), true);
        }
    }

    #[test]
    fn long_lines_are_cut_around_the_span() {
        let text = format!("{}Foo{}", "x".repeat(500), "y".repeat(500));
        let shown = render(&[diagnostic(500, 503)], &[Source::new("schema.prisma", text)], false);
        let widest = shown.lines().map(str::len).max();
        assert!(widest < Some(300), "{shown}");
        let [line, underline] = [3, 4].map(|line| shown.lines().nth(line).unwrap());
        assert_eq!(line.find("Foo"), underline.find("^^^"));
    }

    #[test]
    fn only_the_first_diagnostics_are_rendered() {
        let shown = render(&vec![diagnostic(0, 1); 123], &[Source::new("schema.prisma", "x")], false);
        assert_eq!(shown.matches("error: ").count(), 100);
        assert!(shown.ends_with("\n... and 23 more\n"), "{shown}");
    }
}
