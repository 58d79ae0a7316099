use schema_diff::deployable::open_decisions;

use super::{About, Check, Finding, Look, Stage, Subject};
use crate::{checkout::schema_copies, target::Target};

pub(super) const CHECK: Check = Check {
    name: "drift",
    summary: "The migrations lead to the schema",
    explanation: "\
The schema is what the client expects, the migrations are what databases get. A change of the schema without its migration works
for whoever made it and fails after an upgrade: a column or a table is missing.

`cargo xtask migrate NAME` writes the migration for the SQL that is shown. Commit it together with the schema. An index that a job
builds is in the schema and in no migration: name it in `built-elsewhere` of [workspace.metadata.migrations] in Cargo.toml.",
    look: Look::Database(run),
};

fn run(subject: &Subject<'_>, stage: &Stage<'_>) -> anyhow::Result<Vec<Finding>> {
    let workspace = subject.workspace;
    let root = schema_copies::read_root(workspace)?;
    let flavour = workspace.settings.prisma;
    let source = prisma_schema::Source::new(root.path.display().to_string(), &root.text);
    let Ok((data_model, _)) = prisma_schema::data_model(&[source], flavour) else {
        anyhow::bail!("The schema is not valid: see schema-copies.");
    };
    let target = Target::new(&data_model, flavour).without_indexes(&workspace.settings.built_elsewhere);
    let reached = target.read(&mut stage.client()?)?;
    let diff = target.diff(&reached);
    if diff.is_empty() {
        return Ok(Vec::new());
    }
    let sql = diff.to_sql();
    let about =
        About { name: workspace.settings.schema.display().to_string(), sha256: migrations::sha256(sql.as_bytes()) };
    let mut help = format!("Write the migration: {}", workspace.root.command("migrate NAME"));
    for decision in open_decisions(&diff, &workspace.settings.hot_tables) {
        let question = decision.diagnostic(&diff, &data_model);
        help += &format!("\n{}\n{}", question.message, question.help.unwrap_or_default());
    }
    let finding = Finding::error(&root.path, "The migrations do not lead to this schema. What is missing:", help);
    Ok(vec![Finding { excerpt: Some(sql.trim_end().to_owned()), about: Some(about), ..finding }])
}
