//! `schema-sync`: the root's schema is the source of truth, and its copies follow.

use std::{fmt::Write, path::Path};

use anyhow::bail;
use fs_err as fs;
use migrations::sha256;
use prisma_schema::Source;

use crate::{
    checkout::{
        Checkout,
        root::Root,
        schema,
        schema_copies::{self, CopyState, RootSchema, SchemaCopy},
    },
    cli::SchemaSync,
    terminal::{
        exit::Exit,
        output::{BAD, FAINT, GOOD, Output},
        unified_diff::unified_diff,
    },
};

pub(crate) fn run(args: &SchemaSync, workspace: &Checkout, output: &Output) -> anyhow::Result<Exit> {
    let mut root = schema_copies::read_root(workspace)?;
    if let Some(copy) = &args.adopt {
        root.text = adopted(copy, &root, args.force, workspace)?;
    }
    let name = args.adopt.as_ref().unwrap_or(&root.path).display().to_string();
    schema::data_model(&[Source::new(name, &root.text)], workspace.settings.prisma, output)?;
    if root.text.contains("\r\n") {
        output.note(&windows_line_endings(&root));
    }
    let copies = schema_copies::read_copies(workspace, &root.text)?;

    if args.check {
        output.result(&report(&root, &copies))?;
        output.result(&copies.iter().map(|copy| difference(&root, copy)).collect::<String>())?;
        refuse_edits(&root, &copies, args, &workspace.root)?;
        refuse_differences(&root, &copies, &workspace.root)?;
        return Ok(Exit::Done);
    }

    if !args.force {
        let edited = copies.iter().filter(|copy| copy.state.is_edited());
        output.result(&edited.map(|copy| difference(&root, copy)).collect::<String>())?;
        refuse_edits(&root, &copies, args, &workspace.root)?;
    }
    let different = copies.iter().filter(|copy| copy.state != CopyState::Identical).map(|copy| copy.path.clone());
    let adopting = args.adopt.iter().map(|_| root.path.clone());
    schema_copies::write(workspace, &root.text, adopting.chain(different).collect())?;
    output.result(&written(&root, &copies))?;
    Ok(Exit::Done)
}

/// The text of the copy that shall become the root's.
fn adopted(copy: &Path, root: &RootSchema, force: bool, workspace: &Checkout) -> anyhow::Result<String> {
    let same_file = |path: &Path| fs::canonicalize(path).ok() == fs::canonicalize(copy).ok();
    let known: Vec<_> = workspace.settings.copies.iter().map(|copy| workspace.root.join(copy)).collect();
    let Some(path) = known
        .iter()
        .zip(&workspace.settings.copies)
        .find_map(|(path, name)| (name == copy || same_file(path)).then_some(path))
    else {
        let known: Vec<_> = known.iter().map(|path| path.display().to_string()).collect();
        bail!("{} is no copy of {}. The copies are: {}.", copy.display(), root.path.display(), known.join(", "));
    };
    if !force && schema_copies::root_is_edited(workspace, root)? {
        bail!(
            "{root} has edits of its own, which would be lost for those in {copy}. Merge the two by hand, commit \
             {root}, or throw its edits away: {command}",
            root = root.path.display(),
            copy = path.display(),
            command = workspace.root.command(&format!("schema-sync --adopt {} --force", copy.display())),
        );
    }
    schema_copies::text(path, fs::read(path)?)
}

fn windows_line_endings(root: &RootSchema) -> String {
    let path = root.path.display();
    format!("{path} has Windows line endings (CRLF), and so will its copies. Convert it: sed -i 's/\\r$//' {path}")
}

/// The state and the checksum of each file, as they are.
fn report(root: &RootSchema, copies: &[SchemaCopy]) -> String {
    let mut lines = line(FAINT, "source", &sha256(root.text.as_bytes()), &root.path);
    for copy in copies {
        let hash = copy.content.as_deref().map_or_else(|| "-".repeat(64), sha256);
        lines += &match copy.state {
            CopyState::Identical => line(GOOD, "in sync", &hash, &copy.path),
            CopyState::Missing => line(BAD, "missing", &hash, &copy.path),
            _ => line(BAD, "differs", &hash, &copy.path),
        };
    }
    lines
}

/// The state and the checksum of each file, after they were written.
fn written(root: &RootSchema, copies: &[SchemaCopy]) -> String {
    let hash = sha256(root.text.as_bytes());
    let mut lines = line(FAINT, "source", &hash, &root.path);
    for copy in copies {
        let state = if copy.state == CopyState::Identical { "in sync" } else { "written" };
        lines += &line(GOOD, state, &hash, &copy.path);
    }
    lines
}

fn line(style: anstyle::Style, state: &str, hash: &str, path: &Path) -> String {
    format!("{style}{state:7}{style:#}  {hash}  {}\n", path.display())
}

/// How a copy differs: for an edit what was done to the copy, otherwise what the copy lacks.
fn difference(root: &RootSchema, copy: &SchemaCopy) -> String {
    let (root_name, copy_name) = (root.path.display().to_string(), copy.path.display().to_string());
    let Some(content) = &copy.content else { return String::new() };
    let mut text = String::new();
    match (copy.state, std::str::from_utf8(content)) {
        (CopyState::Identical | CopyState::Missing, _) => {}
        (CopyState::LineEndings, _) => {
            let _ = writeln!(text, "\n{copy_name} differs from {root_name} in line endings alone (CRLF, LF).");
        }
        (_, Err(_)) => {
            let _ = writeln!(text, "\n{copy_name} is not UTF-8, so that no difference can be shown.");
        }
        (state, Ok(content)) => {
            let (root, copy) = ((root_name.as_str(), root.text.as_str()), (copy_name.as_str(), content));
            let diff = if state.is_edited() { unified_diff(root, copy) } else { unified_diff(copy, root) };
            let _ = write!(text, "\n{diff}");
        }
    }
    text
}

fn refuse_edits(root: &RootSchema, copies: &[SchemaCopy], args: &SchemaSync, checkout: &Root) -> anyhow::Result<()> {
    let edited: Vec<_> = copies.iter().filter(|copy| copy.state.is_edited()).collect();
    let Some(first) = edited.first() else { return Ok(()) };
    let mut message = String::new();
    for copy in &edited {
        let when = match copy.state {
            CopyState::EditedInBranch => "in a commit of this branch",
            _ => "and the edit is not committed",
        };
        let _ = writeln!(message, "{} was edited instead of {}, {when}.", copy.path.display(), root.path.display());
    }
    let root = root.path.display();
    if let Some(adopted) = &args.adopt {
        let force = checkout.command(&format!("schema-sync --adopt {} --force", adopted.display()));
        bail!(
            "{message}Merge the edits by hand in {root}.\nOr throw away all but those in {}: {force}",
            adopted.display()
        );
    }
    bail!(
        "{message}Take the edit over into {root}: {adopt}\nOr throw it away: {force}",
        adopt = checkout.command(&format!("schema-sync --adopt {}", first.path.display())),
        force = checkout.command("schema-sync --force"),
    );
}

fn refuse_differences(root: &RootSchema, copies: &[SchemaCopy], checkout: &Root) -> anyhow::Result<()> {
    let different = copies.iter().filter(|copy| copy.state != CopyState::Identical);
    let names: Vec<_> = different.map(|copy| copy.path.display().to_string()).collect();
    if names.is_empty() {
        return Ok(());
    }
    bail!(
        "{} of {} copies differ from {}: {}.\nMake them equal: {}",
        names.len(),
        copies.len(),
        root.path.display(),
        names.join(", "),
        checkout.command("schema-sync")
    );
}
