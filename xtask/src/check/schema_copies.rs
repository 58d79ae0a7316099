use super::{Check, Finding, Look, Subject};
use crate::checkout::schema_copies::{self, CopyState, LinkedSchema};

pub(super) const CHECK: Check = Check {
    name: "schema-copies",
    summary: "All copies of the schema are equal, and it is valid",
    explanation: "\
The schema at the root is the source of truth, and its copies are what the proxy and the package of migrations ship. If they
differ, a deployment works with another schema than the one that was reviewed.

Edit the schema at the root, then run `cargo xtask schema-sync`. If a copy was edited instead, `cargo xtask schema-sync` shows
the edit and how to take it over.",
    look: Look::Files(run),
};

fn run(subject: &Subject<'_>) -> anyhow::Result<Vec<Finding>> {
    compare(subject).or_else(|error| {
        let LinkedSchema { path, message, help } = error.downcast()?;
        Ok(vec![Finding::error(path, message, help)])
    })
}

fn compare(subject: &Subject<'_>) -> anyhow::Result<Vec<Finding>> {
    let workspace = subject.workspace;
    let root = schema_copies::read_root(workspace)?;
    let copies = schema_copies::read_copies(workspace, &root.text)?;
    let sync = workspace.root.command("schema-sync");
    let mut findings: Vec<_> = copies
        .iter()
        .filter(|copy| copy.state != CopyState::Identical)
        .map(|copy| {
            let what = match copy.state {
                CopyState::Missing => "is not there",
                CopyState::LineEndings => "has other line endings than the schema at the root",
                CopyState::Edited | CopyState::EditedInBranch => "was edited instead of the schema at the root",
                CopyState::Behind | CopyState::Identical => "is not equal to the schema at the root",
            };
            Finding::error(&copy.path, format!("This copy of the schema {what}."), format!("Run: {sync}"))
        })
        .collect();
    let source = prisma_schema::Source::new(root.path.display().to_string(), &root.text);
    if let Err(diagnostics) = prisma_schema::data_model(std::slice::from_ref(&source), workspace.settings.prisma) {
        let rendered = prisma_schema::render(&diagnostics, &[source], false);
        let finding = Finding::error(&root.path, "The schema is not valid.", format!("Correct it, then run: {sync}"));
        findings.push(Finding { excerpt: Some(rendered.trim_end().to_owned()), ..finding });
    }
    Ok(findings)
}
