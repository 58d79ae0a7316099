//! Compares this workspace with Prisma's own engine.
//!
//! - [`case`] and [`record`]: kept cases, in `cases/`, with the answers of Prisma's engine. They need nothing but this
//!   repository.
//! - [`corpus`]: larger files of recorded answers.
//! - [`random`] and [`releases`]: compare with the engine itself, the [`oracle`].
//! - [`deployable`]: verifies the migrations in house style.
//! - [`planted`] and [`end_to_end`]: run `cargo xtask` on LiteLLM's own history. [`timing`] measures it.

pub mod answers;
pub mod case;
mod case_file;
mod comparison;
pub mod corpus;
pub mod deployable;
pub mod end_to_end;
pub mod oracle;
pub mod planted;
pub mod random;
pub mod record;
pub mod releases;
mod repository;
pub mod timing;

use similar::TextDiff;

/// The difference between two named texts in the format of `diff -u`.
#[must_use]
pub fn difference((old_name, old): (&str, &str), (new_name, new): (&str, &str)) -> String {
    TextDiff::from_lines(old, new).unified_diff().header(old_name, new_name).to_string()
}
