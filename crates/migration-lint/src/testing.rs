//! Helpers for the tests of the rules.

use std::collections::BTreeSet;

use expect_test::Expect;

use crate::{LintContext, LintFinding, Script, lint, render};

/// The findings in a migration of a database with the tables `LiteLLM_TeamTable`, `LiteLLM_UserTable` and
/// `LiteLLM_SpendLogs`, of which the last is hot.
pub(crate) fn lint_sql(sql: &str) -> Vec<LintFinding> {
    let tables = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let context = LintContext {
        existing_tables: &tables(&["LiteLLM_TeamTable", "LiteLLM_UserTable", "LiteLLM_SpendLogs"]),
        hot_tables: &tables(&["LiteLLM_SpendLogs"]),
        prefix: "LiteLLM_",
    };
    lint(&Script { name: "migration.sql", sql }, &context)
}

/// Compares the rendered findings of one rule. The SQL may be indented.
pub(crate) fn check(rule: &str, sql: &str, expected: &Expect) {
    let sql = dedent(sql);
    let mut findings = lint_sql(&sql);
    findings.retain(|finding| finding.rule == rule);
    expected.assert_eq(&render(&findings, &sql, false));
}

/// The findings of one rule, as `LINE:COLUMN TEXT`. The SQL may be indented.
pub(crate) fn found(rule: &str, sql: &str) -> Vec<String> {
    let sql = dedent(sql);
    let findings = lint_sql(&sql).into_iter().filter(|finding| finding.rule == rule);
    findings
        .map(|finding| format!("{}:{} {}", finding.line, finding.column, &sql[finding.start..finding.end]))
        .collect()
}

/// A raw string without its first line break and without the indentation of its first line.
pub(crate) fn dedent(sql: &str) -> String {
    let Some(sql) = sql.strip_prefix('\n') else { return sql.to_owned() };
    let indent = &sql[..sql.len() - sql.trim_start().len()];
    let lines = sql.trim_end().lines().map(|line| line.strip_prefix(indent).unwrap_or(line));
    lines.map(|line| format!("{line}\n")).collect()
}
