//! A SQL script as text: its statements, positions in it, quoting, and the error of a failed statement.
//!
//! This crate depends on no other crate and connects to no server.

mod error;
mod quote;
mod script;
mod split;
mod text;

pub use crate::{
    error::{DatabaseError, ScriptError},
    quote::{dollar_quote, identifier, literal},
    script::{Script, SplitScript, Statement, statement_count},
    split::statement_ranges,
    text::{byte_offset, contains_word, line_number},
};
