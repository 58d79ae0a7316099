//! The root directory of the checkout.

use std::{
    env,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, ensure};
use fs_err as fs;

/// The root directory. Joined paths are relative to the current directory, so that the user can type them as shown.
#[derive(Debug)]
pub(crate) struct Root {
    /// Empty for the current directory.
    dir: PathBuf,
    given: bool,
}

impl Root {
    /// The `given` directory, or the Cargo workspace that contains the current directory, if any.
    pub(crate) fn find(given: Option<&Path>) -> anyhow::Result<Option<Self>> {
        let Some(given) = given else { return Self::above(&env::current_dir()?) };
        ensure!(given.is_dir(), "{} is not a directory. Pass the directory of a checkout to --root.", given.display());
        let dir = if given == Path::new(".") { PathBuf::new() } else { given.to_owned() };
        Ok(Some(Self { dir, given: true }))
    }

    /// The path of a file or folder in the checkout.
    pub(crate) fn join(&self, path: impl AsRef<Path>) -> PathBuf {
        self.dir.join(path)
    }

    /// The directory, `.` for the current one.
    pub(crate) fn dir(&self) -> &Path {
        if self.dir == Path::new("") { Path::new(".") } else { &self.dir }
    }

    /// Refuses a path that leads out of the checkout, by its components or through symbolic links of its folders.
    pub(crate) fn require_inside(&self, path: &Path) -> anyhow::Result<()> {
        let is_plain = |component| matches!(component, Component::Normal(_) | Component::CurDir);
        ensure!(
            path.components().next().is_some() && path.components().all(is_plain),
            "{path:?} must be a relative path without `..`."
        );
        let root = fs::canonicalize(self.dir())?;
        // The last component is checked by the commands, which refuse links with advice of their own.
        for folder in path.ancestors().skip(1) {
            let Ok(folder) = fs::canonicalize(self.join(folder)) else { continue };
            ensure!(
                folder.starts_with(&root),
                "{path:?} leads through a symbolic link to {}, which is outside the checkout.",
                folder.display()
            );
            break;
        }
        Ok(())
    }

    /// The command that runs `cargo xtask` with `arguments` on this checkout.
    pub(crate) fn command(&self, arguments: &str) -> String {
        if self.given {
            format!("cargo xtask --root {} {arguments}", self.dir().display())
        } else {
            format!("cargo xtask {arguments}")
        }
    }

    fn above(current: &Path) -> anyhow::Result<Option<Self>> {
        let mut dir = PathBuf::new();
        for ancestor in current.ancestors() {
            if is_workspace(ancestor)? {
                return Ok(Some(Self { dir, given: false }));
            }
            dir.push("..");
        }
        Ok(None)
    }
}

fn is_workspace(dir: &Path) -> anyhow::Result<bool> {
    let manifest = dir.join("Cargo.toml");
    if !manifest.is_file() {
        return Ok(false);
    }
    let text = String::from_utf8(safe_read::read(&manifest)?)?;
    let manifest: toml::Table = text.parse().with_context(|| format!("{} is not valid TOML.", manifest.display()))?;
    Ok(manifest.contains_key("workspace"))
}
