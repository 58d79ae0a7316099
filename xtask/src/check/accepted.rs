//! What is known to be wrong and accepted: with `check`, a repository that has a history can begin today.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    io,
    path::Path,
};

use anyhow::Context;
use fs_err as fs;
use serde::Deserialize;

use super::{About, Finding};

/// The file that lists it, at the root of the checkout.
pub(crate) const ACCEPTED_FILE: &str = "migrations-accepted.toml";

/// The findings that are accepted, each about one state of one migration.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Accepted(BTreeMap<About, BTreeSet<String>>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    sha256: String,
    findings: BTreeSet<String>,
}

impl Accepted {
    /// Reads the file. Where there is none, nothing is accepted.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error.into()),
        };
        let entries: BTreeMap<String, Entry> = toml::from_str(&text).with_context(|| {
            format!("{} is not what `check --accept` writes. Restore it, or write it anew.", path.display())
        })?;
        let accepted = entries.into_iter().map(|(name, entry)| (About { name, sha256: entry.sha256 }, entry.findings));
        Ok(Self(accepted.collect()))
    }

    /// Accepts all findings that may be accepted, each with the name of its check.
    pub(crate) fn of<'a>(found: impl IntoIterator<Item = (&'static str, &'a Finding)>) -> Self {
        let mut accepted = Self::default();
        for (check, finding) in found {
            if let Some(about) = &finding.about {
                accepted.0.entry(about.clone()).or_default().insert(key(check, finding));
            }
        }
        accepted
    }

    /// Those of other checks.
    pub(crate) fn without(mut self, checks: &[&str]) -> Self {
        for findings in self.0.values_mut() {
            findings.retain(|finding| !checks.contains(&check_of(finding)));
        }
        self.0.retain(|_, findings| !findings.is_empty());
        self
    }

    /// The union of both.
    pub(crate) fn and(mut self, other: Self) -> Self {
        for (about, findings) in other.0 {
            self.0.entry(about).or_default().extend(findings);
        }
        self
    }

    pub(crate) fn has(&self, check: &'static str, finding: &Finding) -> bool {
        let about = finding.about.as_ref().and_then(|about| self.0.get(about));
        about.is_some_and(|findings| findings.contains(&key(check, finding)))
    }

    /// Acceptances of what these checks did not find.
    pub(crate) fn outdated(&self, checks: &[&str], found: &[(&'static str, Finding)]) -> Vec<String> {
        let found = Self::of(found.iter().map(|(check, finding)| (*check, finding)));
        let mut outdated = Vec::new();
        for (about, findings) in &self.0 {
            let there = found.0.get(about);
            let ran = |finding: &&String| checks.contains(&check_of(finding));
            let is_gone = |finding: &&String| there.is_none_or(|there| !there.contains(*finding));
            outdated.extend(findings.iter().filter(ran).filter(is_gone).map(|it| format!("{}: {it}", about.name)));
        }
        outdated
    }

    /// The file's text: sorted, so that a review sees what is new.
    pub(crate) fn to_toml(&self) -> String {
        let mut text = String::from(
            "# What `cargo xtask check` finds and is accepted, for migrations as they are: once a file changes, its\n\
             # entry does not hold any more. Written by `cargo xtask check --accept`.\n",
        );
        for (about, findings) in &self.0 {
            _ = write!(text, "\n[{}]\nsha256 = {}\nfindings = [\n", quoted(&about.name), quoted(&about.sha256));
            findings.iter().for_each(|finding| _ = writeln!(text, "    {},", quoted(finding)));
            text += "]\n";
        }
        text
    }
}

/// What tells a finding from others about the same file.
fn key(check: &str, finding: &Finding) -> String {
    let rule = finding.rule.as_ref().map(|rule| format!(" {rule}:")).unwrap_or_default();
    let line = finding.line.map(|line| format!(" line {line}:")).unwrap_or_default();
    let message = finding.message.lines().next().unwrap_or_default();
    format!("{check}:{rule}{line} {message}")
}

fn check_of(key: &str) -> &str {
    key.split(':').next().unwrap_or_default()
}

fn quoted(text: &str) -> String {
    // What JSON escapes, TOML does as well.
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let about = |name: &str| Some(About { name: name.to_owned(), sha256: "ab".to_owned() });
        let finding =
            |name, line| Finding { about: about(name), line, ..Finding::error("x", "It is \"odd\".\nMore", "") };
        let found =
            [("lint", finding("2_b", Some(3))), ("names", finding("1_a", None)), ("lint", finding("1_a", Some(1)))];
        let accepted = Accepted::of(found.iter().map(|(check, finding)| (*check, finding)));
        let text = accepted.to_toml();
        expect![[r##"
            # What `cargo xtask check` finds and is accepted, for migrations as they are: once a file changes, its
            # entry does not hold any more. Written by `cargo xtask check --accept`.

            ["1_a"]
            sha256 = "ab"
            findings = [
                "lint: line 1: It is \"odd\".",
                "names: It is \"odd\".",
            ]

            ["2_b"]
            sha256 = "ab"
            findings = [
                "lint: line 3: It is \"odd\".",
            ]
        "##]]
        .assert_eq(&text);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(ACCEPTED_FILE);
        fs::write(&path, text).unwrap();
        let read = Accepted::read(&path).unwrap();
        assert_eq!(read, accepted);
        assert!(read.has("names", &found[1].1));
        assert!(!read.has("order", &found[1].1));
        assert_eq!(read.outdated(&["lint", "names"], &found[..2]), ["1_a: lint: line 1: It is \"odd\"."]);
        assert_eq!(read.outdated(&["names"], &found[1..2]), [""; 0]);
    }
}
