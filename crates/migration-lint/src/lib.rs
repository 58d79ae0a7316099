//! What is wrong with the text of a migration, found without a database.
//!
//! The [rules] are our own, about what LiteLLM's migrations must be, and those of squawk that fit. They look at each
//! statement of the file, at those inside `DO` blocks, and at the texts that such a block executes.
//!
//! A finding that is meant can be accepted where it is, by a comment with a reason:
//!
//! ```sql
//! -- xtask: allow(destructive-statement) because nothing has read the column since 1.80
//! ALTER TABLE "LiteLLM_TeamTable" DROP COLUMN IF EXISTS "legacy";
//! ```

mod accept;
mod finding;
mod folder;
mod migration;
mod ours;
mod render;
mod rule;
mod squawk;
mod tables;
#[cfg(test)]
mod testing;
mod walk;

use std::collections::BTreeSet;

pub use finding::{Finding, Severity};
pub use folder::lint_folder;
pub use render::render;
pub use rule::{Rule, explain, overview, rules};

use finding::Findings;
use migration::Migration;

/// A migration's file.
#[derive(Clone, Copy, Debug)]
pub struct Script<'a> {
    /// The path that findings name.
    pub path: &'a str,
    /// Its text.
    pub sql: &'a str,
}

/// What a migration meets.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The tables that are in use when it runs. Those that the same release creates are not.
    pub existing_tables: &'a BTreeSet<String>,
    /// Those of them that are too large to be read, rewritten or indexed while others wait.
    pub hot_tables: &'a BTreeSet<String>,
    /// How the name of every table begins.
    pub prefix: &'a str,
}

/// What is wrong with a migration and not accepted by a comment in it, in the order of the file.
#[must_use]
pub fn lint(script: &Script<'_>, context: &Context<'_>) -> Vec<Finding> {
    findings(script, &Migration::read(script.sql, context))
}

fn findings(script: &Script<'_>, migration: &Migration<'_>) -> Vec<Finding> {
    let mut findings = Findings::new(script);
    for rule in ours::OURS {
        (rule.check)(migration, &mut findings.report(&rule.rule));
    }
    squawk::check(migration, &mut findings);
    let mut findings = accept::apply(migration, findings);
    findings.sort_by_key(|finding| (finding.start, finding.end));
    findings
}
