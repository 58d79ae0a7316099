//! Decisions and permissions that are needed before a migration is written.

use schema_diff::{Diff, Style, deployable};

use super::context::MigrateContext;
use crate::terminal::exit::{Exit, Refusal};

/// Refuses a required column whose existing rows have no value, and an index on a hot table, until the schema or the settings
/// decide.
pub(super) fn require_decisions(context: &MigrateContext<'_>, diff: &Diff<'_>) -> anyhow::Result<()> {
    if context.style == Style::Prisma {
        return Ok(());
    }
    let open = deployable::open_decisions(diff, &context.checkout.settings.hot_tables);
    if open.is_empty() {
        return Ok(());
    }
    let diagnostics: Vec<_> = open.iter().map(|decision| decision.diagnostic(diff, &context.data_model)).collect();
    context.output.diagnostics(&prisma_schema::render(&diagnostics, std::slice::from_ref(&context.source), true));
    let decisions = match open.len() {
        1 => "1 decision is".to_owned(),
        count => format!("{count} decisions are"),
    };
    let message = format!("{decisions} needed before the migration can be written. Nothing was written.");
    Err(Refusal { exit: Exit::DecisionNeeded, message }.into())
}

/// Refuses a destructive diff without `--allow-destructive`. A dry run prints a note instead.
pub(super) fn require_destructive_allowed(context: &MigrateContext<'_>, diff: &Diff<'_>) -> anyhow::Result<()> {
    let losses = diff.losses(context.style);
    if losses.is_empty() {
        return Ok(());
    }
    let list: String = losses.iter().map(|loss| format!("\n  {loss}")).collect();
    let message = format!("The migration is destructive:{list}");
    if context.args.allow_destructive || context.args.dry_run {
        context.output.note(&message);
        return Ok(());
    }
    let message = format!("{message}\nNothing was written. If this is intended, add --allow-destructive");
    Err(Refusal { exit: Exit::DecisionNeeded, message }.into())
}
