//! The programs on this machine that download packages.
//!
//! They run in an empty folder, where no project configures them, and do not run the scripts of packages.

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

/// A program that downloads packages.
#[derive(Clone, Debug)]
pub(super) enum PackageClient {
    Npm(PathBuf),
    /// The Python interpreter that has pip.
    Pip(PathBuf),
    Uv(PathBuf),
}

/// The names of the clients of a registry.
pub(super) fn names(registry: Registry) -> &'static [&'static str] {
    match registry {
        Registry::Npm => &["npm"],
        Registry::Pypi => &["pip", "uv"],
    }
}

impl PackageClient {
    /// The clients in the folders of `path`, best first.
    pub(super) fn all(path: &OsStr) -> Vec<Self> {
        // A relative folder would find programs in the working folder.
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

    /// Downloads a package and unpacks it into the empty folder `tree`. The empty folder `work` is for temporary files.
    pub(super) fn download(&self, package: &Package<'_>, work: &Path, tree: &Path) -> Result<(), Failure> {
        match self {
            Self::Npm(npm) => {
                let Package { name, version, .. } = package;
                let mut command = Command::new(npm);
                // The SHA-256 is pinned, so npm's own cache is as trustworthy as the registry. Without a network, npm's
                // default retries would take minutes.
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
                // A user's setting may restrict pip to virtual environments. This command installs nothing.
                command.env("PIP_REQUIRE_VIRTUALENV", "0");
                run("pip download", command.args(pinned_wheel(package, work)?).current_dir(work))?;
                let archive = unpack::verified(work, "whl", package)?;
                let mut command = Command::new(python);
                run("python -m zipfile", command.args(["-m", "zipfile", "-e"]).arg(archive).arg(tree).current_dir(work))
            }
            // uv cannot download an archive; it verifies the hash itself and unpacks the package.
            Self::Uv(uv) => {
                let mut command = Command::new(uv);
                command.args(["pip", "install", "--quiet", "--link-mode=copy", "--target"]).arg(tree);
                run("uv pip install", command.args(pinned_wheel(package, work)?).current_dir(work))
            }
        }
    }
}

impl fmt::Display for PackageClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Npm(_) => "npm",
            Self::Pip(_) => "pip",
            Self::Uv(_) => "uv",
        })
    }
}

/// Whether this Python has pip; Debian's Python has none.
fn has_pip(python: &Path) -> bool {
    let mut command = Command::new(python);
    command.args(["-m", "pip", "--version"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The arguments with which pip and uv accept only the wheel with the pinned hash.
fn pinned_wheel(package: &Package<'_>, work: &Path) -> io::Result<[&'static str; 5]> {
    let Package { name, version, sha256, .. } = package;
    fs_err::write(work.join("requirements.txt"), format!("{name}=={version} --hash=sha256:{sha256}\n"))?;
    Ok(["--no-deps", "--only-binary=:all:", "--require-hashes", "-r", "requirements.txt"])
}

fn run(name: &str, command: &mut Command) -> Result<(), Failure> {
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| format!("{name} could not be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(if output.stderr.is_empty() { &output.stdout } else { &output.stderr });
    let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let end: String = lines[lines.len().saturating_sub(8)..].iter().map(|line| format!("\n  {line}")).collect();
    Err(format!("{name} failed ({}){}{end}", output.status, if end.is_empty() { "" } else { ":" }).into())
}
