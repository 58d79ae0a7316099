//! A clone of a LiteLLM checkout to edit, and to run `cargo xtask` in.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use fs_err as fs;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const SCHEMA: &str = "schema.prisma";
pub(crate) const COPIES: [&str; 2] =
    ["litellm/proxy/schema.prisma", "litellm-proxy-extras/litellm_proxy_extras/schema.prisma"];
pub(crate) const MIGRATIONS: &str = "litellm-proxy-extras/litellm_proxy_extras/migrations";
const PACKAGE: &str = "litellm-proxy-extras/pyproject.toml";

/// A clone in a temporary folder. Its origin is a clone in the same folder, so that branches can be pushed and merged.
pub(crate) struct Repository {
    folder: TempDir,
    /// The program of `cargo xtask`.
    xtask: PathBuf,
}

/// A run of `cargo xtask check`.
pub(crate) struct CheckRun {
    report: Value,
    pub(crate) took: Duration,
}

impl Repository {
    /// Clones the branch `main` of a repository.
    pub(crate) fn clone(source: &Path) -> anyhow::Result<Self> {
        let repository = Self { folder: tempfile::tempdir()?, xtask: xtask_program()? };
        let source = fs::canonicalize(source)?;
        let origin = ["clone", "--quiet", "--bare", "--single-branch", "--branch=main"];
        let mut git = Command::new("git");
        run(git.args(origin).arg(source).arg("origin").current_dir(repository.folder.path()))?;
        let mut git = Command::new("git");
        run(git.args(["clone", "--quiet", "origin", "checkout"]).current_dir(repository.folder.path()))?;
        Ok(repository)
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("checkout").join(path)
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let identity =
            ["-c", "user.name=conformance", "-c", "user.email=conformance@localhost", "-c", "commit.gpgsign=false"];
        run(Command::new("git").args(identity).args(arguments).current_dir(self.path("")))
    }

    /// Checks out a new branch of origin's main, without any other file.
    pub(crate) fn start_branch(&self) -> anyhow::Result<()> {
        self.git(&["checkout", "--quiet", "--force", "-B", "change", "origin/main"])?;
        self.git(&["clean", "--quiet", "--force", "-d", "-x"]).map(drop)
    }

    pub(crate) fn commit(&self) -> anyhow::Result<()> {
        self.git(&["add", "--all"])?;
        self.git(&["commit", "--quiet", "--allow-empty", "--message=Change"]).map(drop)
    }

    /// Runs `cargo xtask`, which must succeed. Returns its standard output.
    pub(crate) fn xtask(&self, arguments: &str) -> anyhow::Result<String> {
        run(&mut self.xtask_command(arguments))
    }

    pub(crate) fn xtask_command(&self, arguments: &str) -> Command {
        let mut command = Command::new(&self.xtask);
        command.args(["--quiet", "--root", "."]).args(arguments.split_whitespace()).current_dir(self.path(""));
        command
    }

    pub(crate) fn check(&self) -> anyhow::Result<CheckRun> {
        let begin = Instant::now();
        let output = self.xtask_command("check --format json").output()?;
        let took = begin.elapsed();
        let report = serde_json::from_slice(&output.stdout).with_context(|| printed(&output))?;
        Ok(CheckRun { report, took })
    }

