//! A repository that changes are made in.

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

pub(super) const SCHEMA: &str = "schema.prisma";
pub(super) const COPY: &str = "litellm/proxy/schema.prisma";
pub(super) const MIGRATIONS: &str = "litellm-proxy-extras/litellm_proxy_extras/migrations";
pub(super) const MANIFEST: &str = "litellm-proxy-extras/pyproject.toml";

/// A clone, whose origin is a clone itself, so that branches can be merged.
pub(super) struct Repository {
    folder: TempDir,
    /// The program behind `cargo xtask`.
    xtask: PathBuf,
}

/// What `check` said.
pub(super) struct Checked {
    report: Value,
    pub(super) took: Duration,
}

impl Repository {
    pub(super) fn copy(source: &Path) -> anyhow::Result<Self> {
        let xtask = env::current_exe()?.with_file_name("xtask");
        ensure!(xtask.is_file(), "{} is not there. Build it: cargo build --package xtask", xtask.display());
        let folder = tempfile::tempdir()?;
        let repository = Self { folder, xtask };
        let source = fs::canonicalize(source)?;
        let within = |arguments: &[&str]| {
            let mut git = Command::new("git");
            run(git.args(arguments).current_dir(repository.folder.path()))
        };
        within(&[
            "clone",
            "--quiet",
            "--bare",
            "--single-branch",
            "--branch=main",
            &source.display().to_string(),
            "origin",
        ])?;
        within(&["clone", "--quiet", "origin", "checkout"])?;
        Ok(repository)
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("checkout").join(path)
    }

    pub(super) fn git(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let identity = ["-c", "user.name=planted", "-c", "user.email=planted@localhost", "-c", "commit.gpgsign=false"];
        run(Command::new("git").args(identity).args(arguments).current_dir(self.path("")))
    }

    /// Goes to a new branch of what the base has.
    pub(super) fn start_branch(&self) -> anyhow::Result<()> {
        self.git(&["checkout", "--quiet", "--force", "-B", "change", "origin/main"])?;
        self.git(&["clean", "--quiet", "--force", "-d", "-x"]).map(drop)
    }

    pub(super) fn commit(&self) -> anyhow::Result<()> {
        self.git(&["add", "--all"])?;
        self.git(&["commit", "--quiet", "--allow-empty", "--message=Change"]).map(drop)
    }

    /// Runs `cargo xtask`, which must do what it is told.
    pub(super) fn xtask(&self, arguments: &str) -> anyhow::Result<String> {
        run(&mut self.command(arguments))
    }

    pub(super) fn check(&self) -> anyhow::Result<Checked> {
        let begin = Instant::now();
        let output = self.command("check --format json").output()?;
        let took = begin.elapsed();
        let report = serde_json::from_slice(&output.stdout).with_context(|| words(&output))?;
        Ok(Checked { report, took })
    }

    pub(super) fn read(&self, path: &str) -> anyhow::Result<String> {
        Ok(fs::read_to_string(self.path(path))?)
    }

    pub(super) fn write(&self, path: &str, text: &str) -> anyhow::Result<()> {
        let path = self.path(path);
        fs::create_dir_all(path.parent().context("It has no folder.")?)?;
        Ok(fs::write(path, text)?)
    }

    /// Replaces the one place where `old` stands.
    pub(super) fn edit(&self, path: &str, old: &str, new: &str) -> anyhow::Result<()> {
        let text = self.read(path)?;
        ensure!(text.contains(old), "{path} has no {old:?}.");
        self.write(path, &text.replacen(old, new, 1))
    }

    /// Adds lines to a model, and makes the copies of the schema equal.
    pub(super) fn add_to_model(&self, model: &str, lines: &str) -> anyhow::Result<()> {
        let head = format!("model {model} {{\n");
        self.edit(SCHEMA, &head, &format!("{head}  {lines}\n"))?;
        self.xtask("schema-sync").map(drop)
    }

    /// Adds a migration after all others.
    pub(super) fn add_migration(&self, name: &str, sql: &str) -> anyhow::Result<()> {
        let newest = self.newest()?;
        self.write(&format!("{MIGRATIONS}/{}59_{name}/migration.sql", &newest[..12]), sql)
    }

    /// Writes one migration for what was changed in the schema, `second` seconds after the last.
    pub(super) fn migrate_at(&self, name: &str, second: u32) -> anyhow::Result<()> {
        let (before, newest) = (self.migrations()?, self.newest()?);
        self.xtask(&format!("migrate {name}"))?;
        let stamped = format!("{}{second:02}_{name}", &newest[..12]);
        for written in self.migrations()?.iter().filter(|name| !before.contains(name)) {
            fs::rename(self.path(MIGRATIONS).join(written), self.path(MIGRATIONS).join(&stamped))?;
        }
        Ok(())
    }

    /// The name of the last migration.
    pub(super) fn newest(&self) -> anyhow::Result<String> {
        self.migrations()?.pop().context("There is no migration.")
    }

    /// The names of all migrations, in order.
    pub(super) fn migrations(&self) -> anyhow::Result<Vec<String>> {
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

    /// Gives the package another version.
    pub(super) fn bump(&self, version: &str) -> anyhow::Result<()> {
        let manifest = self.read(MANIFEST)?;
        let old = manifest.lines().find(|line| line.starts_with("version = ")).context("There is no version.")?;
        self.write(MANIFEST, &manifest.replace(old, &format!("version = \"{version}\"")))
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(&self.xtask);
        command.args(["--quiet", "--root", "."]).args(arguments.split_whitespace()).current_dir(self.path(""));
        command
    }
}

impl Checked {
    pub(super) fn passed(&self) -> bool {
        self.report["passed"] == true
    }

    /// The checks that found something.
    pub(super) fn found(&self) -> Vec<&str> {
        let checks = self.report["checks"].as_array().into_iter().flatten();
        let found = checks.filter(|check| check["findings"].as_array().is_some_and(|findings| !findings.is_empty()));
        found.filter_map(|check| check["name"].as_str()).collect()
    }

    /// What a check found.
    pub(super) fn findings_of(&self, check: &str) -> Vec<&Value> {
        let checks = self.report["checks"].as_array().into_iter().flatten();
        checks.filter(|it| it["name"] == check).filter_map(|it| it["findings"].as_array()).flatten().collect()
    }

    /// All that was found, and what could not run.
    pub(super) fn findings(&self) -> Value {
        let checks = self.report["checks"].as_array().into_iter().flatten();
        let told = checks.filter(|check| check["status"] != "passed" || check["findings"] != Value::Array(Vec::new()));
        Value::Array(told.cloned().collect())
    }
}

fn run(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("{command:?} cannot be run."))?;
    ensure!(output.status.success(), "{command:?} failed.\n{}", words(&output));
    Ok(String::from_utf8(output.stdout)?)
}

fn words(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat()
}
