//! What somebody has to say before a migration is written.

use prisma_schema::{DataModel, Source};
use schema_diff::{Diff, Style, house};

use crate::{
    checkout::settings::Settings,
    terminal::{
        exit::{Exit, Refusal},
        output::Output,
    },
};

/// Refuses to go on while it is open what rows hold in a new required column, or how an index of a hot table comes about.
pub(crate) fn require_decisions(
    diff: &Diff<'_>,
    data_model: &DataModel,
    source: &Source,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let undecided = house::undecided(diff, &settings.hot_tables);
    if undecided.is_empty() {
        return Ok(());
    }
    let diagnostics: Vec<_> = undecided.iter().map(|it| it.diagnostic(diff, data_model)).collect();
    output.diagnostics(&prisma_schema::render(&diagnostics, std::slice::from_ref(source), true));
    let message = format!("Nothing was written: {} must be decided first.", counted(undecided.len()));
    Err(Refusal { exit: Exit::Undecided, message }.into())
}

/// Refuses to write what destroys something, unless that is allowed. Without writing, it is told.
pub(crate) fn require_leave_to_destroy(
    diff: &Diff<'_>,
    style: Style,
    allowed: bool,
    writes: bool,
    output: &Output,
) -> anyhow::Result<()> {
    let losses = diff.losses(style);
    if losses.is_empty() {
        return Ok(());
    }
    let list: String = losses.iter().map(|loss| format!("\n  {loss}")).collect();
    let message = format!("The migration destroys something:{list}");
    if allowed || !writes {
        output.note(&message);
        return Ok(());
    }
    let message = format!("{message}\nNothing was written. If that is meant: add --allow-destructive");
    Err(Refusal { exit: Exit::Undecided, message }.into())
}

fn counted(count: usize) -> String {
    if count == 1 { "one thing".to_owned() } else { format!("{count} things") }
}
