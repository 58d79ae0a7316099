//! The checkout: its root, settings, git history and schema files.

pub(crate) mod base;
pub(crate) mod git;
pub(crate) mod root;
pub(crate) mod schema;
pub(crate) mod schema_copies;
pub(crate) mod settings;

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::checkout::{root::Root, settings::Settings};

/// A checkout with its settings.
#[derive(Debug)]
pub(crate) struct Checkout {
    pub(crate) root: Root,
    pub(crate) settings: Settings,
}

impl Checkout {
    /// Opens the checkout at `root`, or the one that contains the current directory.
    pub(crate) fn open(root: Option<&Path>) -> anyhow::Result<Self> {
        let Some(root) = Root::find(root)? else {
            bail!("The current directory is not in a Cargo workspace. Change into a checkout, or pass --root DIR.");
        };
        let settings = Settings::read(&root.join("Cargo.toml"))?;
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
