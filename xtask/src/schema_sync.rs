//! `schema-sync`: make the copies equal to the root schema.

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
    session::Session,
    terminal::{
        exit::Exit,
        output::{BAD, FAINT, GOOD},
        unified_diff::unified_diff,
    },
};

pub(crate) fn run(args: &SchemaSync, session: &Session) -> anyhow::Result<Exit> {
    let (checkout, output) = (&session.checkout()?, &session.output);
    let mut root = schema_copies::read_root(checkout)?;
    let seen_root = root.text.clone();
    if let Some(copy) = &args.adopt {
        root.text = adopted(copy, &root, args.force, checkout)?;
    }
    let name = args.adopt.as_ref().unwrap_or(&root.path).display().to_string();
    schema::data_model(&[Source::new(name, &root.text)], checkout.settings.prisma, output)?;
    if root.text.contains("\r\n") {
        output.note(&windows_line_endings(&root));
    }
    let copies = schema_copies::read_copies(checkout, &root.text)?;
    require_content(&root, &copies)?;

    if args.check {
        output.result(&report(&root, &copies))?;
        output.result(&copies.iter().map(|copy| difference(&root, copy)).collect::<String>())?;
        refuse_edits(&root, &copies, args, &checkout.root)?;
        refuse_differences(&root, &copies, &checkout.root)?;
        return Ok(Exit::Done);
    }

    if !args.force {
        let edited = copies.iter().filter(|copy| copy.state.is_edited());
        output.result(&edited.map(|copy| difference(&root, copy)).collect::<String>())?;
        refuse_edits(&root, &copies, args, &checkout.root)?;
    }
    let different = copies.iter().filter(|copy| copy.state != CopyState::Identical);
    let different = different.map(|copy| (copy.path.as_path(), copy.content.as_deref()));
    let adopting = args.adopt.iter().map(|_| (root.path.as_path(), Some(seen_root.as_bytes())));
    schema_copies::write(checkout, &root.text, &adopting.chain(different).collect::<Vec<_>>())?;
    output.result(&written(&root, &copies))?;
    Ok(Exit::Done)
}

/// An empty root schema is valid, but it would empty every copy. It is more likely an accident of an editor or a merge.
fn require_content(root: &RootSchema, copies: &[SchemaCopy]) -> anyhow::Result<()> {
    let has_text = |copy: &SchemaCopy| copy.content.as_ref().is_some_and(|content| !content.trim_ascii().is_empty());
    if root.text.trim().is_empty() && copies.iter().any(has_text) {
        let path = root.path.display();
        bail!("{path} is empty, and its copies are not. Restore it: git restore {path}");
    }
    Ok(())
}

/// The text of the copy that replaces the root schema.
fn adopted(copy: &Path, root: &RootSchema, force: bool, checkout: &Checkout) -> anyhow::Result<String> {
    let same_file = |path: &Path| fs::canonicalize(path).ok() == fs::canonicalize(copy).ok();
    let known: Vec<_> = checkout.settings.copies.iter().map(|copy| checkout.root.join(copy)).collect();
    let Some(path) = known
        .iter()
        .zip(&checkout.settings.copies)
        .find_map(|(path, name)| (name == copy || same_file(path)).then_some(path))
    else {
        let known: Vec<_> = known.iter().map(|path| path.display().to_string()).collect();
        bail!("{} is not a copy of {}. The copies are: {}.", copy.display(), root.path.display(), known.join(", "));
    };
    if !force && schema_copies::root_is_edited(checkout, root)? {
        bail!(
            "{root} has edits that {copy} would overwrite. Merge the two by hand, commit {root}, or discard its edits: \
             {command}",
            root = root.path.display(),
            copy = path.display(),
            command = checkout.root.command(&format!("schema-sync --adopt {} --force", copy.display())),
        );
    }
    schema_copies::text(path, safe_read::read(path)?)
}

fn windows_line_endings(root: &RootSchema) -> String {
    let path = root.path.display();
    format!(
        "{path} has Windows line endings (CRLF). The copies will have them too. Convert it: sed -i 's/\\r$//' {path}"
    )
}

/// The state and the SHA-256 of each file.
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

/// The state and the SHA-256 of each file after the sync.
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

/// The diff of a copy: from the root to an edited copy, or from an outdated copy to the root.
fn difference(root: &RootSchema, copy: &SchemaCopy) -> String {
    let (root_name, copy_name) = (root.path.display().to_string(), copy.path.display().to_string());
    let Some(content) = &copy.content else { return String::new() };
    let mut text = String::new();
    match (copy.state, std::str::from_utf8(content)) {
        (CopyState::Identical | CopyState::Missing, _) => {}
        (CopyState::LineEndings, _) => {
            let _ = writeln!(text, "\n{copy_name} differs from {root_name} only in line endings (CRLF, LF).");
        }
        (_, Err(_)) => {
            let _ = writeln!(text, "\n{copy_name} is not valid UTF-8. Its differences cannot be shown.");
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
        let state = match copy.state {
            CopyState::EditedInBranch => "in a commit of this branch",
            _ => "and the edit is not committed",
        };
        let _ = writeln!(message, "{} was edited instead of {}, {state}.", copy.path.display(), root.path.display());
    }
    let root = root.path.display();
    if let Some(adopted) = &args.adopt {
        let force = checkout.command(&format!("schema-sync --adopt {} --force", adopted.display()));
        bail!("{message}Merge the edits by hand in {root}.\nOr keep only the edits in {}: {force}", adopted.display());
    }
    bail!(
        "{message}Copy the edit to {root}: {adopt}\nOr discard it: {force}",
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
        "{} of {} copies differ from {}: {}.\nOverwrite them: {}",
        names.len(),
        copies.len(),
        root.path.display(),
        names.join(", "),
        checkout.command("schema-sync")
    );
}
