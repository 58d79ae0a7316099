//! What was written, and what it does.

use std::{fmt::Write as _, path::PathBuf};

use migrations::sha256;
use serde_json::{Value, json};

use super::{Plan, Trial};

/// For people: what the SQL does to a deployment, and what was proved.
pub(crate) fn human(trial: &Trial, colour: bool) -> String {
    let mut text = format!("{}\n\n", trial.impact.render(colour).trim_end());
    for proved in &trial.proofs.proved {
        _ = writeln!(text, "proved  {}", proved.evidence.to_string().replace('\n', "\n        "));
    }
    text
}

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
                "milliseconds": proved.took.as_millis(),
            })
        })
        .collect();
    format!("{:#}\n", json!({ "migrations": migrations, "impact": trial.impact, "proofs": proofs }))
}
