use super::{Check, CheckContext, CheckName, Finding};
use crate::{
    check::context::Schema,
    checkout::schema_copies::{self, CopyState, LinkedSchema},
};

pub(super) const CHECK: Check = Check {
    name: CheckName::SchemaCopies,
    summary: "The schema is valid, and all its copies are equal to it",
    explanation: "\
The schema at the root is the source of truth. The proxy and the migrations package ship copies of it. If a copy differs, a
deployment runs with a schema that was not reviewed.

Edit the schema at the root, then run `cargo xtask schema-sync`. If a copy was edited instead, `cargo xtask schema-sync` shows the
edit and the command that moves it to the root.",
    run,
};

fn run(context: &CheckContext<'_>) -> anyhow::Result<Vec<Finding>> {
    let linked = |error: &anyhow::Error| {
        let LinkedSchema { path, message, help } = error.downcast_ref()?;
        Some(vec![Finding::error(path, message, help)])
    };
    match context.schema() {
        Ok(schema) => compare(context, schema).or_else(|error| linked(&error).ok_or(error)),
        Err(error) => linked(error).ok_or_else(|| anyhow::anyhow!("{error:#}")),
    }
}

fn compare(context: &CheckContext<'_>, schema: &Schema) -> anyhow::Result<Vec<Finding>> {
    let checkout = context.branch.checkout;
    let sync = checkout.root.command("schema-sync");
    let mut findings = Vec::new();
    for copy in schema_copies::read_copies(checkout, &schema.root.text)? {
        let problem = match copy.state {
            CopyState::Identical => continue,
            CopyState::Missing => "is missing",
            CopyState::LineEndings => "has other line endings than the schema at the root",
            CopyState::Edited | CopyState::EditedInBranch => "was edited instead of the schema at the root",
            CopyState::Behind => "is not equal to the schema at the root",
        };
        findings.push(Finding::error(copy.path, format!("This copy of the schema {problem}."), format!("Run: {sync}")));
    }
    if let Err(diagnostics) = &schema.data_model {
        let rendered = prisma_schema::render(diagnostics, std::slice::from_ref(&schema.source), false);
        let help = format!("Correct it, then run: {sync}");
        let finding = Finding::error(&schema.root.path, "The schema is not valid.", help);
        findings.push(Finding { excerpt: Some(rendered.trim_end().to_owned()), ..finding });
    }
    Ok(findings)
}
