//! What a rule found, and where.

use std::ops::Range;

use serde::Serialize;

use crate::{Rule, Script, migration::Place};

/// Something that is wrong at a place of a migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The name of the rule.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The path of the file.
    pub file: String,
    /// The byte where it begins.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// The line where it begins, from 1.
    pub line: usize,
    /// The column where it begins, in characters, from 1.
    pub column: usize,
    /// The line where it ends.
    pub end_line: usize,
    /// The column after its last character.
    pub end_column: usize,
    /// The text of the statement that it is in: of the innermost one, where it is in a block.
    pub statement: String,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
    /// The bytes of the statements that it is in, innermost first.
    #[serde(skip)]
    pub(crate) statements: Vec<Range<usize>>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The migration must not be merged.
    Error,
    /// Somebody should look at it.
    Warning,
}

/// The findings of a file.
pub(crate) struct Findings<'a> {
    script: &'a Script<'a>,
    line_starts: Vec<usize>,
    pub(crate) found: Vec<Finding>,
}

/// Takes what one rule finds.
pub(crate) struct Report<'a, 'b> {
    rule: &'static Rule,
    findings: &'a mut Findings<'b>,
}

impl<'a> Findings<'a> {
    pub(crate) fn new(script: &'a Script<'a>) -> Self {
        let after_breaks = script.sql.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { script, line_starts: std::iter::once(0).chain(after_breaks).collect(), found: Vec::new() }
    }

    pub(crate) fn report(&mut self, rule: &'static Rule) -> Report<'_, 'a> {
        Report { rule, findings: self }
    }

    /// The line of a byte, from 0.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at) - 1
    }

    /// A line with its line break.
    pub(crate) fn text_of_line(&self, line: usize) -> Option<&'a str> {
        let start = *self.line_starts.get(line)?;
        let end = self.line_starts.get(line + 1).copied().unwrap_or(self.script.sql.len());
        Some(&self.script.sql[start..end])
    }

    /// Line and column, from 1.
    fn position(&self, at: usize) -> (usize, usize) {
        let line = self.line(at);
        (line + 1, self.script.sql[self.line_starts[line]..at].chars().count() + 1)
    }
}

impl Report<'_, '_> {
    pub(crate) fn push(&mut self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        let findings = &mut *self.findings;
        let Place { span, statements } = place;
        let sql = findings.script.sql;
        let span = sql.floor_char_boundary(span.start)..sql.ceil_char_boundary(span.end);
        let statement = statements.first().unwrap_or(&span).clone();
        let ((line, column), (end_line, end_column)) = (findings.position(span.start), findings.position(span.end));
        findings.found.push(Finding {
            rule: self.rule.name,
            severity: self.rule.severity,
            file: findings.script.path.to_owned(),
            start: span.start,
            end: span.end,
            line,
            column,
            end_line,
            end_column,
            statement: sql[sql.floor_char_boundary(statement.start)..sql.ceil_char_boundary(statement.end)].to_owned(),
            message: message.into(),
            help: help.into(),
            statements,
        });
    }
}
