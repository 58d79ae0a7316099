//! How errors and warnings are shown: as a compiler does, with message, place, the line itself, underlined.

use std::fmt::{self, Write};

use crate::{Diagnostic, Severity, Source, Span, diagnostic::Related};

/// At most this many diagnostics are shown; nobody reads more.
const MAX_SHOWN: usize = 100;
/// At most this many lines of one place are shown.
const MAX_LINES: usize = 6;
/// At most this many bytes of a line are shown.
const MAX_WIDTH: usize = 240;

const BLUE: &str = "1;34";

/// Renders diagnostics for people: the first hundred, and how many more there are.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &[Source], colour: bool) -> String {
    let texts = if diagnostics.is_empty() { Vec::new() } else { sources.iter().map(Text::new).collect() };
    let mut out = Renderer { out: String::new(), texts, colour };
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
    texts: Vec<Text<'a>>,
    colour: bool,
}

/// How a place is underlined.
#[derive(Clone, Copy)]
struct Mark<'a> {
    sign: &'a str,
    colour: &'a str,
}

impl Renderer<'_> {
    fn diagnostic(&mut self, diagnostic: &Diagnostic) {
        let (label, colour) = match diagnostic.severity {
            Severity::Error => ("error", "1;31"),
            Severity::Warning => ("warning", "1;33"),
        };
        let (label, message) = (self.paint(colour, label), self.paint("1", &diagnostic.message));
        self.line(format_args!("{label}: {message}"));
        self.place(diagnostic.span, Mark { sign: "^", colour });
        for Related { note, span } in &diagnostic.related {
            let label = self.paint(BLUE, "note");
            self.line(format_args!("{label}: {note}"));
            self.place(*span, Mark { sign: "-", colour: BLUE });
        }
        if let Some(help) = &diagnostic.help {
            let label = self.paint("1;36", "help:");
            self.line(format_args!("  {label} {help}"));
        }
    }

    fn place(&mut self, span: Span, mark: Mark<'_>) {
        let Some(text) = self.texts.get(span.file as usize) else { return };
        let (start, end) = text.underlined(span);
        let (first, last) = (text.line_of(start), text.line_of(end));
        let (name, column) = (text.name, text.column_of(start));
        let lines: Vec<(usize, Option<Line>)> = shown_lines(first, last)
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
                let underline = self.paint(mark.colour, &mark.sign.repeat(line.width));
                self.line(format_args!("{:gutter$} {bar} {:blank$}{underline}", "", "", blank = line.blank));
            }
        }
    }

    fn line(&mut self, line: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{line}");
    }

    fn paint(&self, colour: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Of many lines the first ones and the last, with one between them that stands for the others.
fn shown_lines(first: usize, last: usize) -> impl Iterator<Item = usize> {
    let head_end = if last - first < MAX_LINES { last } else { first + MAX_LINES - 2 };
    (first..=head_end).chain((head_end < last).then_some(last))
}

fn line_is_shown(line: usize, first: usize, last: usize) -> bool {
    last - first < MAX_LINES || line < first + MAX_LINES - 2 || line == last
}

/// A line as it is shown, and what of it is underlined, in characters.
struct Line {
    text: String,
    blank: usize,
    width: usize,
}

/// A source, and where its lines begin.
struct Text<'a> {
    name: &'a str,
    text: &'a str,
    line_starts: Vec<usize>,
}

impl<'a> Text<'a> {
    fn new(source: &'a Source) -> Self {
        let after_breaks = source.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { name: &source.name, text: &source.text, line_starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// The bytes to underline. The span of a line includes its line break, and often the blanks before it; those not.
    fn underlined(&self, span: Span) -> (usize, usize) {
        let start = self.floor(span.start as usize);
        let end = self.floor(span.end as usize).max(start);
        (start, start + self.text[start..end].trim_end().len())
    }

    /// The line that a place is in, from 0.
    fn line_of(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at) - 1
    }

    /// In characters, from 1.
    fn column_of(&self, at: usize) -> usize {
        self.text[self.line_starts[self.line_of(at)]..at].chars().count() + 1
    }

    /// A line with what of `start..end` is in it. Of a very long line, what is near that.
    fn show(&self, line: usize, start: usize, end: usize) -> Line {
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
        Line {
            text: format!("{before}{}{after}", self.text[shown..shown_end].replace('\t', " ")),
            blank: before.len() + characters(shown, mark_start),
            // Where there is nothing to underline, the place itself is marked.
            width: if is_first && start == end { 1 } else { width },
        }
    }

    /// The nearest place at or before `at` where a character begins.
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

    #[test]
    fn of_a_long_line_only_what_is_near_is_shown() {
        let text = format!("{}Foo{}", "x".repeat(500), "y".repeat(500));
        let shown = render(&[diagnostic(500, 503)], &[Source::new("schema.prisma", text)], false);
        let widest = shown.lines().map(str::len).max();
        assert!(widest < Some(300), "{shown}");
        let [line, underline] = [3, 4].map(|line| shown.lines().nth(line).unwrap());
        assert_eq!(line.find("Foo"), underline.find("^^^"));
    }

    #[test]
    fn of_many_diagnostics_the_first_are_shown() {
        let shown = render(&vec![diagnostic(0, 1); 123], &[Source::new("schema.prisma", "x")], false);
        assert_eq!(shown.matches("error: ").count(), 100);
        assert!(shown.ends_with("\n... and 23 more\n"), "{shown}");
    }
}
