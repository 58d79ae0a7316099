//! A SQL script as text: where its statements are, how names and strings are quoted, and how a failed statement is reported.
//! This crate knows no server.

mod error;
mod position;
mod quote;
mod split;
mod statements;

pub use crate::{
    error::{DatabaseError, ScriptError},
    position::{byte_offset, line_number},
    quote::{dollar_quote, identifier, literal, mentions},
    split::{SplitScript, Statement, statement_count},
    statements::statements,
};

/// A script: a migration, for example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script<'a> {
    /// The name that messages use.
    pub name: &'a str,
    /// The text.
    pub sql: &'a str,
}
