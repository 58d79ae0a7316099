//! The checkout: its root, settings, git history and schema files.

pub(crate) mod base;
pub(crate) mod git;
pub(crate) mod lock;
pub(crate) mod root;
pub(crate) mod schema;
pub(crate) mod schema_copies;
pub(crate) mod settings;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::checkout::{root::Root, settings::Settings};

/// A checkout with its settings.
#[derive(Debug)]
pub(crate) struct Checkout {
    pub(crate) root: Root,
    pub(crate) settings: Settings,
}

impl Checkout {
    /// Opens the checkout at `root`, or the one that contains the current directory.
    ///
    /// # Errors
    ///
    /// If there is no checkout, or if a setting is invalid. A path outside the checkout is invalid: the settings can come from
    /// a stranger, and commands write to these paths.
    pub(crate) fn open(root: Option<&Path>) -> anyhow::Result<Self> {
        let Some(root) = Root::find(root)? else {
            bail!("The current directory is not in a Cargo workspace. Change into a checkout, or pass --root DIR.");
        };
        let settings = Settings::read(&root.join("Cargo.toml"))?;
        for (setting, path) in settings.paths() {
            root.require_inside(path).with_context(|| {
                format!("The setting `{setting}` in [workspace.metadata.migrations] of Cargo.toml is invalid.")
            })?;
        }
        Ok(Self { root, settings })
    }

    /// The settings of that checkout, or the defaults outside of any, for commands that need no checkout.
    pub(crate) fn settings(root: Option<&Path>) -> anyhow::Result<Settings> {
        match Root::find(root)? {
            Some(root) => Settings::read(&root.join("Cargo.toml")),
            None => Ok(Settings::default()),
        }
    }

    /// The path of the migrations folder.
    pub(crate) fn migrations(&self) -> PathBuf {
        self.root.join(&self.settings.folder)
    }
}
