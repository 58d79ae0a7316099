//! The schema at the root, its copies, and who edited which.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use fs_err as fs;
use migrations::sha256;

use crate::checkout::{Checkout, base::Base, git::Git};

/// The file in git's directory that holds the SHA-256 of what the copies were last made equal to.
const LAST_SYNC: &str = "xtask-schema-sync";

/// The schema that is the source of truth.
#[derive(Debug)]
pub(crate) struct RootSchema {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// A copy of the schema.
#[derive(Debug)]
pub(crate) struct SchemaCopy {
    pub(crate) path: PathBuf,
    /// `None` if there is none yet.
    pub(crate) content: Option<Vec<u8>>,
    pub(crate) state: CopyState,
}

/// A schema that is a symbolic link.
#[derive(Debug)]
pub(crate) struct Linked {
    pub(crate) path: PathBuf,
    /// What is wrong, and why.
    pub(crate) message: String,
    /// The command that mends it.
    pub(crate) help: String,
}

/// How a copy compares to the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CopyState {
    /// The same bytes.
    Identical,
    /// There is none yet.
    Missing,
    /// Only the line endings differ.
    LineEndings,
    /// The root went on, the copy stayed behind.
    Behind,
    /// It was edited instead of the root, and the edit is not committed.
    Edited,
    /// It was edited instead of the root, in a commit of this branch.
    EditedInBranch,
}

impl Linked {
    fn new(path: PathBuf, target: &Path, why: &str, help: String) -> Self {
        let message = format!("{} is a symbolic link to {}. {why}", path.display(), target.display());
        Self { path, message, help }
    }
}

impl fmt::Display for Linked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.message, self.help)
    }
}

impl std::error::Error for Linked {}

impl CopyState {
    /// Whether overwriting the copy would lose somebody's edit.
    pub(crate) fn is_edited(self) -> bool {
        matches!(self, Self::Edited | Self::EditedInBranch)
    }
}

/// Reads the root's schema.
pub(crate) fn read_root(workspace: &Checkout) -> anyhow::Result<RootSchema> {
    let path = workspace.root.join(&workspace.settings.schema);
    match find(&path)? {
        Found::Content(content) => Ok(RootSchema { text: text(&path, content)?, path }),
        Found::Link(target) => {
            let why = "The source of truth must be a file.";
            let shown = path.display();
            let help = format!("Put it in the link's place: cp --remove-destination \"$(realpath {shown})\" {shown}");
            Err(Linked::new(path, &target, why, help).into())
        }
        Found::Nothing => bail!(
            "There is no {}. Run this in a LiteLLM checkout, name one with --root DIR, or say in Cargo.toml where the \
             schema is: `schema` in [workspace.metadata.migrations].",
            path.display()
        ),
    }
}

/// Reads the copies and compares them with the root's text.
pub(crate) fn read_copies(workspace: &Checkout, root: &str) -> anyhow::Result<Vec<SchemaCopy>> {
    workspace.settings.copies.iter().map(|name| read_copy(workspace, root, name)).collect()
}

/// Whether the root's own text is nowhere else: neither in git nor in what the copies were made equal to.
pub(crate) fn root_is_edited(workspace: &Checkout, root: &RootSchema) -> anyhow::Result<bool> {
    let Some(git) = Git::find(workspace.root.dir())? else { return Ok(false) };
    if last_sync(&git)? == Some(sha256(root.text.as_bytes())) {
        return Ok(false);
    }
    let name = &workspace.settings.schema;
    let committed = git.blob("HEAD", name)?;
    Ok(committed.is_some() && committed != Some(git.blob_of(name, root.text.as_bytes())?))
}

/// Gives the files at `paths` the text that the copies shall have.
pub(crate) fn write(workspace: &Checkout, text: &str, paths: Vec<PathBuf>) -> anyhow::Result<()> {
    let files: Vec<_> = paths.into_iter().map(|path| (path, text.as_bytes())).collect();
    atomic_write::replace_files(&files).context("The schemas could not be written. Nothing was changed.")?;
    remember_sync(workspace, text);
    Ok(())
}

