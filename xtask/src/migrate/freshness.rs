//! The gate for branches that are behind: a migration made there drops what others have added since.

use std::path::Path;

use crate::{
    checkout::{
        Checkout,
        base::{Base, NoBase},
        git::Git,
    },
    terminal::{
        exit::{Exit, Refusal},
        output::Output,
    },
};

/// Refuses to go on if the base has migrations or a schema that HEAD lacks, or if that cannot be told.
pub(crate) fn require_fresh(workspace: &Checkout, allowed: bool, output: &Output) -> anyhow::Result<()> {
    let Some(message) = staleness(workspace)? else { return Ok(()) };
    if allowed {
        output.note(&message);
        return Ok(());
    }
    let message = format!("{message}\nGo on nevertheless: add --allow-stale");
    Err(Refusal { exit: Exit::Stale, message }.into())
}

fn staleness(workspace: &Checkout) -> anyhow::Result<Option<String>> {
    let settings = &workspace.settings;
    let found = match Git::find(workspace.root.dir())? {
        Some(git) => Base::find(&git, settings.base.as_deref())?.map(|base| (git, base)),
        None => Err(NoBase::NoGit),
    };
    let (git, base) = match found {
        Ok(found) => found,
        Err(why) => return Ok(Some(format!("It cannot be told whether this branch is behind: {why}."))),
    };
    let paths: Vec<&Path> = [settings.schema.as_path(), settings.folder.as_path()].to_vec();
    let missing = base.changes_without_head(&git, &paths)?;
    if missing.is_empty() {
        return Ok(None);
    }
    let list: String = missing.iter().map(|path| format!("\n  {}", workspace.root.join(path).display())).collect();
    Ok(Some(format!(
        "{} has changes that this branch lacks. A migration made without them would undo them:{list}\nTake them over: \
         git merge {}",
        base.name, base.name
    )))
}
