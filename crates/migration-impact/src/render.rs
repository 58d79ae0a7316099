//! The report for people: first the effects of each statement, then the findings.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt::{self, Write},
};

use anstyle::{AnsiColor, Style};

use crate::{Basis, ImpactFinding, ImpactReport, MigrationImpact, Rating, StatementImpact, TableEffect};

/// The maximal width of a line, unless a name is longer.
const WIDTH: usize = 100;
/// The width of a statement's line number and rating.
const INDENT: usize = 23;

/// A space at which lines do not break.
const UNBROKEN: char = '\u{a0}';

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

impl ImpactReport {
    /// The report as text of at most 100 columns, with colours if `colour` is set.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let mut out = Renderer { out: String::new(), colour };
        let rating = out.rating(self.rating);
        out.line(format_args!("Impact on pods of the previous release: {rating}"));
        for migration in &self.migrations {
            out.line(format_args!(""));
            out.migration(migration);
        }
        out.out
    }
}

struct Renderer {
    out: String,
    colour: bool,
}

/// Findings with equal texts about several objects.
struct Group<'a> {
    finding: &'a ImpactFinding,
    /// The objects, by the lines of the statements.
    objects: BTreeMap<usize, Vec<&'a str>>,
}

impl Renderer {
    fn migration(&mut self, migration: &MigrationImpact) {
        let (name, rating) = (self.paint(BOLD, &migration.name), self.rating(migration.rating));
        self.line(format_args!("{name}: {rating}"));
        for statement in &migration.statements {
            self.statement(statement);
        }
        for group in groups(migration) {
            self.group(&group);
        }
    }

    fn statement(&mut self, statement: &StatementImpact) {
        let rating = self.paint(style(statement.rating), &format!("{:13}", statement.rating.name()));
        let sql = shorten(&essence(&statement.sql), WIDTH - INDENT);
        self.line(format_args!("{:>6}  {rating}  {sql}", statement.line));
        for table in &statement.tables {
            let effect = self.paint(FAINT, &effect(table));
            self.line(format_args!("{:INDENT$}{effect}", ""));
        }
    }

    fn group(&mut self, group: &Group<'_>) {
        let rating = self.rating(group.finding.rating);
        self.line(format_args!(""));
        let mut objects = String::new();
        for (line, names) in &group.objects {
            let _ = write!(
                objects,
                "{}{} (line{UNBROKEN}{line})",
                if objects.is_empty() { "" } else { "; " },
                names.join(", ")
            );
        }
        let first = group.finding.rating.name().len() + 2;
        let mut objects = wrap(&objects, first, 2);
        objects.drain(..first);
        let objects = self.paint(BOLD, &objects);
        self.line(format_args!("{rating}: {objects}"));
        self.line(format_args!("{}", wrap(&group.finding.meaning, 2, 2)));
        if !group.finding.advice.is_empty() {
            self.line(format_args!("{}", wrap(group.finding.advice, 2, 2)));
        }
    }

    fn rating(&self, rating: Rating) -> String {
        self.paint(style(rating), rating.name())
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn line(&mut self, line: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{line}");
    }
}

/// The findings of a migration, worst first, with equal texts grouped.
fn groups(migration: &MigrationImpact) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for statement in &migration.statements {
        for finding in &statement.findings {
            let is_equal = |group: &Group<'_>| {
                (group.finding.rating, &group.finding.meaning, group.finding.advice)
                    == (finding.rating, &finding.meaning, finding.advice)
            };
            let index = groups.iter().position(is_equal).unwrap_or_else(|| {
                groups.push(Group { finding, objects: BTreeMap::new() });
                groups.len() - 1
            });
            groups[index].objects.entry(statement.line).or_default().push(&finding.object);
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.finding.rating));
    groups
}

fn style(rating: Rating) -> Style {
    match rating {
        Rating::Breaking => AnsiColor::Red.on_default().bold(),
        Rating::WriteReject => AnsiColor::Magenta.on_default().bold(),
        Rating::PreparedPlan | Rating::Lock => AnsiColor::Yellow.on_default(),
        Rating::Info => AnsiColor::Green.on_default(),
    }
}

fn effect(table: &TableEffect) -> String {
    let mut text = match (table.lock, table.held) {
        (Some(lock), _) => format!("{lock} on {}", table.table),
        (None, Some(held)) => format!("{held} held on {}", table.table),
        (None, None) => table.table.clone(),
    };
    let notes = [
        (table.hot, "hot"),
        (table.lock.is_some() && table.basis == Basis::Documented, "as documented"),
        (table.rewritten, "rewritten"),
        (table.scanned && !table.rewritten, "all rows read"),
    ];
    for (_, note) in notes.iter().filter(|(applies, _)| *applies) {
        text += ", ";
        text += note;
    }
    text
}

/// The part of a statement that matters: of a block with a condition, the conditional statements.
fn essence(sql: &str) -> Cow<'_, str> {
    let block = sql.strip_prefix("DO ").and_then(|block| block.split_once(" THEN\n"));
    let conditional = block.and_then(|(_, rest)| rest.split_once("END IF;"));
    conditional.map_or(sql.into(), |(statements, _)| format!("DO … {statements}").into())
}

/// A statement on one line of at most `width` characters.
fn shorten(sql: &str, width: usize) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(width) {
        None => line,
        Some(_) => line.chars().take(width - 1).chain(['…']).collect(),
    }
}

/// Wraps a text at 100 columns. The first line is indented by `first` characters and the others by `rest`.
#[must_use]
pub fn wrap(text: &str, first: usize, rest: usize) -> String {
    let mut wrapped = " ".repeat(first);
    let mut width = first;
    for (index, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if index > 0 && width + 1 + length > WIDTH {
            wrapped += "\n";
            wrapped += &" ".repeat(rest);
            width = rest;
        } else if index > 0 {
            wrapped.push(' ');
            width += 1;
        }
        wrapped += word;
        width += length;
    }
    wrapped.replace(UNBROKEN, " ")
}
