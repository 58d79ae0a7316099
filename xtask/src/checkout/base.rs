//! The base branch: the branch that HEAD will be merged into.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::checkout::git::{Git, Oid};

/// The branch that HEAD will be merged into.
#[derive(Debug)]
pub(crate) struct Base {
    /// The name of the branch in git, such as `origin/main`.
    pub(crate) name: String,
    /// The newest common commit of the base and HEAD.
    pub(crate) merge_base: Oid,
}

/// The reason why the base is unknown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoBase {
    /// The checkout is not in a git repository.
    NoGit,
    /// The repository has no commits.
    NoCommits,
    /// None of these branches exists.
    NoBranch(Vec<String>),
    /// The branch and HEAD have no common commit, or a shallow clone lacks it.
    Unrelated { name: String, is_shallow: bool },
}

impl Base {
    /// Finds the branch that the settings name, or the default branch of `origin`.
    pub(crate) fn find(git: &Git, wanted: Option<&str>) -> anyhow::Result<Result<Self, NoBase>> {
        if !git.has_commits()? {
            return Ok(Err(NoBase::NoCommits));
        }
        let candidates = match wanted {
            Some(base) => vec![format!("origin/{base}"), base.to_owned()],
            None => ["origin/HEAD", "origin/main", "origin/master", "main", "master"].map(str::to_owned).to_vec(),
        };
        match git.first_branch(&candidates)? {
            Some(name) => Self::at(git, name),
            None => Ok(Err(NoBase::NoBranch(candidates))),
        }
    }

    /// Takes exactly this revision as the base.
    pub(crate) fn named(git: &Git, revision: &str) -> anyhow::Result<Result<Self, NoBase>> {
        if revision.starts_with('-') || git.resolve(&format!("{revision}^{{commit}}"))?.is_none() {
            return Ok(Err(NoBase::NoBranch(vec![revision.to_owned()])));
        }
        Self::at(git, git.full_name(revision)?)
    }

    fn at(git: &Git, name: String) -> anyhow::Result<Result<Self, NoBase>> {
        Ok(match git.merge_base(&name)? {
            Some(merge_base) => Ok(Self { name, merge_base }),
            None => Err(NoBase::Unrelated { name, is_shallow: git.is_shallow()? }),
        })
    }

    /// The files at these paths that changed in the base after the common commit and differ from HEAD.
    pub(crate) fn changes_without_head(&self, git: &Git, paths: &[&Path]) -> anyhow::Result<Vec<PathBuf>> {
        let changed = git.changed(&self.merge_base, &self.name, paths)?;
        if changed.is_empty() {
            return Ok(changed);
        }
        let different = git.changed("HEAD", &self.name, paths)?;
        Ok(changed.into_iter().filter(|path| different.contains(path)).collect())
    }
}

impl fmt::Display for NoBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoGit => f.write_str("the checkout is not in a git repository"),
            Self::NoCommits => f.write_str("the repository has no commits"),
            Self::NoBranch(names) => write!(
                f,
                "none of the branches {} exists. Fetch it: git fetch origin\nOr set `base` in \
                 [workspace.metadata.migrations] of Cargo.toml",
                names.join(", ")
            ),
            Self::Unrelated { name, is_shallow: true } => write!(
                f,
                "the shallow clone lacks the common commit of HEAD and {name}. Fetch the whole history: git fetch \
                 --unshallow"
            ),
            Self::Unrelated { name, is_shallow: false } => {
                write!(f, "HEAD and {name} have no common commit")
            }
        }
    }
}

impl std::error::Error for NoBase {}
