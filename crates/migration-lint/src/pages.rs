//! The pages about the rules, as Markdown. `docs/lint` contains them.

use std::fmt::Write as _;

use crate::{
    allow_comment,
    rule::{Rule, Severity},
    rules, squawk,
};

fn all_rules() -> impl Iterator<Item = &'static Rule> {
    own_rules().chain(squawk::ENABLED.iter().map(|enabled| &enabled.rule))
}

fn own_rules() -> impl Iterator<Item = &'static Rule> {
    rules::RULES.iter().map(|(rule, _)| *rule).chain([&allow_comment::RULE])
}

/// The page of a rule; `None` if there is no rule of that name.
#[must_use]
pub fn explain(name: &str) -> Option<String> {
    all_rules().find(|rule| rule.name == name).map(page)
}

/// All rules and their requirements, and the disabled rules of squawk with the reasons.
#[must_use]
pub fn overview() -> String {
    let mut page = String::from(
        "# Rules for the text of a migration\n\n`cargo xtask check --explain` prints this page, and `cargo xtask check --explain \
         RULE` prints the page of a rule. The released migrations \
         created the *existing* tables. The setting `hot-tables` lists the *hot* ones, which are large.\n\n| Rule | Requirement |\n|---|---|\n",
    );
    for Rule { name, summary, .. } in own_rules() {
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| [{name}]({name}.md) | {summary} |");
    }
    page + &squawk::overview()
}

fn page(rule: &Rule) -> String {
    let Rule { name, severity, summary, why, bad, good } = rule;
    let severity = match severity {
        Severity::Error => "Error: a migration with this finding cannot be merged.",
        Severity::Warning => "Warning: review the finding before you merge.",
    };
    let good = good.join("\n```\n\nThen, in a separate migration:\n\n```sql\n");
    let mut page = format!(
        "# {name}\n\n{summary}\n\n{why}\n\n{severity}\n\n## Bad\n\n```sql\n{bad}\n```\n\n## Good\n\n```sql\n{good}\n```\n"
    );
    if *name != allow_comment::RULE.name {
        let _ = writeln!(
            page,
            "\n## Accept a finding\n\nWrite the reason on the line above the statement, or at the end of one of its \
             lines:\n\n```sql\n-- xtask: allow({name}) because REASON\n```"
        );
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::testing::lint_sql;

    const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/lint");

    #[test]
    fn every_rule_has_an_up_to_date_page() {
        let mut pages: BTreeSet<_> = std::fs::read_dir(DOCS).unwrap().map(|file| file.unwrap().file_name()).collect();
        let update = std::env::var_os("UPDATE_EXPECT").is_some();
        let mut compare = |name: &str, page: &str| {
            let file = format!("{name}.md");
            let path = format!("{DOCS}/{file}");
            if update {
                std::fs::write(&path, page).unwrap();
            }
            let is_current = std::fs::read_to_string(path).is_ok_and(|old| old == page);
            assert!(is_current, "docs/lint/{file} is out of date. Run: UPDATE_EXPECT=1 cargo test -p migration-lint");
            pages.remove(file.as_ref() as &std::ffi::OsStr);
        };
        for rule in all_rules() {
            compare(rule.name, &page(rule));
        }
        compare("README", &overview());
        assert!(pages.is_empty(), "docs/lint contains pages without a rule. Remove them: {pages:?}");
    }

    #[test]
    fn the_names_of_rules_are_unique() {
        let mut names = BTreeSet::new();
        for rule in all_rules() {
            assert!(names.insert(rule.name), "two rules are named {}", rule.name);
        }
    }

    #[test]
    fn every_rule_rejects_its_bad_example_and_all_rules_accept_its_good_ones() {
        for rule in all_rules() {
            let findings = lint_sql(rule.bad);
            assert!(findings.iter().any(|finding| finding.rule == rule.name), "{}: {findings:#?}", rule.name);
            for sql in rule.good {
                let findings = lint_sql(sql);
                assert!(findings.is_empty(), "{}: {sql}\n{findings:#?}", rule.name);
            }
        }
    }
}
