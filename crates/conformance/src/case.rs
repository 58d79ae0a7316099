//! A case: one rule, the smallest input that shows it, and what Prisma answers.

use std::collections::BTreeMap;

use prisma_schema::Flavour;

/// All cases about one thing, from one Markdown file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFile {
    /// What stands above the first case.
    pub introduction: String,
    /// The cases, in order.
    pub cases: Vec<Case>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The rule, in words.
    pub name: String,
    /// More words, or none.
    pub note: String,
    /// What is asked.
    pub question: Question,
    /// Prisma's answers, each where it differs from that of the version before.
    pub answers: BTreeMap<Flavour, Answer>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Which SQL leads from one schema to another. `None` is an empty database.
    Schemas {
        /// The schema that is.
        before: Option<String>,
        /// The schema that shall be.
        after: String,
    },
    /// Which SQL leads from a database to a schema.
    Database {
        /// SQL that makes the database.
        setup: String,
        /// The first major version of PostgreSQL that understands it, if that is not every one.
        since: Option<u32>,
        /// The schema that shall be.
        after: String,
    },
    /// What is wrong with a schema.
    Verdict {
        /// The schema.
        schema: String,
    },
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A script.
    Sql(String),
    /// Anything else that can be said.
    Text(String),
}

/// Says of a schema that no SQL leads from or to it.
pub const REFUSED: &str = "refused\n";

impl Case {
    /// What Prisma answers in this version.
    #[must_use]
    pub fn answer(&self, flavour: Flavour) -> Option<&Answer> {
        self.answers.range(..=flavour).next_back().map(|(_, answer)| answer)
    }

    /// Takes over all answers, and keeps those that differ from the one before.
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
    /// The versions that can be asked. There is no diff of version 5, and version 7 does not read a datasource of before.
    #[must_use]
    pub fn flavours(&self) -> &'static [Flavour] {
        match self {
            Self::Verdict { schema } if has_datasource(schema) => &[Flavour::V5, Flavour::V6],
            Self::Verdict { .. } => &[Flavour::V5, Flavour::V6, Flavour::V7],
            Self::Schemas { .. } | Self::Database { .. } => &[Flavour::V6, Flavour::V7],
        }
    }
}

impl Answer {
    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Sql(text) | Self::Text(text) => text,
        }
    }
}

/// The schema with a datasource behind it, unless it has one. Spans are not moved by that.
#[must_use]
pub fn with_datasource(schema: &str, flavour: Flavour) -> String {
    if has_datasource(schema) {
        return schema.to_owned();
    }
    let url = if flavour < Flavour::V7 { "  url      = env(\"DATABASE_URL\")\n" } else { "" };
    format!("{schema}\ndatasource db {{\n  provider = \"postgresql\"\n{url}}}\n")
}

fn has_datasource(schema: &str) -> bool {
    schema.lines().any(|line| line.starts_with("datasource "))
}

/// What is said about a place in a schema, in one line. Places are lines and bytes, both counted from one.
#[must_use]
pub fn remark(schema: &str, is_warning: bool, start: usize, end: usize, message: &str) -> String {
    let place = |offset: usize| {
        let before = &schema.as_bytes()[..offset.min(schema.len())];
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count() + 1;
        format!("{line}:{column}")
    };
    let severity = if is_warning { "warning" } else { "error" };
    format!("{severity} {}-{}: {}\n", place(start), place(end), message.trim_end())
}

/// What is said about a schema that nothing is wrong with.
pub const VALID: &str = "valid\n";
