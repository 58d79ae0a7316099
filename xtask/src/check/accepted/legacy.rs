//! The first format of the accepted findings: for each migration a list of texts such as `lint: not-rerunnable: line 8: …`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::check::{check_name::CheckName, finding::Finding};

#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct LegacyFindings(BTreeMap<String, Entry>);

#[derive(Debug, Deserialize)]
struct Entry {
    sha256: String,
    findings: Vec<String>,
}

impl LegacyFindings {
    /// Whether the list contains `finding`. The message is ignored.
    pub(super) fn contains(&self, check: CheckName, finding: &Finding) -> bool {
        let Some(about) = &finding.about else { return false };
        let rule = finding.rule.as_ref().filter(|_| check == CheckName::Lint);
        let rule = rule.map(|rule| format!(" {rule}:")).unwrap_or_default();
        let line = finding.line.map(|line| format!(" line {line}:")).unwrap_or_default();
        let start = format!("{check}:{rule}{line} ");
        let entry = self.0.get(&about.name).filter(|entry| entry.sha256 == about.sha256);
        entry.is_some_and(|entry| entry.findings.iter().any(|text| text.starts_with(&start)))
    }
}
