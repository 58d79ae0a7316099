use migrations::sha256;
use schema_diff::deployable::open_decisions;

use super::{Check, CheckContext, CheckName, Finding};
use crate::{check::finding::About, target::Target};

pub(super) const CHECK: Check = Check {
    name: CheckName::Drift,
    summary: "The migrations produce the schema",
    explanation: "\
The client expects the schema, and databases get the migrations. A schema change without its migration works for its author and
fails after an upgrade, because a column or a table is missing.

`cargo xtask migrate NAME` writes the migration for the SQL that the finding shows. Commit it together with the schema. If a job
builds an index, so that the schema has it and no migration creates it, add its name to `built-elsewhere` in
[workspace.metadata.migrations] of Cargo.toml.",
    run,
};

fn run(context: &CheckContext<'_>) -> anyhow::Result<Vec<Finding>> {
    let databases = context.databases()?;
    let schema = context.schema().map_err(|error| anyhow::anyhow!("{error:#}"))?;
    let Ok(data_model) = &schema.data_model else {
        anyhow::bail!("The schema is not valid: see the findings of `schema-copies`.");
    };
    let checkout = context.branch.checkout;
    let target = Target::new(data_model, checkout.settings.prisma).without_indexes(&checkout.settings.built_elsewhere);
    let _turn = databases.take_turn();
    let reached = target.read(&mut databases.client()?)?;
    let diff = target.diff(&reached);
    if diff.is_empty() {
        return Ok(Vec::new());
    }
    let sql = diff.to_sql();
    let mut help = format!("Write the migration: {}", checkout.root.command("migrate NAME"));
    for decision in open_decisions(&diff, context.hot_tables()) {
        let question = decision.diagnostic(&diff, data_model);
        help += &format!("\n{}\n{}", question.message, question.help.unwrap_or_default());
    }
    let about = About { name: checkout.settings.schema.display().to_string(), sha256: sha256(sql.as_bytes()) };
    let finding = Finding::error(&schema.root.path, "The migrations do not produce this schema. Missing SQL:", help);
    Ok(vec![Finding { excerpt: Some(sql.trim_end().to_owned()), about: Some(about), ..finding }])
}
