use catalog::Catalog;
use scratch_postgres::Replayed;

use super::{Check, Deployed, Finding, Look};

pub(super) const CHECK: Check = Check {
    name: "upgrade",
    summary: "A database that is upgraded ends like a new one",
    explanation: "\
A deployed database has what the base branch has, and gets the new migrations after that. A new database gets all of them in the
order of their names. Both must end in the same catalog: tables, columns, constraints, indexes, types, functions and triggers.

If they do not, a new migration depends on its place. `cargo xtask restamp` puts the new ones behind all others, and what they need
must come from migrations before them.",
    look: Look::Upgrade(run),
};

fn run(fresh: &Replayed, deployed: &Deployed<'_>) -> anyhow::Result<Vec<Finding>> {
    let upgraded = deployed.database()?;
    for (migration, script) in deployed.new.iter().zip(deployed.scripts()) {
        if let Err(error) = upgraded.run(script) {
            let message = format!("A database that has what the base branch has refuses it: {error}");
            return Ok(vec![Finding::error(&migration.path, message, "").about(migration)]);
        }
    }
    let read = |client: &mut postgres::Client| Catalog::read(client, "public");
    let changes = read(&mut fresh.client()?)?.changes_to(&read(&mut upgraded.client()?)?);
    let (Some(last), false) = (deployed.new.last(), changes.is_empty()) else { return Ok(Vec::new()) };
    let list: Vec<_> = changes.iter().map(ToString::to_string).collect();
    let message = "A database that is upgraded ends in another way than a new one. Compared with a new one:";
    let finding = Finding::error(&last.path, message, "See: cargo xtask check --explain upgrade").about(last);
    Ok(vec![Finding { excerpt: Some(list.join("\n")), ..finding }])
}
