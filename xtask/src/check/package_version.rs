use std::path::{Path, PathBuf};

use fs_err as fs;
use toml::{Table, Value};

use super::{Check, Finding, Look, Severity, Subject};

pub(super) const CHECK: Check = Check {
    name: "package-version",
    summary: "The package that ships the migrations gets another version when there are new ones",
    explanation: "\
Migrations reach customers in a Python package. New ones without another version of the package are not published, and the proxy
then runs with a schema that its databases do not have. The version stands in `[project]` and `[tool.commitizen]` of the package's
pyproject.toml, and the checkout's own pyproject.toml pins it.

Raise all of them in the same change, or leave it to the release. This is a warning.",
    look: Look::Files(run),
};

const MANIFEST: &str = "pyproject.toml";

fn run(subject: &Subject<'_>) -> anyhow::Result<Vec<Finding>> {
    let workspace = subject.workspace;
    if subject.new_migrations()?.is_empty() {
        return Ok(Vec::new());
    }
    let Some(manifest) = manifest(subject) else { return Ok(Vec::new()) };
    let path = workspace.root.join(&manifest);
    let package: Table = fs::read_to_string(&path)?.parse()?;
    let (Some(name), Some(version)) = (text(&package, &["project", "name"]), text(&package, &["project", "version"]))
    else {
        return Ok(Vec::new());
    };
    let history = subject.history()?;
    let before = history.git.content(&history.base.merge_base, &manifest)?.and_then(|text| text.parse::<Table>().ok());
    if before.is_some_and(|before| text(&before, &["project", "version"]) == Some(version)) {
        let message = format!("There are new migrations, and the version is still {version}.");
        return Ok(vec![warning(&path, message, "Raise `version` in [project] and [tool.commitizen], and the pin.")]);
    }
    let mut findings = Vec::new();
    if let Some(other) = text(&package, &["tool", "commitizen", "version"]).filter(|&other| other != version) {
        let message = format!("[project] has the version {version}, [tool.commitizen] has {other}.");
        findings.push(warning(&path, message, "Make them equal."));
    }
    let root = workspace.root.join(MANIFEST);
    if let Ok(content) = fs::read_to_string(&root)
        && let Some(pin) = pin(&content.parse::<Table>()?.into(), name).filter(|pin| pin != version)
    {
        let message = format!("{name} is pinned to {pin}, and its version is {version}.");
        findings.push(warning(&root, message, &format!("Pin it to {version}, and run: uv lock")));
    }
    Ok(findings)
}

/// The manifest of the package that the migrations folder is in.
fn manifest(subject: &Subject<'_>) -> Option<PathBuf> {
    let workspace = subject.workspace;
    let folders = workspace.settings.folder.ancestors().filter(|folder| *folder != Path::new(""));
    let mut manifests = folders.map(|folder| folder.join(MANIFEST));
    manifests.find(|manifest| workspace.root.join(manifest).is_file())
}

fn text<'a>(table: &'a Table, keys: &[&str]) -> Option<&'a str> {
    let (first, rest) = keys.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(key))?.as_str()
}

/// The version in a requirement such as `litellm-proxy-extras==0.4.110`, wherever it stands.
fn pin(value: &Value, package: &str) -> Option<String> {
    match value {
        Value::String(requirement) => {
            let (name, version) = requirement.split_once("==")?;
            let version = version.split([';', ',', ' ']).next()?;
            (name.trim() == package).then(|| version.to_owned())
        }
        Value::Array(items) => items.iter().find_map(|item| pin(item, package)),
        Value::Table(table) => table.iter().find_map(|(key, value)| match value {
            // As Poetry has it.
            Value::String(version) if key == package => Some(version.trim_start_matches('=').to_owned()),
            value => pin(value, package),
        }),
        _ => None,
    }
}

fn warning(path: &Path, message: String, help: &str) -> Finding {
    Finding { severity: Severity::Warning, ..Finding::error(path, message, help) }
}
