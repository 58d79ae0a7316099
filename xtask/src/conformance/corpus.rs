//! The files of recorded answers: one JSON object a line, perhaps xz-compressed.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
};

use anyhow::Context;
use fs_err::File;
use lzma_rust2::XzReader;
use prisma_schema::Flavour;
use serde::Deserialize;

/// A file of cases, read line by line.
pub(crate) struct Corpus {
    name: String,
    lines: Box<dyn BufRead>,
}

/// A question and what is recorded as its answer.
#[derive(Debug, Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    #[serde(flatten)]
    pub(crate) question: Question,
}

/// What is asked. Each kind is known by its fields.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Question {
    /// Which diagnostics does the schema get?
    Validate { schema: String, ok: bool, diagnostics: Vec<RecordedDiagnostic> },
    /// Which SQL leads from the database that `setup` makes to the schema?
    Live { setup: String, to: String, sql: String },
    /// Which SQL leads from the first `k` migrations of LiteLLM to its schema?
    Prefix { k: usize, sql: String },
    /// Which SQL leads from one schema, or from nothing, to another?
    Schemas {
        from: Option<String>,
        to: String,
        #[serde(flatten)]
        answers: RecordedAnswers,
    },
}

/// What Prisma 6 and Prisma 7 say.
#[derive(Debug, Deserialize)]
pub(crate) struct RecordedAnswers {
    sql: Option<String>,
    sql7: Option<String>,
    #[serde(default)]
    same7: bool,
    #[serde(default)]
    error: serde_json::Value,
}

/// What a Prisma says.
pub(crate) enum Answer<'a> {
    /// That this SQL is to be run.
    Sql(&'a str),
    /// That a schema is invalid.
    Refused,
}

/// A diagnostic of Prisma's validator, with its place in bytes.
#[derive(Debug, Deserialize)]
pub(crate) struct RecordedDiagnostic {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) text: String,
    pub(crate) is_warning: bool,
}

impl Corpus {
    /// Opens the file at `path`.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path)?;
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        let (name, reader): (_, Box<dyn Read>) = match file_name.strip_suffix(".xz") {
            Some(name) => (name, Box::new(XzReader::new(BufReader::new(file), true))),
            None => (&*file_name, Box::new(file)),
        };
        let name = name.strip_suffix(".jsonl").unwrap_or(name).to_owned();
        Ok(Self { name, lines: Box::new(BufReader::new(reader)) })
    }

    /// The file's name without its endings.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The cases, in order.
    pub(crate) fn cases(self) -> impl Iterator<Item = anyhow::Result<Case>> {
        let Self { name, lines } = self;
        lines.lines().enumerate().map(move |(index, line)| {
            let place = || format!("Line {} of {name} cannot be read.", index + 1);
            serde_json::from_str(&line.with_context(place)?).with_context(place)
        })
    }
}

impl RecordedAnswers {
    /// The answer of this flavour, if it was asked.
    pub(crate) fn of(&self, flavour: Flavour) -> Option<Answer<'_>> {
        let sql = match flavour {
            Flavour::V7 if !self.same7 => &self.sql7,
            _ => &self.sql,
        };
        match sql {
            Some(sql) => Some(Answer::Sql(sql)),
            None if !self.error.is_null() => Some(Answer::Refused),
            None => None,
        }
    }
}
