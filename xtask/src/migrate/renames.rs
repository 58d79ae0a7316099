//! What is gone and what is new may be one and the same. Only who changed the schema knows.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use schema_diff::{Candidate, Renamed};
use sql_schema::SqlSchema;

use crate::{
    checkout::Checkout,
    cli::Migrate,
    target::Target,
    terminal::{
        exit::{Exit, Refusal},
        output::Output,
    },
};

/// Renames what the command line says. What else may have been renamed is asked, where somebody can answer; else the command
/// stops.
pub(crate) fn choose(
    args: &Migrate,
    workspace: &Checkout,
    from: &SqlSchema,
    target: &Target,
    output: &Output,
) -> anyhow::Result<Renamed> {
    let mut renames = args.rename.clone();
    let mut refused = Vec::new();
    loop {
        let renamed = Renamed::new(from.clone(), &renames, target.schema())?;
        let mut candidates = target.diff_of(&renamed).rename_candidates();
        candidates.retain(|candidate| !refused.contains(&candidate.rename));
        let Some(first) = candidates.first().filter(|_| !args.no_rename) else { return Ok(renamed) };
        if !can_be_asked(output) {
            return Err(Refusal { exit: Exit::Undecided, message: undecided(&candidates, args, workspace) }.into());
        }
        if ask(first)? { renames.push(first.rename.clone()) } else { refused.push(first.rename.clone()) }
    }
}

fn can_be_asked(output: &Output) -> bool {
    output.is_loud() && io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn ask(candidate: &Candidate) -> io::Result<bool> {
    let mut answer = String::new();
    write!(io::stderr().lock(), "{} Was it renamed? [y/n] ", description(candidate))?;
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().to_ascii_lowercase().starts_with('y'))
}

fn undecided(candidates: &[Candidate], args: &Migrate, workspace: &Checkout) -> String {
    let list: String = candidates.iter().map(|candidate| format!("\n  {}", description(candidate))).collect();
    let given: String = args.rename.iter().map(|rename| format!(" --rename {rename}")).collect();
    let all: String = candidates.iter().map(|candidate| format!(" --rename {}", candidate.rename)).collect();
    let name = args.name.as_ref().map_or_else(|| "NAME".to_owned(), ToString::to_string);
    let command = |options: String| workspace.root.command(&format!("migrate {name}{given}{options}"));
    format!(
        "It cannot be told whether something was renamed, or is lost and something else is new:{list}\nRenamed, with all \
         that it holds: {}\nLost: {}",
        command(all),
        command(" --no-rename".to_owned()),
    )
}

fn description(candidate: &Candidate) -> String {
    let what = if candidate.is_table { "table" } else { "column" };
    let Candidate { rename, likeness, .. } = candidate;
    format!("The {what} {} is gone, {} is new and {likeness} % like it.", rename.old, rename.new)
}
