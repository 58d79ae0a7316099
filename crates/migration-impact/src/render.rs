//! The report for people: first what each statement does, then what that means.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt::{self, Write},
};

use anstyle::{AnsiColor, Style};

use crate::{Basis, Finding, Migration, Rating, Report, Statement, TableEffect};

/// No line is wider, unless a name is.
const WIDTH: usize = 100;
/// How far the table of statements is indented behind line and rating.
const INDENT: usize = 23;

/// A space between words that stay together.
const UNBROKEN: char = '\u{a0}';

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

impl Report {
    /// The report as text, at most 100 columns wide, coloured or not.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let mut out = Renderer { out: String::new(), colour };
        let rating = out.rating(self.rating);
        out.line(format_args!("Impact on old pods, which are those of the previous version: {rating}"));
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

/// Findings that say the same about several things.
struct Group<'a> {
    finding: &'a Finding,
    /// What they are about, and the lines of the statements.
    objects: BTreeMap<usize, Vec<&'a str>>,
}

impl Renderer {
    fn migration(&mut self, migration: &Migration) {
        let (name, rating) = (self.paint(BOLD, &migration.name), self.rating(migration.rating));
        self.line(format_args!("{name}: {rating}"));
        for statement in &migration.statements {
            self.statement(statement);
        }
        for group in groups(migration) {
            self.group(&group);
        }
    }

    fn statement(&mut self, statement: &Statement) {
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

/// The findings of a migration, worst first; what is said of several things is said once.
fn groups(migration: &Migration) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for statement in &migration.statements {
        for finding in &statement.findings {
            let says_same = |group: &Group<'_>| {
                (group.finding.rating, &group.finding.meaning, group.finding.advice)
                    == (finding.rating, &finding.meaning, finding.advice)
            };
            let place = groups.iter().position(says_same).unwrap_or_else(|| {
                groups.push(Group { finding, objects: BTreeMap::new() });
                groups.len() - 1
            });
            groups[place].objects.entry(statement.line).or_default().push(&finding.object);
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

/// What a statement is about: of a block that looks first whether to do something, what it does.
fn essence(sql: &str) -> Cow<'_, str> {
    let block = sql.strip_prefix("DO ").and_then(|block| block.split_once(" THEN\n"));
    let done = block.and_then(|(_, done)| done.split_once("END IF;"));
    done.map_or(sql.into(), |(done, _)| format!("DO … {done}").into())
}

/// A statement on one line of at most so many characters.
fn shorten(sql: &str, width: usize) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(width) {
        None => line,
        Some(_) => line.chars().take(width - 1).chain(['…']).collect(),
    }
}

/// Breaks a text between words as a report does, the first line indented by `first` characters and the others by `rest`.
#[must_use]
pub fn wrap(text: &str, first: usize, rest: usize) -> String {
    let mut wrapped = " ".repeat(first);
    let mut width = first;
    for (place, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if place > 0 && width + 1 + length > WIDTH {
            wrapped += "\n";
            wrapped += &" ".repeat(rest);
            width = rest;
        } else if place > 0 {
            wrapped.push(' ');
            width += 1;
        }
        wrapped += word;
        width += length;
    }
    wrapped.replace(UNBROKEN, " ")
}
