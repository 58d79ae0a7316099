use migrations::Stamp;

use super::{Check, Finding, Look, Subject};

pub(super) const CHECK: Check = Check {
    name: "order",
    summary: "New migrations come after those of the base branch",
    explanation: "\
A deployed database has applied what the base branch has. Prisma applies a new migration there after all of these, but on a new
database in the order of the names. Where a new migration has an earlier name, the two orders differ, and what was tested is not
what customers get.

`cargo xtask restamp` gives the migrations that are not merged yet new stamps, in the same order, after all others. The commands
that do the same are shown as well.",
    look: Look::Files(run),
};

fn run(subject: &Subject<'_>) -> anyhow::Result<Vec<Finding>> {
    let history = subject.history()?;
    let Some(newest) = &history.newest else { return Ok(Vec::new()) };
    let early: Vec<_> = subject.new_migrations()?.into_iter().filter(|it| it.name <= *newest).collect();
    if early.is_empty() {
        return Ok(Vec::new());
    }
    let mut help = format!("Run: {}", subject.workspace.root.command("restamp"));
    let folder = subject.folder.path();
    for (old, new) in restamped(subject)? {
        help += &format!("\nIt does: {}", subject.rename(&folder.join(old), &folder.join(new))?);
    }
    let finding = |migration| {
        let message = format!("It comes before {newest}, which {} has already.", history.base.name);
        subject.about(migration, Finding::error(&migration.path, message, &help))
    };
    Ok(early.into_iter().map(finding).collect())
}

/// The migrations that are not merged yet and have to be later, and the names with which they are: after all others.
pub(crate) fn restamped(subject: &Subject<'_>) -> anyhow::Result<Vec<(String, String)>> {
    let history = subject.history()?;
    let new = subject.new_migrations()?;
    let names: Vec<_> = subject.folder.migrations().iter().map(|migration| migration.name.as_str()).collect();
    let is_taken = |name: &str| {
        let stamp = |name: &str| name.split('_').next().map(str::to_owned);
        names.iter().filter(|other| stamp(other) == stamp(name)).count() > 1
    };
    let is_early = |name: &str| history.newest.as_deref().is_some_and(|newest| name <= newest);
    // From the first that is in the wrong place on, all of them: their own order stays.
    let first = new.iter().position(|it| is_early(&it.name) || is_taken(&it.name)).unwrap_or(new.len());
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
    Ok(renames)
}
