//! The checks that a pull request must pass: one file each, all of them run, all that they find reported.

mod accepted;
pub(crate) mod command;
mod drift;
mod immutable;
mod impact;
mod lint;
mod lint_program;
mod names;
mod order;
mod package_version;
mod released;
mod replay;
mod report;
mod rerun;
mod run;
mod schema_copies;
mod second_schema;
mod stage;
mod subject;
mod trial;
mod tried;
mod upgrade;

use std::{path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use crate::terminal::output::Output;

pub(crate) use self::{
    accepted::{ACCEPTED_FILE, Accepted},
    order::restamped,
    report::{github, human, json},
    run::{Results, run},
    stage::Stage,
    subject::Subject,
    tried::Tried,
};

/// A rule that must hold before a change is merged.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) name: &'static str,
    /// What it holds, in a line.
    pub(crate) summary: &'static str,
    /// Why, and how to mend what it finds.
    pub(crate) explanation: &'static str,
    pub(crate) look: Look,
}

/// What a check looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Look {
    /// The checkout.
    Files(fn(&Subject<'_>) -> anyhow::Result<Vec<Finding>>),
    /// What the migrations say.
    Text(fn(&Subject<'_>, &Output) -> anyhow::Result<Vec<Finding>>),
    /// How the migrations run on a new database.
    Replay,
    /// A database in which all migrations have run.
    Database(fn(&Subject<'_>, &Stage<'_>) -> anyhow::Result<Vec<Finding>>),
    /// What came of it when the migrations were tried, and how long that took.
    Tried(fn(&Subject<'_>, &Tried<'_>) -> anyhow::Result<Vec<Finding>>, fn(&Tried<'_>) -> Duration),
}

/// All checks, in the order in which they are reported.
pub(crate) const CHECKS: &[&Check] = &[
    &schema_copies::CHECK,
    &names::CHECK,
    &order::CHECK,
    &immutable::CHECK,
    &replay::CHECK,
    &drift::CHECK,
    &rerun::CHECK,
    &upgrade::CHECK,
    &second_schema::CHECK,
    &lint::CHECK,
    &impact::CHECK,
    &package_version::CHECK,
];

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    /// Where.
    pub(crate) path: PathBuf,
    /// The line, counted from one.
    pub(crate) line: Option<usize>,
    /// The column, in characters, counted from one.
    pub(crate) column: Option<usize>,
    /// Which rule of the check is not followed, if it has several.
    pub(crate) rule: Option<String>,
    /// What is wrong.
    pub(crate) message: String,
    /// The statement, or whatever else is to be seen.
    pub(crate) excerpt: Option<String>,
    /// What to do, with the command that does it.
    pub(crate) help: String,
    /// What it is about, if it may be accepted.
    pub(crate) about: Option<About>,
    /// Whether it is in a file that must stay as it is, since customers have it.
    pub(crate) released: bool,
}

/// Whether a finding fails the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    Error,
    Warning,
}

/// What a finding is about. Once that changes, an acceptance does not hold any more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(crate) struct About {
    /// A migration, or the schema.
    pub(crate) name: String,
    pub(crate) sha256: String,
}

impl Finding {
    /// An error that concerns a file as a whole.
    fn error(path: impl Into<PathBuf>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            path: path.into(),
            line: None,
            column: None,
            rule: None,
            message: message.into(),
            excerpt: None,
            help: help.into(),
            about: None,
            released: false,
        }
    }
}

impl Check {
    /// What it holds and why, as `check --explain` prints it and as its page in `docs/checks` has it.
    pub(crate) fn page(&self) -> String {
        format!("# {}\n\n{}.\n\n{}\n", self.name, self.summary, self.explanation)
    }
}

/// All checks and what they hold, as `check --explain` prints it and as `docs/checks` has it.
pub(crate) fn overview() -> String {
    let mut page = String::from(
        "# The checks\n\n`cargo xtask check --explain` prints this page, and `cargo xtask check --explain CHECK` that of a \
         check.\n\n| check | what it holds |\n|---|---|\n",
    );
    for Check { name, summary, .. } in CHECKS {
        page += &format!("| [{name}]({name}.md) | {summary} |\n");
    }
    page
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;

    use super::*;

    /// `UPDATE_EXPECT=1 cargo test -p xtask` writes them.
    #[test]
    fn every_check_has_its_page() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/checks");
        expect_file![format!("{folder}/README.md")].assert_eq(&overview());
        for check in CHECKS {
            expect_file![format!("{folder}/{}.md", check.name)].assert_eq(&check.page());
        }
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), CHECKS.len() + 1, "there is a page of no check");
    }
}
