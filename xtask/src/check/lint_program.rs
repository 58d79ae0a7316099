//! The lint program. The documentation of `crates/migration-lint` describes its input and output.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use anyhow::{Context as _, anyhow, bail};
use helper_program::Program;
use serde::{Deserialize, Serialize};

use super::finding::Severity;
use crate::terminal::output::Output;

const PROGRAM: Program = Program {
    package: "migration-lint",
    purpose: "which finds mistakes in the text of migrations",
    build_takes: "half a minute",
};

/// The input of the lint.
#[derive(Debug, Serialize)]
pub(crate) struct LintRequest<'a> {
    pub(crate) released: Vec<MigrationText<'a>>,
    pub(crate) new: Vec<MigrationText<'a>>,
    pub(crate) hot_tables: &'a [String],
    pub(crate) prefix: &'a str,
}

/// A migration for the lint.
#[derive(Debug, Serialize)]
pub(crate) struct MigrationText<'a> {
    pub(crate) name: &'a str,
    pub(crate) sql: &'a str,
}

/// A violation that the lint reports.
#[derive(Debug, Deserialize)]
pub(crate) struct LintFinding {
    pub(crate) rule: String,
    pub(crate) severity: Severity,
    /// The name of the migration.
    pub(crate) file: String,
    /// The first byte.
    pub(crate) start: usize,
    /// The byte after the last.
    pub(crate) end: usize,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) end_line: usize,
    /// The text of the innermost statement.
    pub(crate) statement: String,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// The violations in the texts of migrations.
pub(crate) fn lint(request: &LintRequest<'_>, output: &Output) -> anyhow::Result<Vec<LintFinding>> {
    let answer = run(&[], &serde_json::to_string(request)?, output)?;
    serde_json::from_str(&answer).with_context(|| format!("The output of {} cannot be read.", PROGRAM.package))
}

/// The page of a rule, or the list of all rules.
pub(crate) fn explain(rule: Option<&str>, output: &Output) -> anyhow::Result<String> {
    run(&[&["explain"], rule.as_slice()].concat(), "", output)
}

/// Runs the program and returns its standard output.
fn run(arguments: &[&str], input: &str, output: &Output) -> anyhow::Result<String> {
    let program = PROGRAM.built(|text| output.note(text), output.shows_notes()).map_err(|why| anyhow!(why))?;
    let run = || {
        let mut child = Command::new(&program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        // The program reads all of its input before it prints anything.
        child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(input.as_bytes()))?;
        child.wait_with_output()
    };
    let result = run().with_context(|| format!("{} could not be run.", program.display()))?;
    if !result.status.success() {
        bail!("{}", String::from_utf8_lossy(&result.stderr).trim());
    }
    Ok(String::from_utf8(result.stdout)?)
}
