//! What was written, and what it does.

use std::{fmt::Write as _, path::PathBuf};

use anstyle::Style;
use migration_impact::wrap;
use migration_proof::Evidence;
use migrations::sha256;
use serde_json::{Value, json};

use super::{plan::Plan, trial::Trial};
use crate::terminal::output::{GOOD, WARNING};

/// For people, in colours: what the SQL does to a deployment, what was proved, and what to know nevertheless.
pub(crate) fn human(trial: &Trial) -> String {
    let mut text = format!("{}\n\n", trial.impact.render(true).trim_end());
    let mut line = |label: &str, style: Style, said: &str| {
        let said = wrap(said, INDENT, INDENT);
        _ = writeln!(text, "{style}{label}{style:#}{}", &said[label.len()..]);
    };
    let evidence = || trial.proofs.proved.iter().map(|proved| &proved.evidence);
    evidence().for_each(|evidence| line("proved", GOOD, &evidence.to_string()));
    evidence().flat_map(Evidence::warnings).for_each(|warning| line("warning", WARNING, &warning));
    text.truncate(text.trim_end().len());
    text
}

/// How far what is said stands behind its label.
const INDENT: usize = "warning  ".len();

/// For programs. The form is stable: fields may be added.
pub(crate) fn json(plan: &Plan, trial: &Trial, paths: &[PathBuf]) -> String {
    let migrations: Vec<Value> = plan
        .migrations
        .iter()
        .enumerate()
        .map(|(place, migration)| {
            json!({
                "name": migration.folder(),
                "path": paths.get(place),
                "sha256": sha256(migration.sql.as_bytes()),
                "sql": migration.sql,
            })
        })
        .collect();
    let proofs: Vec<Value> = trial
        .proofs
        .proved
        .iter()
        .map(|proved| {
            json!({
                "proof": proved.evidence.proof().to_string(),
                "evidence": proved.evidence.to_string(),
                "warnings": proved.evidence.warnings(),
                "milliseconds": proved.took.as_millis(),
            })
        })
        .collect();
    format!("{:#}\n", json!({ "migrations": migrations, "impact": trial.impact, "proofs": proofs }))
}
