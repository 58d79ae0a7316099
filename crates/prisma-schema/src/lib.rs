//! Turns Prisma schema text into a validated data model, with diagnostics that point at the line.
//!
//! [`data_model`] supports the whole language for PostgreSQL. It rejects the same schemas as Prisma, with the same messages.
//! `parser` builds the syntax tree, `analysis` turns it into the data model.

mod analysis;
mod data_model;
mod diagnostic;
mod flavour;
mod id;
mod name_hash;
pub mod names;
mod native_type;
mod parser;
mod preview_features;
mod render;
#[cfg(test)]
mod robustness;
mod source;
mod suggest;
mod syntax;
#[cfg(test)]
mod testing;
mod value;

pub use analysis::data_model;
pub use data_model::*;
pub use diagnostic::{Diagnostic, Related, Severity};
pub use flavour::Flavour;
pub use native_type::NativeType;
pub use render::render;
pub use source::{Source, Span};
pub use syntax::FieldArity;
pub use value::{Decimal, Value};
