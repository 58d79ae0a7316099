use anyhow::Context as _;

use super::{Check, Finding, Look, Subject};
use crate::{
    check::lint_program::{LintFinding, LintRequest, MigrationText, lint},
    terminal::output::Output,
};

pub(super) const CHECK: Check = Check {
    name: "lint",
    summary: "The text of a migration follows the rules for what can be shipped",
    explanation: "\
Each rule is about a mistake that an empty database does not show: an index during whose build nobody can write, a lock that is
waited for without an end, a guard that finds the constraint of another schema, a statement that loses data. `cargo xtask check
--explain` lists the rules, and `cargo xtask check --explain RULE` says why one is there and what to write instead.

What is meant is accepted where it is, by a comment with a reason: `-- xtask: allow(RULE) because REASON`.

The rules are a program of their own, which cargo builds when it is first needed.",
    look: Look::Text(run),
};

fn run(subject: &Subject<'_>, output: &Output) -> anyhow::Result<Vec<Finding>> {
    let settings = &subject.workspace.settings;
    let migrations = subject.folder.migrations();
    let text = |is_released: bool| {
        let chosen = migrations.iter().filter(move |it| subject.is_shipped(it) == is_released);
        chosen.map(|it| MigrationText { name: &it.name, sql: &it.sql }).collect()
    };
    let request = LintRequest {
        released: text(true),
        new: text(false),
        hot_tables: &settings.hot_tables,
        prefix: &settings.table_prefix,
    };
    let finding = |found: LintFinding| {
        let migration = migrations.iter().find(|migration| migration.name == found.file);
        let migration = migration.context("The lint speaks of a migration that is not there.")?;
        let lines = migration.sql.lines().skip(found.line - 1).take(found.end_line + 1 - found.line);
        let finding = Finding {
            severity: found.severity,
            rule: Some(found.rule),
            line: Some(found.line),
            column: Some(found.column),
            excerpt: Some(lines.collect::<Vec<_>>().join("\n")),
            ..Finding::error(&migration.path, found.message, found.help)
        };
        Ok(subject.about(migration, finding))
    };
    lint(&request, output)?.into_iter().map(finding).collect()
}
