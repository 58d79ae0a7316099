//! The problems that checks report.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::check_name::CheckName;

/// A problem that a check reports.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    /// The file or folder.
    pub(crate) path: PathBuf,
    /// The line, counted from one.
    pub(crate) line: Option<usize>,
    /// The column, in characters, counted from one.
    pub(crate) column: Option<usize>,
    /// The violated rule, if the check has several.
    pub(crate) rule: Option<String>,
    /// The object of the database that the finding concerns, such as `LiteLLM_TeamTable.tier`.
    pub(crate) object: Option<String>,
    pub(crate) message: String,
    /// The statement or another text that shows the problem.
    pub(crate) excerpt: Option<String>,
    /// The advice, with a command if one fixes the problem.
    pub(crate) help: String,
    /// The state that an acceptance is bound to; none if the finding cannot be accepted.
    pub(crate) about: Option<About>,
    /// Whether the file is a released migration, which must not change.
    pub(crate) released: bool,
}

/// Whether a finding makes its check fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    Error,
    Warning,
}

/// The state that an acceptance is bound to. Once the state changes, the acceptance is invalid.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct About {
    /// The name of a migration, or the path of the schema.
    pub(crate) name: String,
    /// The SHA-256 of the migration, or of the SQL that leads to the schema.
    pub(crate) sha256: String,
}

impl Finding {
    /// An error about a whole file.
    pub(crate) fn error(path: impl Into<PathBuf>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            path: path.into(),
            line: None,
            column: None,
            rule: None,
            object: None,
            message: message.into(),
            excerpt: None,
            help: help.into(),
            about: None,
            released: false,
        }
    }

    /// The name of the check, with the rule if the check has several: `lint/blocking-index`.
    pub(crate) fn title(&self, check: CheckName) -> String {
        self.rule.as_ref().map_or_else(|| check.to_string(), |rule| format!("{check}/{rule}"))
    }

    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
