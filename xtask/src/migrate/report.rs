//! The report of `migrate`.

use std::{fmt::Write as _, path::PathBuf};

use anstyle::Style;
use migration_impact::wrap;
use migration_proof::Evidence;
use migrations::sha256;
use serde_json::{Value, json};

use super::{plan::Plan, trial::Trial};
use crate::terminal::output::{GOOD, WARNING};

/// The report for people, in colours: the impact, the proofs and the warnings.
pub(crate) fn human(trial: &Trial) -> String {
    let mut text = format!("{}\n\n", trial.impact.render(true).trim_end());
    let mut line = |label: &str, style: Style, sentence: &str| {
        let sentence = wrap(sentence, INDENT, INDENT);
        _ = writeln!(text, "{style}{label}{style:#}{}", &sentence[label.len()..]);
    };
    let evidence = || trial.proofs.iter().map(|proved| &proved.evidence);
    evidence().for_each(|evidence| line("proved", GOOD, &evidence.to_string()));
    evidence().flat_map(Evidence::warnings).for_each(|warning| line("warning", WARNING, &warning));
    text.truncate(text.trim_end().len());
    text
}

/// The width of the column of labels.
const INDENT: usize = "warning  ".len();

/// The report for programs. The format is stable; fields may be added.
pub(crate) fn json(plan: &Plan, trial: &Trial, paths: &[PathBuf]) -> String {
    let migrations: Vec<Value> = plan
        .migrations
        .iter()
        .enumerate()
        .map(|(index, migration)| {
            json!({
                "name": migration.folder(),
                "path": paths.get(index),
                "sha256": sha256(migration.sql.as_bytes()),
                "sql": migration.sql,
            })
        })
        .collect();
    let proofs: Vec<Value> = trial
        .proofs
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
