//! What a rule says about itself.

use std::fmt::Write as _;

use crate::{Severity, accept, ours, squawk};

/// A rule for migrations.
#[derive(Debug)]
pub struct Rule {
    /// What findings, and the comments that accept them, call it.
    pub name: &'static str,
    /// How bad it is not to follow it.
    pub severity: Severity,
    /// What it asks for, in one line.
    pub summary: &'static str,
    /// Why, and what to do.
    pub why: &'static str,
    /// A migration that it finds something in.
    pub bad: &'static str,
    /// What to write instead: each is a migration of its own.
    pub good: &'static [&'static str],
}

/// All rules: ours, then those of squawk.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    ours::OURS
        .iter()
        .map(|ours| &ours.rule)
        .chain([&accept::RULE])
        .chain(squawk::CHOSEN.iter().map(|chosen| &chosen.rule))
}

/// All there is to say about a rule, as Markdown; `None` if there is no rule of that name.
#[must_use]
pub fn explain(name: &str) -> Option<String> {
    rules().find(|rule| rule.name == name).map(page)
}

/// All rules and what they ask for, and which of squawk's are left and why, as Markdown.
#[must_use]
pub fn overview() -> String {
    let mut page = String::from(
        "# The rules for the text of a migration\n\n`cargo xtask check --explain` prints this page, and `cargo xtask check --explain \
         RULE` that of a rule.\n\n| rule | what it asks for |\n|---|---|\n",
    );
    for Rule { name, summary, .. } in rules().filter(|rule| squawk::chosen(rule).is_none()) {
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| [{name}]({name}.md) | {summary} |");
    }
    page + &squawk::overview()
}

fn page(rule: &Rule) -> String {
    let Rule { name, severity, summary, why, bad, good } = rule;
    let severity = match severity {
        Severity::Error => "An error: a migration in which it is found is not merged.",
        Severity::Warning => "A warning: somebody should look at it.",
    };
    let mut page = format!("# {name}\n\n{summary}\n\n{why}\n\n{severity}\n\n## Found\n\n```sql\n{bad}\n```\n\n");
    page.push_str("## Not found\n\n");
    for (place, sql) in good.iter().enumerate() {
        if place > 0 {
            page.push_str("and, in a migration of its own,\n\n");
        }
        // Writing to a string cannot fail.
        let _ = writeln!(page, "```sql\n{sql}\n```\n");
    }
    if *name == accept::RULE.name {
        page.truncate(page.trim_end().len());
        page.push('\n');
    } else {
        let _ = writeln!(
            page,
            "## To accept one\n\nWrite why it is right here, on the line above the statement or at the end of one of its \
             lines:\n\n```sql\n-- xtask: allow({name}) because REASON\n```"
        );
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use expect_test::expect_file;

    use super::*;
    use crate::testing::lint_sql;

    /// `UPDATE_EXPECT=1 cargo test -p migration-lint` writes them.
    #[test]
    fn each_rule_has_its_page() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/lint");
        for rule in rules() {
            expect_file![format!("{folder}/{}.md", rule.name)].assert_eq(&explain(rule.name).unwrap());
        }
        expect_file![format!("{folder}/README.md")].assert_eq(&overview());
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), rules().count() + 1, "there is a page of no rule");
    }

    #[test]
    fn each_name_stands_for_one_rule() {
        let mut names = HashSet::new();
        for rule in rules() {
            assert!(names.insert(rule.name), "{} is the name of two rules", rule.name);
        }
    }

    #[test]
    fn each_rule_finds_its_bad_example_and_no_rule_finds_anything_in_the_good_one() {
        for rule in rules() {
            let found = lint_sql(rule.bad);
            assert!(found.iter().any(|finding| finding.rule == rule.name), "{}: {found:#?}", rule.name);
            for sql in rule.good {
                let found = lint_sql(sql);
                assert!(found.is_empty(), "{}: {sql}\n{found:#?}", rule.name);
            }
        }
    }
}
