//! The list of accepted findings. With it, a repository whose released migrations violate rules can use `check`.

mod legacy;

use std::{fmt, io, path::Path};

use anyhow::{Context, anyhow};
use fs_err as fs;
use migrations::Stamp;
use serde::Deserialize;

use self::legacy::LegacyFindings;
use super::{check_name::CheckName, finding::Finding, results::CheckResults};

/// The name of the list, a file at the root of the checkout.
pub(super) const ACCEPTED_FILE: &str = "migrations-accepted.toml";

const HEADER: &str = "\
# Findings of `cargo xtask check` that are accepted. `cargo xtask check --accept` adds and removes entries and keeps the reasons,
# which you may edit. An entry is valid as long as the migration has this SHA-256.
";

/// The list of accepted findings.
#[derive(Debug, Default)]
pub(super) struct AcceptedFindings {
    /// Sorted, so that the entries of two branches merge.
    entries: Vec<Entry>,
    /// The content of a file in the first format.
    legacy: Option<LegacyFindings>,
}

/// An accepted finding. All fields but the reason identify it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The name of the migration; none for a finding about the schema.
    migration: Option<String>,
    check: CheckName,
    rule: Option<String>,
    object: Option<String>,
    /// The SHA-256 of the migration, or of the SQL that leads to the schema.
    sha256: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    accepted: Vec<Entry>,
}

impl AcceptedFindings {
    /// Reads the list. Without the file, it is empty.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error.into()),
        };
        if let Ok(legacy) = toml::from_str(&text) {
            return Ok(Self { legacy: Some(legacy), ..Self::default() });
        }
        let invalid = || {
            format!("{} is not a valid list of accepted findings. Correct it, or restore it with git.", path.display())
        };
        let File { accepted } = toml::from_str(&text).with_context(invalid)?;
        if let Some(entry) = accepted.iter().find(|entry| entry.reason.trim().is_empty()) {
            return Err(anyhow!("The entry {entry} has an empty reason.")).with_context(invalid);
        }
        Ok(Self { entries: accepted, legacy: None })
    }

    /// Whether the file has the first format, which `check --accept` converts.
    pub(super) fn is_legacy(&self) -> bool {
        self.legacy.is_some()
    }

    /// The list after the acceptance of all findings. It keeps the entries of checks that are not in `results`.
    pub(super) fn updated(self, results: &CheckResults) -> Self {
        let date = Stamp::now().to_string();
        let reason = format!("accepted by `check --accept` on {}-{}-{}", &date[..4], &date[4..6], &date[6..8]);
        let found = results.findings().filter_map(|(check, finding)| Entry::of(check, finding));
        let mut entries: Vec<_> = found
            .map(|entry| match self.entries.iter().find(|known| known.is_same(&entry)) {
                Some(known) => known.clone(),
                None => Entry { reason: reason.clone(), ..entry },
            })
            .collect();
        let is_checked = |entry: &Entry| results.checks.iter().any(|check| check.name == entry.check);
        entries.extend(self.entries.into_iter().filter(|entry| !is_checked(entry)));
        entries.sort();
        entries.dedup();
        Self { entries, legacy: None }
    }

    /// Removes the accepted findings from `results`, and adds the entries of checks that ran and no longer find them.
    pub(super) fn apply(&self, results: &mut CheckResults) {
        results.obsolete = self.obsolete(results);
        for check in &mut results.checks {
            if let Ok(findings) = &mut check.findings {
                let all = findings.len();
                findings.retain(|finding| !self.contains(check.name, finding));
                check.accepted = all - findings.len();
            }
        }
    }

    fn contains(&self, check: CheckName, finding: &Finding) -> bool {
        let entry = Entry::of(check, finding);
        entry.is_some_and(|entry| self.entries.iter().any(|known| known.is_same(&entry)))
            || self.legacy.as_ref().is_some_and(|legacy| legacy.contains(check, finding))
    }

    fn obsolete(&self, results: &CheckResults) -> Vec<String> {
        let found: Vec<_> = results.findings().filter_map(|(check, finding)| Entry::of(check, finding)).collect();
        let ran = |entry: &&Entry| results.checks.iter().any(|it| it.name == entry.check && it.findings.is_ok());
        let is_obsolete = |entry: &&Entry| !found.iter().any(|it| it.is_same(entry));
        self.entries.iter().filter(ran).filter(is_obsolete).map(Entry::to_string).collect()
    }

    /// The text of the file.
    pub(super) fn to_toml(&self) -> String {
        let mut text = HEADER.to_owned();
        for Entry { migration, check, rule, object, sha256, reason } in &self.entries {
            text += "\n[[accepted]]\n";
            let check = check.to_string();
            for (key, value) in [
                ("migration", migration.as_ref()),
                ("check", Some(&check)),
                ("rule", rule.as_ref()),
                ("object", object.as_ref()),
                ("sha256", Some(sha256)),
                ("reason", Some(reason)),
            ] {
                if let Some(value) = value {
                    // TOML escapes like JSON.
                    text += &format!("{key} = {}\n", serde_json::Value::from(value.as_str()));
                }
            }
        }
        text
    }
}

impl Entry {
    /// The entry of a finding, without a reason; none if the finding cannot be accepted.
    fn of(check: CheckName, finding: &Finding) -> Option<Self> {
        let about = finding.about.clone()?;
        let (migration, object) = match check {
            CheckName::Drift => (None, Some(about.name)),
            _ => (Some(about.name), finding.object.clone()),
        };
        let rule = finding.rule.clone();
        Some(Self { migration, check, rule, object, sha256: about.sha256, reason: String::new() })
    }

    /// Whether both identify the same finding.
    fn is_same(&self, other: &Self) -> bool {
        let Self { migration, check, rule, object, sha256, reason: _ } = self;
        (migration, check, rule, object, sha256)
            == (&other.migration, &other.check, &other.rule, &other.object, &other.sha256)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let check = self.check.to_string();
        let parts = [self.migration.as_ref(), Some(&check), self.rule.as_ref(), self.object.as_ref()];
        f.write_str(&parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", "))
    }
}
