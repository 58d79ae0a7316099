//! Reads schema files into a data model.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use fs_err as fs;
use prisma_schema::{DataModel, Flavour, Severity, Source};

use crate::terminal::output::Output;

/// Reads the schema at `path`, a file or a folder of `*.prisma` files.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Source>> {
    if !path.is_dir() {
        return Ok(vec![read_file(path)?]);
    }
    let mut files = fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry.path()))
        .filter(|path| path.as_ref().map_or(true, |path| path.extension().is_some_and(|name| name == "prisma")))
        .collect::<Result<Vec<PathBuf>, _>>()?;
    files.sort();
    ensure!(!files.is_empty(), "{} contains no *.prisma file.", path.display());
    files.iter().map(|path| read_file(path)).collect()
}

/// Validates a schema. Diagnostics go to standard error.
///
/// # Errors
///
/// If the schema is invalid.
pub(crate) fn data_model(sources: &[Source], flavour: Flavour, output: &Output) -> anyhow::Result<DataModel> {
    let (result, diagnostics) = match prisma_schema::data_model(sources, flavour) {
        Ok((data_model, warnings)) => (Some(data_model), warnings),
        Err(diagnostics) => (None, diagnostics),
    };
    output.diagnostics(&prisma_schema::render(&diagnostics, sources, true));
    let Some(data_model) = result else {
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        let names: Vec<_> = sources.iter().map(|source| source.name.as_str()).collect();
        bail!(
            "{} is not a valid schema: {errors} error{}. Correct the schema and run the command again.",
            names.join(", "),
            if errors == 1 { "" } else { "s" }
        );
    };
    Ok(data_model)
}

fn read_file(path: &Path) -> anyhow::Result<Source> {
    let text = safe_read::read(path).context("The schema is not readable.")?;
    let text = String::from_utf8(text).with_context(|| format!("{} is not valid UTF-8.", path.display()))?;
    Ok(Source::new(path.display().to_string(), text))
}
