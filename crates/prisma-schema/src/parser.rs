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
