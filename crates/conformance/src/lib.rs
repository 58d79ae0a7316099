//! What Prisma's own engine answers: kept in `cases/`, asked again, and searched for differences from ours.
//!
//! The kept cases need nothing but this repository. To ask again, and to search, takes Prisma's engine, which is called the
//! [`oracle`] here.

pub mod case;
mod case_file;
mod compare;
pub mod corpora;
pub mod house;
pub mod oracle;
pub mod ours;
pub mod planted;
pub mod random;
pub mod record;
pub mod succession;

use similar::TextDiff;

/// How two texts differ, each with its name, as `diff -u` writes it.
#[must_use]
pub fn difference((old_name, old): (&str, &str), (new_name, new): (&str, &str)) -> String {
    TextDiff::from_lines(old, new).unified_diff().header(old_name, new_name).to_string()
}
