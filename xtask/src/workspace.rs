use std::path::{Path, PathBuf};

use crate::{root::Root, settings::Settings};

/// A checkout and what it says about its migrations.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: Root,
    pub(crate) settings: Settings,
}

impl Workspace {
    /// Opens the checkout in `root`, or else the one that holds the current directory.
    pub(crate) fn open(root: Option<&Path>) -> anyhow::Result<Self> {
        let root = Root::find(root)?;
        let settings = Settings::read(&root.join("Cargo.toml"))?;
        Ok(Self { root, settings })
    }

    /// The settings of the checkout, for a command that can do without one.
    pub(crate) fn settings(root: Option<&Path>) -> anyhow::Result<Settings> {
        match (root, Root::find(root)) {
            (None, Err(_)) => Ok(Settings::default()),
            (_, found) => Settings::read(&found?.join("Cargo.toml")),
        }
    }

    /// The migrations folder.
    pub(crate) fn migrations(&self) -> PathBuf {
        self.root.join(&self.settings.folder)
    }
}
