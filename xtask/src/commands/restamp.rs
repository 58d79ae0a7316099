//! `restamp`: new stamps for migrations that are not merged yet and come before some that are.

use anyhow::Context;
use migrations::Stamp;

use crate::{check::Subject, exit::Exit, output::Output, workspace::Workspace};

pub(crate) fn run(base: Option<&str>, workspace: &Workspace, output: &Output) -> anyhow::Result<Exit> {
    let subject = Subject::read(workspace, base)?;
    let history = subject.history()?;
    let new = subject.new_migrations()?;
    let names: Vec<_> = subject.folder.migrations().iter().map(|migration| migration.name.as_str()).collect();
    let is_taken = |name: &str| {
        let stamp = |name: &str| name.split('_').next().map(str::to_owned);
        names.iter().filter(|other| stamp(other) == stamp(name)).count() > 1
    };
    let is_early = |name: &str| history.newest.as_deref().is_some_and(|newest| name <= newest);
    // From the first that is in the wrong place on, all of them: their own order stays.
    let Some(first) = new.iter().position(|it| is_early(&it.name) || is_taken(&it.name)) else {
        output.note("The migrations that are not merged yet come after all others. Nothing was changed.");
        return Ok(Exit::Done);
    };
    let moved = &new[first..];
    let stay = names.iter().copied().filter(|name| moved.iter().all(|it| it.name != *name));
    let mut last = stay.chain(history.newest.as_deref()).max().map(str::to_owned);
    let mut renames = Vec::new();
    for migration in moved {
        let stamp = Stamp::now().after(last.as_deref())?;
        let what = migration.name.split_once('_').map_or(migration.name.as_str(), |(_, what)| what);
        let name = format!("{stamp}_{what}");
        renames.push((migration.name.clone(), name.clone()));
        last = Some(name);
    }
    subject.folder.rename(&renames).context("A migration could not be renamed. Nothing was changed.")?;
    let report: String = renames.iter().map(|(old, new)| format!("{old} -> {new}\n")).collect();
    output.result(&report)?;
    output.note("Only migrations that are not merged were renamed. Add both names to the commit: git add --all");
    Ok(Exit::Done)
}
