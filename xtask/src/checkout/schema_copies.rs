//! The root schema, its copies, and whether a copy was edited.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use atomic_write::Replacement;
use fs_err as fs;
use migrations::sha256;

use crate::checkout::{
    Checkout,
    base::Base,
    git::{Git, Oid},
};

/// The file in the git directory that holds the SHA-256 of the last synced schema.
const LAST_SYNC: &str = "xtask-schema-sync";

/// The root schema: the source of truth.
#[derive(Debug)]
pub(crate) struct RootSchema {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// A copy of the schema.
#[derive(Debug)]
pub(crate) struct SchemaCopy {
    pub(crate) path: PathBuf,
    /// `None` if the file does not exist.
    pub(crate) content: Option<Vec<u8>>,
    pub(crate) state: CopyState,
}

/// The error for a schema file that is a symbolic link.
#[derive(Debug)]
pub(crate) struct LinkedSchema {
    pub(crate) path: PathBuf,
    /// The error and its reason.
    pub(crate) message: String,
    /// The command that fixes it.
    pub(crate) help: String,
}

/// The state of a copy compared with the root schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CopyState {
    /// The same bytes.
    Identical,
    /// The file does not exist.
    Missing,
    /// Only the line endings differ.
    LineEndings,
    /// The copy has an older version of the root schema.
    Behind,
    /// The copy was edited instead of the root. The edit is not committed.
    Edited,
    /// The copy was edited instead of the root, in a commit of this branch.
    EditedInBranch,
}

impl LinkedSchema {
    fn new(path: PathBuf, target: &Path, why: &str, help: String) -> Self {
        let message = format!("{} is a symbolic link to {}. {why}", path.display(), target.display());
        Self { path, message, help }
    }
}

impl fmt::Display for LinkedSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.message, self.help)
    }
}

impl std::error::Error for LinkedSchema {}

impl CopyState {
    /// Whether overwriting the copy would lose an edit.
    pub(crate) fn is_edited(self) -> bool {
        matches!(self, Self::Edited | Self::EditedInBranch)
    }
}

/// Reads the root schema.
pub(crate) fn read_root(checkout: &Checkout) -> anyhow::Result<RootSchema> {
    let path = checkout.root.join(&checkout.settings.schema);
    match read_file(&path)? {
        SchemaFile::Content(content) => Ok(RootSchema { text: text(&path, content)?, path }),
        SchemaFile::Link(target) => {
            let why = "The root schema must be a regular file.";
            let shown = path.display();
            let help =
                format!("Replace the link with the file: cp --remove-destination \"$(realpath {shown})\" {shown}");
            Err(LinkedSchema::new(path, &target, why, help).into())
        }
        SchemaFile::Missing => bail!(
            "{} does not exist. Run the command in a LiteLLM checkout, pass --root DIR, or set `schema` in \
             [workspace.metadata.migrations] of Cargo.toml.",
            path.display()
        ),
    }
}

/// Reads the copies and compares them with the text of the root schema.
pub(crate) fn read_copies(checkout: &Checkout, root: &str) -> anyhow::Result<Vec<SchemaCopy>> {
    checkout.settings.copies.iter().map(|name| read_copy(checkout, root, name)).collect()
}

/// Whether the root schema has an edit that neither HEAD nor the last sync has.
pub(crate) fn root_is_edited(checkout: &Checkout, root: &RootSchema) -> anyhow::Result<bool> {
    let Some(git) = Git::find(checkout.root.dir())? else { return Ok(false) };
    if last_sync(&git)? == Some(sha256(root.text.as_bytes())) {
        return Ok(false);
    }
    let name = &checkout.settings.schema;
    let committed = git.blob("HEAD", name)?;
    let blobs = possible_blobs(&git, root.text.as_bytes())?;
    Ok(committed.is_some_and(|committed| !blobs.contains(&committed)))
}

/// Writes `text` to all of `files`, given with the content that was read, or to none of them.
pub(crate) fn write(checkout: &Checkout, text: &str, files: &[(&Path, Option<&[u8]>)]) -> anyhow::Result<()> {
    let files: Vec<_> = files.iter().map(|&(path, seen)| Replacement { path, seen, new: text.as_bytes() }).collect();
    atomic_write::replace_seen_files(&files).context("The schemas could not be written. No file was changed.")?;
    remember_sync(checkout, text);
    Ok(())
}

