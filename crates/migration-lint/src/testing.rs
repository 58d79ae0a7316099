//! How the tests of the rules ask.

use std::collections::BTreeSet;

use expect_test::Expect;

use crate::{Context, Finding, Script, lint, render};

/// The findings in a migration of a database that has `LiteLLM_TeamTable`, `LiteLLM_UserTable` and the hot
/// `LiteLLM_SpendLogs`.
pub(crate) fn lint_sql(sql: &str) -> Vec<Finding> {
    let tables = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let context = Context {
        existing_tables: &tables(&["LiteLLM_TeamTable", "LiteLLM_UserTable", "LiteLLM_SpendLogs"]),
        hot_tables: &tables(&["LiteLLM_SpendLogs"]),
        prefix: "LiteLLM_",
    };
    lint(&Script { path: "migration.sql", sql }, &context)
}

/// Shows what one rule finds.
pub(crate) fn check(rule: &str, sql: &str, expected: &Expect) {
    let mut findings = lint_sql(sql);
    findings.retain(|finding| finding.rule == rule);
    expected.assert_eq(&render(&findings, sql, false));
}

/// What one rule finds: where, in which words.
pub(crate) fn found(rule: &str, sql: &str) -> Vec<String> {
    let findings = lint_sql(sql).into_iter().filter(|finding| finding.rule == rule);
    findings
        .map(|finding| format!("{}:{} {}", finding.line, finding.column, &sql[finding.start..finding.end]))
        .collect()
}
