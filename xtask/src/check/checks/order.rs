use migrations::Stamp;

use super::{Check, CheckContext, CheckName, Finding};
use crate::check::branch::Branch;

pub(super) const CHECK: Check = Check {
    name: CheckName::Order,
    summary: "New migrations come after the migrations of the base branch",
    explanation: "\
A deployed database has already applied the migrations of the base branch, so Prisma applies a new migration after them. A new
database applies all migrations in the order of their names. If a new migration has an earlier name, the two orders differ, and
the tested order is not the order that customers get.

`cargo xtask restamp` gives the migrations that are not merged yet new timestamps after all others and keeps their order. The
finding also shows the equivalent commands.",
    run,
};

fn run(context: &CheckContext<'_>) -> anyhow::Result<Vec<Finding>> {
    let branch = context.branch;
    let history = branch.history()?;
    let Some(newest) = &history.newest else { return Ok(Vec::new()) };
    let early: Vec<_> = branch.new_migrations()?.into_iter().filter(|it| it.name <= *newest).collect();
    if early.is_empty() {
        return Ok(Vec::new());
    }
    let mut help = format!("Run: {}", branch.checkout.root.command("restamp"));
    let folder = branch.folder.path();
    for (old, new) in restamped(branch)? {
        help += &format!("\nThis is equivalent to: {}", branch.rename_command(&folder.join(old), &folder.join(new))?);
    }
    let finding = |migration| {
        let message = format!("The migration comes before {newest}, which {} already has.", history.base.name);
        branch.about(migration, Finding::error(&migration.path, message, &help))
    };
    Ok(early.into_iter().map(finding).collect())
}

/// The new migrations that need a later timestamp, each with the name that puts it after all others.
pub(crate) fn restamped(branch: &Branch<'_>) -> anyhow::Result<Vec<(String, String)>> {
    let history = branch.history()?;
    let new = branch.new_migrations()?;
    let names: Vec<_> = branch.folder.migrations().iter().map(|migration| migration.name.as_str()).collect();
    let is_taken = |name: &str| {
        let stamp = |name: &str| name.split('_').next().map(str::to_owned);
        names.iter().filter(|other| stamp(other) == stamp(name)).count() > 1
    };
    let is_early = |name: &str| history.newest.as_deref().is_some_and(|newest| name <= newest);
    // All migrations from the first wrong one on, so that their own order stays.
    let first = new.iter().position(|it| is_early(&it.name) || is_taken(&it.name)).unwrap_or(new.len());
    let moved = &new[first..];
    let unmoved = names.iter().copied().filter(|name| moved.iter().all(|it| it.name != *name));
    let mut last = unmoved.chain(history.newest.as_deref()).max().map(str::to_owned);
    let mut renames = Vec::new();
    for migration in moved {
        let stamp = Stamp::now().after(last.as_deref())?;
        let description =
            migration.name.split_once('_').map_or(migration.name.as_str(), |(_, description)| description);
        let name = format!("{stamp}_{description}");
        renames.push((migration.name.clone(), name.clone()));
        last = Some(name);
    }
    Ok(renames)
}
