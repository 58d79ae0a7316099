//! `check`: all that must hold before a change is merged.

use std::{env, io::Write as _};

use anyhow::{Context, bail};
use fs_err as fs;

use crate::{
    check::{self, ACCEPTED_FILE, Accepted, CHECKS, Finding, Results, Severity, Subject, lint_program},
    checkout::Checkout,
    cli::{self, CheckFormat},
    postgres,
    session::Session,
    terminal::{exit::Exit, output::Output},
};

/// The file whose Markdown GitHub shows with a job.
const SUMMARY_VARIABLE: &str = "GITHUB_STEP_SUMMARY";

/// The command `check`.
pub(crate) fn main(args: &cli::Check, session: &Session) -> anyhow::Result<Exit> {
    match &args.explain {
        Some(name) => explain(name.as_deref(), &session.output),
        None => run(args, &session.checkout()?, &session.output),
    }
}

fn run(args: &cli::Check, workspace: &Checkout, output: &Output) -> anyhow::Result<Exit> {
    let chosen: Vec<_> =
        CHECKS.iter().copied().filter(|it| args.only.is_empty() || args.only.contains(&it.name.to_owned())).collect();
    let subject = Subject::read(workspace, args.base.as_deref())?;
    let options = postgres::options(&args.postgres, &workspace.settings)?;
    let file = workspace.root.join(ACCEPTED_FILE);
    let accepted = Accepted::read(&file)?;
    if args.accept {
        let results = check::run(&chosen, &subject, &options, &Accepted::default(), output);
        return accept(&results, accepted, &file, output);
    }
    let results = check::run(&chosen, &subject, &options, &accepted, output);
    match args.format {
        CheckFormat::Human => output.result(&check::human::render(&results))?,
        CheckFormat::Json => output.result(&check::json::render(&results, &subject))?,
        CheckFormat::Github => {
            output.result(&check::human::render(&results))?;
            output.workflow_commands(&check::github::annotations(&results))?;
            summarise(&check::github::summary(&results, &subject))?;
        }
    }
    Ok(if results.is_passed() { Exit::Done } else { Exit::Failed })
}

/// Prints what a check, or a rule of the lint, asks for and why; without a name, what there is.
fn explain(name: Option<&str>, output: &Output) -> anyhow::Result<Exit> {
    let check = name.and_then(|name| CHECKS.iter().find(|check| check.name == name));
    let page = match (name, check) {
        (_, Some(check)) => check.page(),
        (None, _) => format!("{}\n{}", check::overview(), lint_program::explain(None, output)?),
        (Some(rule), None) => lint_program::explain(Some(rule), output).with_context(|| {
            format!("There is no check {rule:?}, nor a rule of the lint. What there is: cargo xtask check --explain")
        })?,
    };
    output.result(&page)?;
    Ok(Exit::Done)
}

/// Writes the list of all that is found. What was not looked for stays in it.
fn accept(results: &Results, before: Accepted, file: &std::path::Path, output: &Output) -> anyhow::Result<Exit> {
    let failed: Vec<_> =
        results.outcomes.iter().filter_map(|it| Some((it.check.name, it.result.as_ref().err()?))).collect();
    if let Some((check, why)) = failed.first() {
        bail!("Nothing was accepted, because the check {check} could not run: {why}");
    }
    let found =
        || results.outcomes.iter().flat_map(|it| it.result.iter().flatten().map(|finding| (it.check.name, finding)));
    let names: Vec<_> = results.outcomes.iter().map(|outcome| outcome.check.name).collect();
    let accepted = before.without(&names).and(Accepted::of(found()));
    atomic_write::replace_files(&[(file.to_owned(), accepted.to_toml().as_bytes())])?;
    output.note(&format!("Review {} and commit it.", file.display()));
    let fails = |finding: &Finding| finding.severity == Severity::Error;
    let left: Vec<_> = found().filter(|(_, finding)| finding.about.is_none() && fails(finding)).collect();
    for (check, finding) in &left {
        output.note(&format!("This cannot be accepted: {check}: {}", finding.message));
    }
    Ok(if left.is_empty() { Exit::Done } else { Exit::Failed })
}

fn summarise(summary: &str) -> anyhow::Result<()> {
    let Some(path) = env::var_os(SUMMARY_VARIABLE).filter(|path| !path.is_empty()) else { return Ok(()) };
    let mut file = fs::OpenOptions::new().create(true).append(true).open(path)?;
    Ok(file.write_all(summary.as_bytes())?)
}
