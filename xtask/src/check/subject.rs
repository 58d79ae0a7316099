//! What is checked.

use std::{collections::BTreeMap, path::Path};

use migrations::{Folder, Migration, SCRIPT_FILE, sha256};

use super::{About, Finding};
use crate::{
    checkout::{
        Checkout,
        base::{Base, NoBase},
        git::Git,
    },
    terminal::shell::quoted,
};

/// A checkout, compared with the branch that it will be merged into.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) workspace: &'a Checkout,
    pub(crate) folder: Folder,
    pub(crate) history: Result<History, NoBase>,
}

/// What the base has.
#[derive(Debug)]
pub(crate) struct History {
    pub(crate) git: Git,
    pub(crate) base: Base,
    /// The scripts that were there when HEAD left the base, by the names of their migrations.
    pub(crate) shipped: BTreeMap<String, Vec<u8>>,
    /// The last migration of the base as it is now.
    pub(crate) newest: Option<String>,
}

impl<'a> Subject<'a> {
    /// Reads the checkout. Without a `base`, it is the one that the settings name, or else origin's default branch.
    pub(crate) fn read(workspace: &'a Checkout, base: Option<&str>) -> anyhow::Result<Self> {
        let folder = crate::replay::read_folder(&workspace.migrations())?;
        Ok(Self { workspace, folder, history: History::read(workspace, base)? })
    }

    /// What the base has, or an error that says why that cannot be told.
    pub(crate) fn history(&self) -> anyhow::Result<&History> {
        self.history.as_ref().map_err(|why| anyhow::anyhow!("It cannot be told what the base branch has: {why}."))
    }

    /// Whether the base has a migration of that name.
    pub(crate) fn is_shipped(&self, migration: &Migration) -> bool {
        self.history.as_ref().is_ok_and(|history| history.shipped.contains_key(&migration.name))
    }

    /// A finding about the file of a migration. One that customers have must stay as it is, whatever it is like. If it was
    /// edited, that has to be taken back, and what was accepted of it is so still.
    pub(crate) fn about(&self, migration: &Migration, finding: Finding) -> Finding {
        let shipped = self.history.as_ref().ok().and_then(|history| history.shipped.get(&migration.name));
        let released = shipped.is_some_and(|shipped| shipped == migration.sql.as_bytes());
        let sha256 = shipped.map_or_else(|| migration.checksum(), |shipped| sha256(shipped));
        Finding { released, about: Some(About { name: migration.name.clone(), sha256 }), ..finding }
    }

    /// The command that renames something of the checkout. Git only moves what it knows.
    pub(crate) fn rename(&self, from: &Path, to: &Path) -> anyhow::Result<String> {
        let is_tracked = match &self.history {
            Ok(history) => history.git.is_tracked(from)?,
            Err(_) => true,
        };
        let command = if is_tracked { "git mv" } else { "mv" };
        Ok(format!("{command} {} {}", quoted(from), quoted(to)))
    }

    /// The migrations that the base does not have.
    pub(crate) fn new_migrations(&self) -> anyhow::Result<Vec<&Migration>> {
        let shipped = &self.history()?.shipped;
        Ok(self.folder.migrations().iter().filter(|migration| !shipped.contains_key(&migration.name)).collect())
    }
}

impl History {
    fn read(workspace: &Checkout, base: Option<&str>) -> anyhow::Result<Result<Self, NoBase>> {
        let settings = &workspace.settings;
        let Some(git) = Git::find(workspace.root.dir())? else { return Ok(Err(NoBase::NoGit)) };
        let found = match base {
            Some(base) => Base::named(&git, base)?,
            None => Base::find(&git, settings.base.as_deref())?,
        };
        let base = match found {
            Ok(base) => base,
            Err(why) => return Ok(Err(why)),
        };
        let migration = |path: &std::path::Path| {
            let is_script = path.file_name().is_some_and(|name| name == SCRIPT_FILE);
            let folder = path.strip_prefix(&settings.folder).ok()?.parent()?.to_str()?;
            (is_script && !folder.is_empty() && !folder.contains('/')).then(|| folder.to_owned())
        };
        let shipped = git
            .files(&base.merge_base, &settings.folder)?
            .into_iter()
            .filter_map(|(path, content)| Some((migration(&path)?, content)))
            .collect();
        let newest = git.names(&base.name, &settings.folder)?.iter().filter_map(|path| migration(path)).max();
        Ok(Ok(Self { git, base, shipped, newest }))
    }
}
