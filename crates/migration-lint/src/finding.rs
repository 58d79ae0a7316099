//! The findings of a file.

use std::ops::Range;

use serde::Serialize;
use sql_script::{Script, line_number};

use crate::{
    rule::{Rule, Severity},
    tree::SourceSpan,
};

/// A violation of a rule in a migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LintFinding {
    /// The name of the rule.
    pub rule: &'static str,
    /// The severity of the rule.
    pub severity: Severity,
    /// The name of the script.
    pub file: String,
    /// The offset of the first byte.
    pub start: usize,
    /// The offset after the last byte.
    pub end: usize,
    /// The line of the start, from 1.
    pub line: usize,
    /// The column of the start, in characters from 1.
    pub column: usize,
    /// The line of the end, from 1.
    pub end_line: usize,
    /// The column after the last character, from 1.
    pub end_column: usize,
    /// The innermost statement that contains the finding.
    pub statement: String,
    /// The violation.
    pub message: String,
    /// The way to fix it.
    pub help: String,
    /// The bytes of the statements that contain it, innermost first.
    #[serde(skip)]
    pub(crate) statements: Vec<Range<usize>>,
}

/// The findings of one file.
pub(crate) struct FileFindings<'a> {
    pub(crate) script: &'a Script<'a>,
    pub(crate) findings: Vec<LintFinding>,
}

/// Adds the findings of one rule.
pub(crate) struct Reporter<'a, 'b> {
    rule: &'static Rule,
    file: &'a mut FileFindings<'b>,
}

impl<'a> FileFindings<'a> {
    pub(crate) fn reporter(&mut self, rule: &'static Rule) -> Reporter<'_, 'a> {
        Reporter { rule, file: self }
    }
}

impl Reporter<'_, '_> {
    pub(crate) fn report(&mut self, span: SourceSpan, message: impl Into<String>, help: impl Into<String>) {
        let Script { name, sql } = *self.file.script;
        let within = |bytes: &Range<usize>| sql.floor_char_boundary(bytes.start)..sql.ceil_char_boundary(bytes.end);
        let bytes = within(&span.bytes);
        let statement = within(span.statements.first().unwrap_or(&bytes));
        let ((line, column), (end_line, end_column)) = (position(sql, bytes.start), position(sql, bytes.end));
        self.file.findings.push(LintFinding {
            rule: self.rule.name,
            severity: self.rule.severity,
            file: name.to_owned(),
            start: bytes.start,
            end: bytes.end,
            line,
            column,
            end_line,
            end_column,
            statement: sql[statement].to_owned(),
            message: message.into(),
            help: help.into(),
            statements: span.statements,
        });
    }
}

/// The line and column of an offset, both from 1.
fn position(sql: &str, offset: usize) -> (usize, usize) {
    let line_start = sql[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    (line_number(sql, offset), sql[line_start..offset].chars().count() + 1)
}
