//! Schema files and spans of their text.

/// A schema file.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name that diagnostics show, usually the path.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// Creates a source from its name and text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }
}

/// A range of bytes in one of the source files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The number of the source, from 0.
    pub file: u32,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}