    pub(crate) fn read(&self, path: &str) -> anyhow::Result<String> {
        Ok(fs::read_to_string(self.path(path))?)
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> anyhow::Result<()> {
        let path = self.path(path);
        fs::create_dir_all(path.parent().context("The path has no folder.")?)?;
        Ok(fs::write(path, text)?)
    }

    /// Replaces the first occurrence of `old`.
    pub(crate) fn edit(&self, path: &str, old: &str, new: &str) -> anyhow::Result<()> {
        let text = self.read(path)?;
        ensure!(text.contains(old), "{path} does not contain {old:?}.");
        self.write(path, &text.replacen(old, new, 1))
    }

    /// Adds lines to a model of the root schema.
    pub(crate) fn add_to_root_model(&self, model: &str, lines: &str) -> anyhow::Result<()> {
        let head = format!("model {model} {{\n");
        self.edit(SCHEMA, &head, &format!("{head}  {lines}\n"))
    }

    /// Adds lines to a model of the root schema and of its copies.
    pub(crate) fn add_to_model(&self, model: &str, lines: &str) -> anyhow::Result<()> {
        self.add_to_root_model(model, lines)?;
        self.xtask("schema-sync").map(drop)
    }

    /// Adds a migration after all others.
    pub(crate) fn add_migration(&self, name: &str, sql: &str) -> anyhow::Result<()> {
        let newest = self.newest_migration()?;
        self.write(&format!("{MIGRATIONS}/{}59_{name}/migration.sql", &newest[..12]), sql)
    }

    /// Generates one migration from the schema, and stamps it with the newest migration's minute and this second.
    pub(crate) fn migrate_at(&self, name: &str, second: u32) -> anyhow::Result<()> {
        let (before, newest) = (self.migrations()?, self.newest_migration()?);
        self.xtask(&format!("migrate {name}"))?;
        let stamped = format!("{}{second:02}_{name}", &newest[..12]);
        for written in self.migrations()?.iter().filter(|name| !before.contains(name)) {
            fs::rename(self.path(MIGRATIONS).join(written), self.path(MIGRATIONS).join(&stamped))?;
        }
        Ok(())
    }

    /// The name of the last migration.
    pub(crate) fn newest_migration(&self) -> anyhow::Result<String> {
        self.migrations()?.pop().context("The repository has no migrations.")
    }

    /// The names of all migrations, in order.
    pub(crate) fn migrations(&self) -> anyhow::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.path(MIGRATIONS))? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                names.extend(entry.file_name().into_string().ok());
            }
        }
        names.sort();
        Ok(names)
    }

    /// Changes the version of the package.
    pub(crate) fn set_version(&self, version: &str) -> anyhow::Result<()> {
        let package = self.read(PACKAGE)?;
        let old = package.lines().find(|line| line.starts_with("version = ")).context("The package has no version.")?;
        self.write(PACKAGE, &package.replace(old, &format!("version = \"{version}\"")))
    }
}

impl CheckRun {
    pub(crate) fn passed(&self) -> bool {
        self.report["passed"] == true
    }

    /// The names of the checks with findings.
    pub(crate) fn failed_checks(&self) -> Vec<&str> {
        let checks = self.report["checks"].as_array().into_iter().flatten();
        let failed = checks.filter(|check| check["findings"].as_array().is_some_and(|findings| !findings.is_empty()));
        failed.filter_map(|check| check["name"].as_str()).collect()
    }

    /// The findings of a check.
    pub(crate) fn findings_of(&self, check: &str) -> Vec<&Value> {
        let checks = self.report["checks"].as_array().into_iter().flatten();
        checks.filter(|it| it["name"] == check).filter_map(|it| it["findings"].as_array()).flatten().collect()
    }

    /// The checks with findings, and those that did not run.
    pub(crate) fn not_passed(&self) -> Value {
        let checks = self.report["checks"].as_array().into_iter().flatten();
        let failed =
            checks.filter(|check| check["status"] != "passed" || check["findings"] != Value::Array(Vec::new()));
        Value::Array(failed.cloned().collect())
    }
}

/// The program of `cargo xtask`, in the folder of this program.
pub(crate) fn xtask_program() -> anyhow::Result<PathBuf> {
    let program = env::current_exe()?.with_file_name("xtask");
    ensure!(program.is_file(), "{} does not exist. Build it: cargo build --package xtask", program.display());
    Ok(program)
}

fn run(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("{command:?} cannot be run."))?;
    ensure!(output.status.success(), "{command:?} failed.\n{}", printed(&output));
    Ok(String::from_utf8(output.stdout)?)
}

fn printed(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat()
}
