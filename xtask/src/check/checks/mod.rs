//! The checks, one file each.

mod drift;
mod immutable;
mod impact;
mod lint;
mod names;
pub(crate) mod order;
mod package_version;
mod replay;
mod rerun;
mod schema_copies;
mod second_schema;
mod upgrade;

use super::{check_name::CheckName, context::CheckContext, finding::Finding};

/// A rule that must hold before a change is merged.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) name: CheckName,
    /// The rule, in one line.
    pub(crate) summary: &'static str,
    /// Why the rule exists and how to fix a violation.
    explanation: &'static str,
    pub(crate) run: fn(&CheckContext<'_>) -> anyhow::Result<Vec<Finding>>,
}

/// All checks, in the order of their names' enum, which is the order of the report.
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

impl Check {
    /// The page that `check --explain` prints, which is also the check's page in `docs/checks`.
    pub(crate) fn page(&self) -> String {
        format!("# {}\n\n{}.\n\n{}\n", self.name, self.summary, self.explanation)
    }
}

/// The list of all checks, for `check --explain` and `docs/checks`.
pub(crate) fn overview() -> String {
    let mut page = String::from(
        "# The checks\n\n`cargo xtask check --explain` prints this list, and `cargo xtask check --explain CHECK` explains a \
         check.\n\n| check | rule |\n|---|---|\n",
    );
    for Check { name, summary, .. } in CHECKS {
        page += &format!("| [{name}]({name}.md) | {summary} |\n");
    }
    page
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;
    use expect_test::expect_file;

    use super::*;

    /// `UPDATE_EXPECT=1 cargo test -p xtask` writes the pages.
    #[test]
    fn every_check_has_its_page() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/checks");
        expect_file![format!("{folder}/README.md")].assert_eq(&overview());
        for check in CHECKS {
            expect_file![format!("{folder}/{}.md", check.name)].assert_eq(&check.page());
        }
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), CHECKS.len() + 1, "a page belongs to no check");
    }

    #[test]
    fn every_name_has_its_check() {
        let names: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
        assert_eq!(names, CheckName::value_variants());
    }
}
