//! The branch that HEAD will be merged into.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::checkout::git::{Git, Oid};

/// The branch that HEAD will be merged into.
#[derive(Debug)]
pub(crate) struct Base {
    /// As git names it, such as `origin/main`.
    pub(crate) name: String,
    /// The newest commit of both.
    pub(crate) merge_base: Oid,
}

/// Why it cannot be told what the base has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoBase {
    /// The checkout is in no git repository.
    NoGit,
    /// Nothing was ever committed.
    NoCommits,
    /// None of these branches is there.
    NoBranch(Vec<String>),
    /// The branch has no commit in common with HEAD, or none that was fetched.
    NothingInCommon { name: String, is_shallow: bool },
}

impl Base {
    /// The branch that the settings name, or else origin's default branch.
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

    /// Exactly this revision.
    pub(crate) fn named(git: &Git, revision: &str) -> anyhow::Result<Result<Self, NoBase>> {
        if revision.starts_with('-') || git.resolve(&format!("{revision}^{{commit}}"))?.is_none() {
            return Ok(Err(NoBase::NoBranch(vec![revision.to_owned()])));
        }
        Self::at(git, git.full_name(revision)?)
    }

    fn at(git: &Git, name: String) -> anyhow::Result<Result<Self, NoBase>> {
        Ok(match git.merge_base(&name)? {
            Some(merge_base) => Ok(Self { name, merge_base }),
            None => Err(NoBase::NothingInCommon { name, is_shallow: git.is_shallow()? }),
        })
    }

    /// What the base has changed at these paths since HEAD left it, and HEAD lacks.
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
            Self::NoGit => f.write_str("the checkout is in no git repository"),
            Self::NoCommits => f.write_str("nothing has been committed yet"),
            Self::NoBranch(names) => write!(
                f,
                "there is none of the branches {}. Fetch it: git fetch origin\nOr name it: `base` in \
                 [workspace.metadata.migrations] of Cargo.toml",
                names.join(", ")
            ),
            Self::NothingInCommon { name, is_shallow: true } => write!(
                f,
                "the history that was fetched does not reach to where HEAD left {name}. Fetch all of it: git fetch \
                 --unshallow"
            ),
            Self::NothingInCommon { name, is_shallow: false } => {
                write!(f, "HEAD and {name} have no commit in common")
            }
        }
    }
}

impl std::error::Error for NoBase {}
