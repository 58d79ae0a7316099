//! Text to syntax tree.
//!
//! The language is one of lines: a block opens at the end of a line, each line in it is a field, a value, a property, an
//! attribute or a comment of its own, and the first line that starts with `}` ends it. A line that cannot be read is
//! reported and passed over, so that one mistake does not hide the next; and since no construct spans lines, no input takes
//! more than linear time.

mod block;
mod cursor;
mod expression;
mod line;
mod string;

pub(crate) use block::parse;

use crate::{Flavour, Source};

/// One file to read, in the language of one version.
pub(crate) struct Input<'a> {
    source: &'a Source,
    file: u32,
    flavour: Flavour,
    /// Where there is a `*/`. Looked for only once, so that a file full of comments that never end takes linear time.
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