/// `content` as text, or why not.
pub(crate) fn text(path: &Path, content: Vec<u8>) -> anyhow::Result<String> {
    String::from_utf8(content).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        anyhow::anyhow!("{} is not UTF-8 from byte {offset} on. Save it as UTF-8.", path.display())
    })
}

fn read_copy(workspace: &Checkout, root: &str, name: &Path) -> anyhow::Result<SchemaCopy> {
    let path = workspace.root.join(name);
    let content = match find(&path)? {
        Found::Content(content) => content,
        Found::Link(target) => {
            let why = "Each package is built from its own schema, so the copy must be a file.";
            let command = workspace.root.command("schema-sync");
            let help = format!("Put one in the link's place: rm {} && {command}", path.display());
            return Err(Linked::new(path, &target, why, help).into());
        }
        Found::Nothing => {
            let folder = workspace.root.join(name.parent().unwrap_or(Path::new("")));
            ensure!(
                folder.as_os_str().is_empty() || folder.is_dir(),
                "There is no folder {} for a copy of the schema. Restore it, name the right checkout with --root DIR, or \
                 say in Cargo.toml where the copies are: `copies` in [workspace.metadata.migrations].",
                folder.display(),
            );
            return Ok(SchemaCopy { path, content: None, state: CopyState::Missing });
        }
    };
    let state = if content == root.as_bytes() {
        CopyState::Identical
    } else if with_unix_line_endings(&content) == with_unix_line_endings(root.as_bytes()) {
        CopyState::LineEndings
    } else {
        how_it_came_to_differ(workspace, name, &content)?
    };
    Ok(SchemaCopy { path, content: Some(content), state })
}

/// Content that the root has had is merely behind. Any other must come from an edit of the copy itself, unless the copy
/// differed before this branch began.
fn how_it_came_to_differ(workspace: &Checkout, name: &Path, content: &[u8]) -> anyhow::Result<CopyState> {
    let Some(git) = Git::find(workspace.root.dir())? else { return Ok(CopyState::Behind) };
    if !git.has_commits()? || last_sync(&git)? == Some(sha256(content)) {
        return Ok(CopyState::Behind);
    }
    let schema = &workspace.settings.schema;
    let blob = git.blob_of(name, content)?;
    if git.blob("HEAD", schema)?.as_ref() == Some(&blob) {
        return Ok(CopyState::Behind);
    }
    let is_committed = git.blob("HEAD", name)?.as_ref() == Some(&blob);
    let Ok(Base { merge_base: base, .. }) = Base::find(&git, workspace.settings.base.as_deref())? else {
        return Ok(if is_committed { CopyState::Behind } else { CopyState::Edited });
    };
    if git.blobs_since(&base, schema)?.contains(&blob) {
        return Ok(CopyState::Behind);
    }
    if !is_committed {
        return Ok(CopyState::Edited);
    }
    Ok(if git.blob(&base, name)? == Some(blob) { CopyState::Behind } else { CopyState::EditedInBranch })
}

/// What is found in place of a schema.
enum Found {
    Nothing,
    Content(Vec<u8>),
    Link(PathBuf),
}

fn find(path: &Path) -> anyhow::Result<Found> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(error.into()),
    };
    if metadata.is_symlink() {
        return Ok(Found::Link(fs::read_link(path)?));
    }
    ensure!(metadata.is_file(), "{} is not a file. Move it out of the way.", path.display());
    Ok(Found::Content(fs::read(path)?))
}

fn with_unix_line_endings(content: &[u8]) -> Vec<u8> {
    let mut unix = Vec::with_capacity(content.len());
    for line in content.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(line) => unix.extend(line.iter().chain(b"\n")),
            None => unix.extend(line),
        }
    }
    unix
}

/// What the copies were last made equal to. Between two commits, git has no trace of it.
fn last_sync(git: &Git) -> anyhow::Result<Option<String>> {
    Ok(fs::read_to_string(git.private_file(LAST_SYNC)?).ok())
}

fn remember_sync(workspace: &Checkout, text: &str) {
    // Where this cannot be written, the next sync asks one question too many.
    if let Ok(Some(git)) = Git::find(workspace.root.dir())
        && let Ok(path) = git.private_file(LAST_SYNC)
    {
        let _ = fs::write(path, sha256(text.as_bytes()));
    }
}
