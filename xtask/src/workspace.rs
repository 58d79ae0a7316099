use std::path::Path;

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
}
