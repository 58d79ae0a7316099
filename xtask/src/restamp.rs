//! `restamp`: give unmerged migrations new timestamps.

use anyhow::Context;

use crate::{
    check::{branch::Branch, checks::order::restamped},
    checkout::lock::FolderLock,
    cli::Restamp,
    session::Session,
    terminal::exit::Exit,
};

pub(crate) fn run(args: &Restamp, session: &Session) -> anyhow::Result<Exit> {
    let (checkout, output) = (session.checkout()?, &session.output);
    let _lock = FolderLock::acquire(&checkout.migrations(), output)?;
    let branch = Branch::read(&checkout, args.base.as_deref())?;
    let renames = restamped(&branch)?;
    if renames.is_empty() {
        output.note("The unmerged migrations already come after all others. No file was changed.");
        return Ok(Exit::Done);
    }
    branch.folder.rename(&renames).context("A migration could not be renamed. No file was changed.")?;
    let report: String = renames.iter().map(|(old, new)| format!("{old} -> {new}\n")).collect();
    output.result(&report)?;
    output.note("Add the old and the new names to the commit: git add --all");
    Ok(Exit::Done)
}
