//! The checkout, compared with its base branch.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use migrations::{Folder, Migration, SCRIPT_FILE, sha256};

use super::finding::{About, Finding};
use crate::{
    checkout::{
        Checkout,
        base::{Base, NoBase},
        git::Git,
    },
    replay,
    terminal::shell::quoted,
};

/// A checkout, compared with its base branch.
#[derive(Debug)]
pub(crate) struct Branch<'a> {
    pub(crate) checkout: &'a Checkout,
    pub(crate) folder: Folder,
    /// The migrations of the base branch, or why they are unknown.
    pub(crate) history: Result<History, NoBase>,
}

/// The migrations of the base branch.
#[derive(Debug)]
pub(crate) struct History {
    git: Mutex<Git>,
    pub(crate) base: Base,
    /// The released scripts by the names of their migrations, as of the commit where HEAD left the base branch.
    pub(crate) released: BTreeMap<String, Vec<u8>>,
    /// The name of the newest migration at the tip of the base branch.
    pub(crate) newest: Option<String>,
}

impl<'a> Branch<'a> {
    /// Reads the checkout and compares it with `base`, by default the base branch of the settings, or else origin's default
    /// branch.
    pub(crate) fn read(checkout: &'a Checkout, base: Option<&str>) -> anyhow::Result<Self> {
        let folder = replay::read_folder(&checkout.migrations())?;
        Ok(Self { checkout, folder, history: History::read(checkout, base)? })
    }

    /// The history, or an error that says why it is unknown.
    pub(crate) fn history(&self) -> anyhow::Result<&History> {
        self.history
            .as_ref()
            .map_err(|why| anyhow::anyhow!("The migrations of the base branch cannot be determined: {why}."))
    }

    pub(crate) fn is_released(&self, migration: &Migration) -> bool {
        self.history.as_ref().is_ok_and(|history| history.released.contains_key(&migration.name))
    }

    /// The migrations that the base branch does not have.
    pub(crate) fn new_migrations(&self) -> anyhow::Result<Vec<&Migration>> {
        let released = &self.history()?.released;
        Ok(self.folder.migrations().iter().filter(|migration| !released.contains_key(&migration.name)).collect())
    }

    /// `finding` as a finding about `migration`, so that it can be accepted. An edit of a released migration must be reverted,
    /// so the acceptance is bound to the released text.
    pub(crate) fn about(&self, migration: &Migration, finding: Finding) -> Finding {
        let text = self.history.as_ref().ok().and_then(|history| history.released.get(&migration.name));
        let released = text.is_some_and(|text| text == migration.sql.as_bytes());
        let sha256 = text.map_or_else(|| migration.checksum(), |text| sha256(text));
        Finding { released, about: Some(About { name: migration.name.clone(), sha256 }), ..finding }
    }

    /// The command that renames a path of the checkout: `git mv`, or `mv` for a path that git does not track.
    pub(crate) fn rename_command(&self, from: &Path, to: &Path) -> anyhow::Result<String> {
        let is_tracked = match &self.history {
            Ok(history) => history.git().is_tracked(from)?,
            Err(_) => true,
        };
        let command = if is_tracked { "git mv" } else { "mv" };
        Ok(format!("{command} {} {}", quoted(from), quoted(to)))
    }
}

impl History {
    /// The repository. Checks on several threads take turns.
    pub(crate) fn git(&self) -> MutexGuard<'_, Git> {
        self.git.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(checkout: &Checkout, base: Option<&str>) -> anyhow::Result<Result<Self, NoBase>> {
        let settings = &checkout.settings;
        let Some(git) = Git::find(checkout.root.dir())? else { return Ok(Err(NoBase::NoGit)) };
        let found = match base {
            Some(base) => Base::named(&git, base)?,
            None => Base::find(&git, settings.base.as_deref())?,
        };
        let base = match found {
            Ok(base) => base,
            Err(why) => return Ok(Err(why)),
        };
        let migration = |path: &Path| {
            let is_script = path.file_name().is_some_and(|name| name == SCRIPT_FILE);
            let folder = path.strip_prefix(&settings.folder).ok()?.parent()?.to_str()?;
            (is_script && !folder.is_empty() && !folder.contains('/')).then(|| folder.to_owned())
        };
        let released = git
            .files(&base.merge_base, &settings.folder)?
            .into_iter()
            .filter_map(|(path, content)| Some((migration(&path)?, content)))
            .collect();
        let newest = git.names(&base.name, &settings.folder)?.iter().filter_map(|path| migration(path)).max();
        Ok(Ok(Self { git: Mutex::new(git), base, released, newest }))
    }
}
