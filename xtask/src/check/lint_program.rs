//! The program that reads migrations. `crates/migration-lint` says how it is spoken to.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use anyhow::{Context as _, anyhow, bail};
use helper_program::Program;
use serde::{Deserialize, Serialize};

use crate::{check::Severity, terminal::output::Output};

const PROGRAM: Program = Program {
    package: "migration-lint",
    purpose: "which looks for what is wrong with the text of a migration",
    build_takes: "half a minute",
};

/// The migrations to check.
#[derive(Debug, Serialize)]
pub(crate) struct LintRequest<'a> {
    pub(crate) released: Vec<MigrationText<'a>>,
    pub(crate) new: Vec<MigrationText<'a>>,
    pub(crate) hot_tables: &'a [String],
    pub(crate) prefix: &'a str,
}

/// The name and the SQL of a migration.
#[derive(Debug, Serialize)]
pub(crate) struct MigrationText<'a> {
    pub(crate) name: &'a str,
    pub(crate) sql: &'a str,
}

/// A finding of the lint program.
#[derive(Debug, Deserialize)]
pub(crate) struct LintFinding {
    pub(crate) rule: String,
    pub(crate) severity: Severity,
    /// The name of the migration.
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) end_line: usize,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// What is wrong with the text of migrations.
pub(crate) fn lint(request: &LintRequest<'_>, output: &Output) -> anyhow::Result<Vec<LintFinding>> {
    let found = answer(&[], &serde_json::to_string(request)?, output)?;
    serde_json::from_str(&found).with_context(|| format!("{} said something else than was asked.", PROGRAM.package))
}

/// The page of a rule, or what rules there are.
pub(crate) fn explain(rule: Option<&str>, output: &Output) -> anyhow::Result<String> {
    answer(&[&["explain"], rule.as_slice()].concat(), "", output)
}

fn answer(arguments: &[&str], request: &str, output: &Output) -> anyhow::Result<String> {
    let program = PROGRAM.built(|text| output.note(text), output.shows_notes()).map_err(|why| anyhow!(why))?;
    let ask = || {
        let mut child = Command::new(&program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        // It reads all of it before it says anything.
        child.stdin.take().map_or(Ok(()), |mut input| input.write_all(request.as_bytes()))?;
        child.wait_with_output()
    };
    let answered = ask().with_context(|| format!("{} cannot be asked.", program.display()))?;
    if !answered.status.success() {
        bail!("{}", String::from_utf8_lossy(&answered.stderr).trim());
    }
    Ok(String::from_utf8(answered.stdout)?)
}