/// Decodes `content` as UTF-8.
pub(crate) fn text(path: &Path, content: Vec<u8>) -> anyhow::Result<String> {
    String::from_utf8(content).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        anyhow::anyhow!("{} is not valid UTF-8 at byte {offset}. Save it as UTF-8.", path.display())
    })
}

fn read_copy(checkout: &Checkout, root: &str, name: &Path) -> anyhow::Result<SchemaCopy> {
    let path = checkout.root.join(name);
    let content = match read_file(&path)? {
        SchemaFile::Content(content) => content,
        SchemaFile::Link(target) => {
            let why = "Each package is built from its own schema, so the copy must be a regular file.";
            let command = checkout.root.command("schema-sync");
            let help = format!("Replace the link with a file: rm {} && {command}", path.display());
            return Err(LinkedSchema::new(path, &target, why, help).into());
        }
        SchemaFile::Missing => {
            let folder = checkout.root.join(name.parent().unwrap_or(Path::new("")));
            ensure!(
                folder.as_os_str().is_empty() || folder.is_dir(),
                "The folder {} of a schema copy does not exist. Restore it, pass --root DIR, or set `copies` in \
                 [workspace.metadata.migrations] of Cargo.toml.",
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
        classify_difference(checkout, name, &content)?
    };
    Ok(SchemaCopy { path, content: Some(content), state })
}

/// A copy with an earlier version of the root schema is behind. Any other content comes from an edit of the copy, unless the
/// copy already differed when this branch began.
fn classify_difference(checkout: &Checkout, name: &Path, content: &[u8]) -> anyhow::Result<CopyState> {
    let Some(git) = Git::find(checkout.root.dir())? else { return Ok(CopyState::Behind) };
    if !git.has_commits()? || last_sync(&git)? == Some(sha256(content)) {
        return Ok(CopyState::Behind);
    }
    let schema = &checkout.settings.schema;
    let blobs = possible_blobs(&git, content)?;
    let is_content_of = |blob: Option<Oid>| blob.is_some_and(|blob| blobs.contains(&blob));
    if is_content_of(git.blob("HEAD", schema)?) {
        return Ok(CopyState::Behind);
    }
    let is_committed = is_content_of(git.blob("HEAD", name)?);
    let Ok(Base { merge_base: base, .. }) = Base::find(&git, checkout.settings.base.as_deref())? else {
        return Ok(if is_committed { CopyState::Behind } else { CopyState::Edited });
    };
    if git.blobs_since(&base, schema)?.into_iter().any(|blob| is_content_of(Some(blob))) {
        return Ok(CopyState::Behind);
    }
    if !is_committed {
        return Ok(CopyState::Edited);
    }
    Ok(if is_content_of(git.blob(&base, name)?) { CopyState::Behind } else { CopyState::EditedInBranch })
}

/// The blobs that Git can have for `content`: with its own line endings, or with LF, as `core.autocrlf` commits them.
fn possible_blobs(git: &Git, content: &[u8]) -> anyhow::Result<Vec<Oid>> {
    let unix = with_unix_line_endings(content);
    let mut blobs = vec![git.blob_of(content)?];
    if unix != content {
        blobs.push(git.blob_of(&unix)?);
    }
    Ok(blobs)
}

/// A schema file on disk.
enum SchemaFile {
    Missing,
    Content(Vec<u8>),
    Link(PathBuf),
}

fn read_file(path: &Path) -> anyhow::Result<SchemaFile> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(SchemaFile::Missing),
        Err(error) => return Err(error.into()),
    };
    if metadata.is_symlink() {
        return Ok(SchemaFile::Link(fs::read_link(path)?));
    }
    ensure!(metadata.is_file(), "{} is not a regular file. Move it out of the way.", path.display());
    Ok(SchemaFile::Content(safe_read::read(path)?))
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

/// The SHA-256 of the last synced schema. Git does not know it until the schema is committed.
fn last_sync(git: &Git) -> anyhow::Result<Option<String>> {
    Ok(fs::read_to_string(git.private_file(LAST_SYNC)?).ok())
}

fn remember_sync(checkout: &Checkout, text: &str) {
    // Without the file, the next sync may refuse to overwrite a copy that was not edited.
    if let Ok(Some(git)) = Git::find(checkout.root.dir())
        && let Ok(path) = git.private_file(LAST_SYNC)
    {
        let _ = fs::write(path, sha256(text.as_bytes()));
    }
}
