use std::path::{Path, PathBuf};

use fs_err as fs;
use toml::{Table, Value};

use super::{Check, CheckContext, CheckName, Finding};
use crate::{check::finding::Severity, checkout::Checkout};

pub(super) const CHECK: Check = Check {
    name: CheckName::PackageVersion,
    summary: "The version of the migrations package changes with every new migration",
    explanation: "\
A Python package delivers the migrations to customers. Without a new version of the package, new migrations are not published, and
the proxy runs with a schema that its databases do not have. The version is in `[project]` and `[tool.commitizen]` of the package's
pyproject.toml, and the checkout's own pyproject.toml pins it.

Raise all of them in the same change, or let the release do it. This is a warning.",
    run,
};

const MANIFEST: &str = "pyproject.toml";

fn run(context: &CheckContext<'_>) -> anyhow::Result<Vec<Finding>> {
    let branch = context.branch;
    let checkout = branch.checkout;
    if branch.new_migrations()?.is_empty() {
        return Ok(Vec::new());
    }
    let Some(manifest) = manifest(checkout) else { return Ok(Vec::new()) };
    let path = checkout.root.join(&manifest);
    let package: Table = fs::read_to_string(&path)?.parse()?;
    let (Some(name), Some(version)) = (text(&package, &["project", "name"]), text(&package, &["project", "version"]))
    else {
        return Ok(Vec::new());
    };
    let history = branch.history()?;
    let before =
        history.git().content(&history.base.merge_base, &manifest)?.and_then(|text| text.parse::<Table>().ok());
    if before.is_some_and(|before| text(&before, &["project", "version"]) == Some(version)) {
        let message = format!("The branch has new migrations, but the package version is still {version}.");
        return Ok(vec![warning(
            &path,
            message,
            "Raise `version` in [project] and [tool.commitizen], and the pinned version.",
        )]);
    }
    let mut findings = Vec::new();
    if let Some(other) = text(&package, &["tool", "commitizen", "version"]).filter(|&other| other != version) {
        let message = format!("The version in [project] is {version}, but in [tool.commitizen] it is {other}.");
        findings.push(warning(&path, message, "Make the versions equal."));
    }
    let root = checkout.root.join(MANIFEST);
    if let Ok(content) = fs::read_to_string(&root)
        && let Some(pin) = pin(&content.parse::<Table>()?.into(), name).filter(|pin| pin != version)
    {
        let message = format!("{name} is pinned to {pin}, but its version is {version}.");
        findings.push(warning(&root, message, &format!("Pin it to {version}, and run: uv lock")));
    }
    Ok(findings)
}

/// The path of the pyproject.toml of the package that contains the migrations folder.
fn manifest(checkout: &Checkout) -> Option<PathBuf> {
    let folders = checkout.settings.folder.ancestors().filter(|folder| *folder != Path::new(""));
    let mut manifests = folders.map(|folder| folder.join(MANIFEST));
    manifests.find(|manifest| checkout.root.join(manifest).is_file())
}

fn text<'a>(table: &'a Table, keys: &[&str]) -> Option<&'a str> {
    let (first, rest) = keys.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(key))?.as_str()
}

/// The version in a requirement such as `litellm-proxy-extras==0.4.110`, anywhere in `value`.
fn pin(value: &Value, package: &str) -> Option<String> {
    match value {
        Value::String(requirement) => {
            let (name, version) = requirement.split_once("==")?;
            let version = version.split([';', ',', ' ']).next()?;
            (name.trim() == package).then(|| version.to_owned())
        }
        Value::Array(items) => items.iter().find_map(|item| pin(item, package)),
        Value::Table(table) => table.iter().find_map(|(key, value)| match value {
            // Poetry's form of a requirement.
            Value::String(version) if key == package => Some(version.trim_start_matches('=').to_owned()),
            value => pin(value, package),
        }),
        _ => None,
    }
}

fn warning(path: &Path, message: String, help: &str) -> Finding {
    Finding { severity: Severity::Warning, ..Finding::error(path, message, help) }
}
