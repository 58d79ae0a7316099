//! A kept case: one rule, the smallest input that shows it, and the answers of Prisma's engine.

use std::collections::BTreeMap;

use prisma_schema::Flavour;

/// A Markdown file of cases about one area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFile {
    /// The text above the first case.
    pub introduction: String,
    /// The cases in file order.
    pub cases: Vec<Case>,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The rule in one sentence.
    pub name: String,
    /// Further prose; may be empty.
    pub note: String,
    /// The input.
    pub question: Question,
    /// The answers of Prisma's versions. A version that answers like the version before it has no entry.
    pub answers: BTreeMap<Flavour, Answer>,
}

/// The input of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Which SQL turns one schema into another?
    Schemas {
        /// The starting point; `None` is an empty database.
        before: Option<String>,
        /// The target.
        after: String,
    },
    /// Which SQL turns a database into a schema?
    Database {
        /// SQL that creates the database.
        setup: String,
        /// The oldest major version of PostgreSQL that can run `setup`; `None` if every supported one can.
        since: Option<u32>,
        /// The target.
        after: String,
    },
    /// Which diagnostics does a schema get?
    Validation {
        /// The schema.
        schema: String,
    },
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A SQL script.
    Sql(String),
    /// Diagnostics, [`VALID`] or [`REFUSED`].
    Text(String),
}

/// The answer about SQL if a schema is invalid.
pub const REFUSED: &str = "refused\n";

/// The answer about diagnostics if there are none.
pub const VALID: &str = "valid\n";

impl Case {
    /// The answer of this version of Prisma.
    #[must_use]
    pub fn answer(&self, flavour: Flavour) -> Option<&Answer> {
        self.answers.range(..=flavour).next_back().map(|(_, answer)| answer)
    }

    /// Replaces all answers. An answer that equals the one of the version before is left out.
    pub fn set_answers(&mut self, answers: impl IntoIterator<Item = (Flavour, Answer)>) {
        self.answers.clear();
        for (flavour, answer) in answers {
            if self.answer(flavour) != Some(&answer) {
                self.answers.insert(flavour, answer);
            }
        }
    }
}

impl Question {
    /// The versions of Prisma that can answer. The oracle has no diff of version 5, and version 7 rejects the datasource
    /// of older schemas.
    #[must_use]
    pub fn flavours(&self) -> &'static [Flavour] {
        match self {
            Self::Validation { schema } if has_datasource(schema) => &[Flavour::V5, Flavour::V6],
            Self::Validation { .. } => &[Flavour::V5, Flavour::V6, Flavour::V7],
            Self::Schemas { .. } | Self::Database { .. } => &[Flavour::V6, Flavour::V7],
        }
    }
}

impl Answer {
    /// The answer about SQL if a schema is invalid.
    #[must_use]
    pub fn refused() -> Self {
        Self::Text(REFUSED.to_owned())
    }

    /// The text of the answer.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Sql(text) | Self::Text(text) => text,
        }
    }
}

/// The schema with a datasource at its end, unless it has one. The spans of the schema stay the same.
#[must_use]
pub fn with_datasource(schema: &str, flavour: Flavour) -> String {
    if has_datasource(schema) {
        return schema.to_owned();
    }
    let url = if flavour < Flavour::V7 { "  url      = env(\"DATABASE_URL\")\n" } else { "" };
    format!("{schema}\ndatasource db {{\n  provider = \"postgresql\"\n{url}}}\n")
}

fn has_datasource(schema: &str) -> bool {
    schema.lines().any(|line| line.trim_start().starts_with("datasource "))
}

/// A diagnostic as one line, with the line and column of its byte offsets `start` and `end`. Lines, and columns in bytes,
/// count from 1.
#[must_use]
pub fn diagnostic_line(schema: &str, is_warning: bool, start: usize, end: usize, message: &str) -> String {
    let position = |offset: usize| {
        let before = &schema.as_bytes()[..offset.min(schema.len())];
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count() + 1;
        format!("{line}:{column}")
    };
    let severity = if is_warning { "warning" } else { "error" };
    format!("{severity} {}-{}: {}\n", position(start), position(end), message.trim_end())
}
