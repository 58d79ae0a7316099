//! Parses the text of a schema into the syntax tree.
//!
//! The language is line-based. A block opens at the end of a line. Each line in it is a field, a value, a property, an
//! attribute or a comment. The first line that starts with `}` ends the block. The parser reports an invalid line and skips
//! it, so that one mistake does not hide the next. No construct spans lines, so that parsing takes linear time.

mod block;
mod cursor;
mod expression;
mod line;
mod string;

pub(crate) use block::parse;

use crate::{Flavour, Source};

/// One file, and the version of the language.
pub(crate) struct Input<'a> {
    source: &'a Source,
    file: u32,
    flavour: Flavour,
    /// The positions of all `*/`. One search keeps a file with many unclosed comments in linear time.
    comment_ends: Vec<usize>,
}

impl<'a> Input<'a> {
    pub(crate) fn new(source: &'a Source, file: u32, flavour: Flavour) -> Self {
        let comment_ends = if flavour.has_block_comments() {
            source.text.match_indices("*/").map(|(at, _)| at).collect()
        } else {
            Vec::new()
        };
        Self { source, file, flavour, comment_ends }
    }
}
