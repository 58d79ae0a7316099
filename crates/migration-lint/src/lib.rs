//! Checks the text of a migration, without a database.
//!
//! The crate has rules of its own, and uses the rules of squawk that fit LiteLLM's migrations. They check the statements of
//! the file, including statements in `DO` blocks and in the SQL that such a block executes.
//!
//! A comment with a reason accepts a finding:
//!
//! ```sql
//! -- xtask: allow(destructive-statement) because no release since 1.80 reads the column
//! ALTER TABLE "LiteLLM_TeamTable" DROP COLUMN IF EXISTS "legacy";
//! ```
//!
//! `README.md` says how to add a rule.

mod allow_comment;
mod finding;
mod folder;
mod limits;
mod migration;
mod pages;
mod parse;
mod render;
mod rule;
mod rules;
mod squawk;
mod tables;
#[cfg(test)]
mod testing;
mod tree;

use std::collections::BTreeSet;

pub use sql_script::Script;

pub use crate::{
    finding::LintFinding,
    folder::lint_folder,
    pages::{explain, overview},
    render::render,
    rule::Severity,
};

use finding::FileFindings;
use migration::ParsedMigration;

/// The tables that a migration meets.
#[derive(Clone, Copy, Debug)]
pub struct LintContext<'a> {
    /// The tables that exist before the release's migrations run.
    pub existing_tables: &'a BTreeSet<String>,
    /// The tables that are too large to read, rewrite or index while queries wait.
    pub hot_tables: &'a BTreeSet<String>,
    /// The prefix of the name of every table.
    pub prefix: &'a str,
}

/// The findings in a migration that no comment accepts, in the order of the file.
#[must_use]
pub fn lint(script: &Script<'_>, context: &LintContext<'_>) -> Vec<LintFinding> {
    lint_parsed(script, &ParsedMigration::parse(script.sql, context))
}

fn lint_parsed(script: &Script<'_>, migration: &ParsedMigration<'_>) -> Vec<LintFinding> {
    let mut file = FileFindings { script, findings: Vec::new() };
    for (rule, check) in rules::RULES {
        check(migration, &mut file.reporter(rule));
    }
    squawk::check(migration, &mut file);
    let mut findings = allow_comment::apply(migration, file);
    findings.sort_by_key(|finding| (finding.start, finding.end));
    findings
}
