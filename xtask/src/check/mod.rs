//! `check`: everything that must hold before a change is merged.

mod accepted;
pub(crate) mod branch;
pub(crate) mod check_name;
pub(crate) mod checks;
mod context;
mod databases;
mod finding;
mod lint_program;
mod object;
mod proofs;
mod released_reruns;
mod report;
mod results;

use std::path::Path;

use anyhow::{Context as _, bail};
use clap::ValueEnum as _;

use self::{
    accepted::{ACCEPTED_FILE, AcceptedFindings},
    branch::Branch,
    check_name::CheckName,
    checks::{CHECKS, Check},
    context::CheckContext,
    report::{github, human, json},
    results::CheckResults,
};
use crate::{
    checkout::Checkout,
    cli::{self, CheckFormat},
    postgres,
    session::Session,
    terminal::{exit::Exit, output::Output},
};

/// The command `check`.
pub(crate) fn run(args: &cli::Check, session: &Session) -> anyhow::Result<Exit> {
    match &args.explain {
        Some(name) => explain(name.as_deref(), &session.output),
        None => run_checks(args, &session.checkout()?, &session.output),
    }
}

/// Runs the checks and prints their findings, or accepts them.
fn run_checks(args: &cli::Check, checkout: &Checkout, output: &Output) -> anyhow::Result<Exit> {
    let file = checkout.root.join(ACCEPTED_FILE);
    let accepted = AcceptedFindings::read(&file)?;
    let branch = Branch::read(checkout, args.base.as_deref())?;
    let context = CheckContext::new(&branch, postgres::options(&args.postgres, &checkout.settings)?, output);
    let mut results = CheckResults::of(&selected(&args.only), &context);
    if args.accept {
        return accept(&results, accepted, &file, output);
    }
    accepted.apply(&mut results);
    let accept_command = checkout.root.command("check --accept");
    if accepted.is_legacy() {
        output.note(&format!("{} has an old format. Convert it: {accept_command}", file.display()));
    }
    match args.format {
        CheckFormat::Json => output.result(&json::render(&results, &context))?,
        CheckFormat::Human => output.result(&human::render(&results, &checkout.root))?,
        CheckFormat::Github => {
            output.result(&human::render(&results, &checkout.root))?;
            output.workflow_commands(&github::annotations(&results, &accept_command))?;
            github::append_to_summary(&github::summary(&results, &context))?;
        }
    }
    Ok(if results.is_passed() { Exit::Done } else { Exit::Failed })
}

/// Prints the page of a check or of a rule of the lint; without a name, the lists of both.
fn explain(name: Option<&str>, output: &Output) -> anyhow::Result<Exit> {
    let check = |name: &str| {
        let name = CheckName::from_str(name, false).ok()?;
        CHECKS.iter().find(|check| check.name == name)
    };
    let page = match name {
        None => format!("{}\n{}", checks::overview(), lint_program::explain(None, output)?),
        Some(name) => match check(name) {
            Some(check) => check.page(),
            None => lint_program::explain(Some(name), output).with_context(|| {
                format!("No check or rule has the name {name:?}. List all names: cargo xtask check --explain")
            })?,
        },
    };
    output.result(&page)?;
    Ok(Exit::Done)
}

/// The checks with these names; all checks if there are no names.
fn selected(names: &[CheckName]) -> Vec<&'static Check> {
    CHECKS.iter().copied().filter(|check| names.is_empty() || names.contains(&check.name)).collect()
}

/// Writes the list of accepted findings, with all findings of these results.
fn accept(results: &CheckResults, accepted: AcceptedFindings, file: &Path, output: &Output) -> anyhow::Result<Exit> {
    let failed = results.checks.iter().find_map(|check| Some((check.name, check.findings.as_ref().err()?)));
    if let Some((check, why)) = failed {
        bail!("Nothing was accepted, because the check {check} could not run: {why}");
    }
    if accepted.is_legacy() && results.checks.len() < CHECKS.len() {
        bail!("{} has an old format. Convert it with all checks: omit --only.", file.display());
    }
    let accepted = accepted.updated(results);
    atomic_write::replace_files(&[(file.to_owned(), accepted.to_toml().as_bytes())])?;
    output.note(&format!("Review {} and commit it.", file.display()));
    let mut exit = Exit::Done;
    for (check, finding) in results.findings().filter(|(_, finding)| finding.about.is_none() && finding.is_error()) {
        output.note(&format!("This finding cannot be accepted: {check}: {}", finding.message));
        exit = Exit::Failed;
    }
    Ok(exit)
}
