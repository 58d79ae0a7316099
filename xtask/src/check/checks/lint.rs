use anyhow::Context as _;

use super::{Check, CheckContext, CheckName, Finding};
use crate::check::{
    lint_program::{LintFinding, LintRequest, MigrationText, lint},
    object,
};

pub(super) const CHECK: Check = Check {
    name: CheckName::Lint,
    summary: "The text of each migration follows the rules of the lint",
    explanation: "\
Each rule prevents a mistake that an empty database does not show: an index whose build blocks writes, a lock without a timeout, a
guard that finds the constraint of another schema, a statement that loses data. `cargo xtask check --explain` lists the rules, and
`cargo xtask check --explain RULE` explains a rule and shows correct SQL.

To accept a violation, write a comment with the reason above the statement: `-- xtask: allow(RULE) because REASON`.

The lint is a separate program. Cargo builds it on first use.",
    run,
};

fn run(context: &CheckContext<'_>) -> anyhow::Result<Vec<Finding>> {
    let branch = context.branch;
    let settings = &branch.checkout.settings;
    let migrations = branch.folder.migrations();
    let texts = |is_released: bool| {
        let migrations = migrations.iter().filter(move |it| branch.is_released(it) == is_released);
        migrations.map(|it| MigrationText { name: &it.name, sql: &it.sql }).collect()
    };
    let request = LintRequest {
        released: texts(true),
        new: texts(false),
        hot_tables: &settings.hot_tables,
        prefix: &settings.table_prefix,
    };
    let finding = |found: LintFinding| {
        let migration = migrations.iter().find(|migration| migration.name == found.file);
        let migration = migration.with_context(|| format!("The lint reports an unknown migration {}.", found.file))?;
        let lines = migration.sql.lines().skip(found.line - 1).take(found.end_line + 1 - found.line);
        let span = migration.sql.get(found.start..found.end).unwrap_or_default();
        let finding = Finding {
            severity: found.severity,
            rule: Some(found.rule),
            line: Some(found.line),
            column: Some(found.column),
            object: Some(object::named_in(&found.statement, span)),
            excerpt: Some(lines.collect::<Vec<_>>().join("\n")),
            ..Finding::error(&migration.path, found.message, found.help)
        };
        Ok(branch.about(migration, finding))
    };
    lint(&request, context.output)?.into_iter().map(finding).collect()
}
