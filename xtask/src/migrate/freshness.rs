//! The freshness gate. A migration from a stale branch would drop columns that others have added since.

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

/// Refuses a branch whose base has migrations or schema changes that HEAD lacks, or whose base is unknown.
pub(crate) fn require_fresh(checkout: &Checkout, allowed: bool, output: &Output) -> anyhow::Result<()> {
    let Some(message) = staleness(checkout)? else { return Ok(()) };
    if allowed {
        output.note(&message);
        return Ok(());
    }
    let message = format!("{message}\nIf this is intended, add --allow-stale");
    Err(Refusal { exit: Exit::Stale, message }.into())
}

fn staleness(checkout: &Checkout) -> anyhow::Result<Option<String>> {
    let settings = &checkout.settings;
    let found = match Git::find(checkout.root.dir())? {
        Some(git) => Base::find(&git, settings.base.as_deref())?.map(|base| (git, base)),
        None => Err(NoBase::NoGit),
    };
    let (git, base) = match found {
        Ok(found) => found,
        Err(why) => return Ok(Some(format!("The base of this branch is unknown: {why}."))),
    };
    let paths: Vec<&Path> = [settings.schema.as_path(), settings.folder.as_path()].to_vec();
    let missing = base.changes_without_head(&git, &paths)?;
    if missing.is_empty() {
        return Ok(None);
    }
    let list: String = missing.iter().map(|path| format!("\n  {}", checkout.root.join(path).display())).collect();
    Ok(Some(format!(
        "{} has changes that this branch lacks. A migration made without them would undo them:{list}\nMerge them: git \
         merge {}",
        base.name, base.name
    )))
}
