use super::{Check, Finding, Look, Subject};

pub(super) const CHECK: Check = Check {
    name: "order",
    summary: "New migrations come after those of the base branch",
    explanation: "\
A deployed database has applied what the base branch has. Prisma applies a new migration there after all of these, but on a new
database in the order of the names. Where a new migration has an earlier name, the two orders differ, and what was tested is not
what customers get.

`cargo xtask restamp` gives the migrations that are not merged yet new stamps, in the same order, after all others.",
    look: Look::Files(run),
};

fn run(subject: &Subject<'_>) -> anyhow::Result<Vec<Finding>> {
    let history = subject.history()?;
    let Some(newest) = &history.newest else { return Ok(Vec::new()) };
    let findings =
        subject.new_migrations()?.into_iter().filter(|migration| migration.name <= *newest).map(|migration| {
            let message = format!("It comes before {newest}, which {} has already.", history.base.name);
            let help = format!("Run: {}", subject.workspace.root.command("restamp"));
            subject.about(migration, Finding::error(&migration.path, message, help))
        });
    Ok(findings.collect())
}
