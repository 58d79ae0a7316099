//! The names of the checks.

use std::fmt;

use clap::{ValueEnum, builder::PossibleValue};
use serde::{Deserialize, Serialize};

/// The name of a check, in the order in which the checks are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CheckName {
    SchemaCopies,
    Names,
    Order,
    Immutable,
    Replay,
    Drift,
    Rerun,
    Upgrade,
    SecondSchema,
    Lint,
    Impact,
    PackageVersion,
}

impl fmt::Display for CheckName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.pad(value.as_ref().map_or("", PossibleValue::get_name))
    }
}
