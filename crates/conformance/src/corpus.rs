//! Corpora: files of cases with the recorded answers of Prisma's engine, one JSON object per line.

pub mod deployable;
pub mod identical;
mod litellm;

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
};

use anyhow::Context as _;
use fs_err::File;
use lzma_rust2::XzReader;
use prisma_schema::Flavour;
use serde::Deserialize;

pub use litellm::LiteLlmCheckout;

/// A corpus file, read line by line. A name that ends in `.xz` is decompressed.
struct Corpus {
    name: String,
    lines: Box<dyn BufRead>,
}

/// A case with its recorded answers.
#[derive(Debug, Deserialize)]
struct RecordedCase {
    id: String,
    #[serde(flatten)]
    input: RecordedInput,
}

/// The input of a case. The fields tell the kinds apart.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum RecordedInput {
    /// Validate `schema`.
    Validate { schema: String, ok: bool, diagnostics: Vec<RecordedDiagnostic> },
    /// Turn the database that `setup` creates into the schema `to`.
    Live { setup: String, to: String, sql: String },
    /// Turn the database after LiteLLM's first `k` migrations into LiteLLM's schema.
    Prefix { k: usize, sql: String },
    /// Turn the schema `from`, or an empty database, into the schema `to`.
    Schemas {
        from: Option<String>,
        to: String,
        #[serde(flatten)]
        answers: RecordedAnswers,
    },
}

/// The answers of Prisma 6 and Prisma 7.
#[derive(Debug, Deserialize)]
struct RecordedAnswers {
    sql: Option<String>,
    sql7: Option<String>,
    /// Whether Prisma 7 gave the answer of Prisma 6.
    #[serde(default)]
    same7: bool,
    #[serde(default)]
    error: serde_json::Value,
}

/// The answer of one version of Prisma.
enum RecordedAnswer<'a> {
    Sql(&'a str),
    /// A schema is invalid.
    Refused,
}

/// A diagnostic of Prisma's validator. `start` and `end` are byte offsets.
#[derive(Debug, Deserialize)]
struct RecordedDiagnostic {
    start: u32,
    end: u32,
    text: String,
    is_warning: bool,
}

impl Corpus {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path)?;
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        let (name, reader): (_, Box<dyn Read>) = match file_name.strip_suffix(".xz") {
            Some(name) => (name, Box::new(XzReader::new(BufReader::new(file), true))),
            None => (&*file_name, Box::new(file)),
        };
        let name = name.strip_suffix(".jsonl").unwrap_or(name).to_owned();
        Ok(Self { name, lines: Box::new(BufReader::new(reader)) })
    }

    /// The cases in file order.
    fn cases(self) -> impl Iterator<Item = anyhow::Result<RecordedCase>> {
        let Self { name, lines } = self;
        lines.lines().enumerate().map(move |(index, line)| {
            let context = || format!("Line {} of {name} cannot be read.", index + 1);
            serde_json::from_str(&line.with_context(context)?).with_context(context)
        })
    }
}

impl RecordedAnswers {
    /// The answer of this flavour. `None` if that Prisma was not asked.
    fn of(&self, flavour: Flavour) -> Option<RecordedAnswer<'_>> {
        let sql = match flavour {
            Flavour::V7 if !self.same7 => &self.sql7,
            _ => &self.sql,
        };
        match sql {
            Some(sql) => Some(RecordedAnswer::Sql(sql)),
            None if !self.error.is_null() => Some(RecordedAnswer::Refused),
            None => None,
        }
    }
}

/// The answer of Prisma 6 for LiteLLM after its first `k` migrations, from the corpus at `path`.
///
/// # Errors
/// The file cannot be read or has no such case.
pub fn prefix_answer(path: &Path, k: usize) -> anyhow::Result<String> {
    for case in Corpus::open(path)?.cases() {
        match case?.input {
            RecordedInput::Prefix { k: found, sql } if found == k => return Ok(sql),
            _ => {}
        }
    }
    anyhow::bail!("{} has no answer for the first {k} migrations.", path.display())
}
