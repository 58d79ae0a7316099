//! `restamp`: new stamps for migrations that are not merged yet and come before some that are.

use anyhow::Context;

use crate::{
    check::{Subject, restamped},
    checkout::Checkout,
    terminal::{exit::Exit, output::Output},
};

pub(crate) fn run(base: Option<&str>, workspace: &Checkout, output: &Output) -> anyhow::Result<Exit> {
    let subject = Subject::read(workspace, base)?;
    let renames = restamped(&subject)?;
    if renames.is_empty() {
        output.note("The migrations that are not merged yet come after all others. Nothing was changed.");
        return Ok(Exit::Done);
    }
    subject.folder.rename(&renames).context("A migration could not be renamed. Nothing was changed.")?;
    let report: String = renames.iter().map(|(old, new)| format!("{old} -> {new}\n")).collect();
    output.result(&report)?;
    output.note("Only migrations that are not merged were renamed. Add both names to the commit: git add --all");
    Ok(Exit::Done)
}
