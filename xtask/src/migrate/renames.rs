//! Renames. Only the author of the schema knows whether a removed and an added name are the same thing.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use schema_diff::{RenameCandidate, RenamedSchema};
use sql_schema::SqlSchema;

use super::context::MigrateContext;
use crate::terminal::{
    exit::{Exit, Refusal},
    output::Output,
};

/// Applies the renames of the command line, and asks about each other candidate. Without a terminal, candidates are refused.
pub(super) fn choose(context: &MigrateContext<'_>, from: &SqlSchema) -> anyhow::Result<RenamedSchema> {
    let MigrateContext { args, target, output, .. } = context;
    let mut renames = args.rename.clone();
    let mut refused = Vec::new();
    loop {
        let renamed = RenamedSchema::new(from.clone(), &renames, target.schema())?;
        let mut candidates = target.diff_of(&renamed).rename_candidates();
        candidates.retain(|candidate| !refused.contains(&candidate.rename));
        let Some(first) = candidates.first().filter(|_| !args.no_rename) else { return Ok(renamed) };
        if !can_ask(output) {
            let message = decision_needed(&candidates, context);
            return Err(Refusal { exit: Exit::DecisionNeeded, message }.into());
        }
        if ask(first)? { renames.push(first.rename.clone()) } else { refused.push(first.rename.clone()) }
    }
}

fn can_ask(output: &Output) -> bool {
    output.shows_notes() && io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn ask(candidate: &RenameCandidate) -> io::Result<bool> {
    let mut answer = String::new();
    write!(io::stderr().lock(), "{} Is this a rename? [y/n] ", description(candidate))?;
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().to_ascii_lowercase().starts_with('y'))
}

fn decision_needed(candidates: &[RenameCandidate], context: &MigrateContext<'_>) -> String {
    let MigrateContext { args, checkout, .. } = context;
    let list: String = candidates.iter().map(|candidate| format!("\n  {}", description(candidate))).collect();
    let given: String = args.rename.iter().map(|rename| format!(" --rename {rename}")).collect();
    let all: String = candidates.iter().map(|candidate| format!(" --rename {}", candidate.rename)).collect();
    let name = args.name.as_ref().map_or_else(|| "NAME".to_owned(), ToString::to_string);
    let command = |options: String| checkout.root.command(&format!("migrate {name}{given}{options}"));
    format!(
        "The schema change can be a rename, or a drop and a create:{list}\nRename and keep the rows: {}\nDrop and \
         create: {}",
        command(all),
        command(" --no-rename".to_owned()),
    )
}

fn description(candidate: &RenameCandidate) -> String {
    let kind = if candidate.is_table { "table" } else { "column" };
    let RenameCandidate { rename, similarity, .. } = candidate;
    format!("The {kind} {} was removed, and {} was added. They are {similarity} % alike.", rename.old, rename.new)
}
