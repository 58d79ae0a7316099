//! The position of the parser in a file, and the smallest pieces of the syntax.

use super::Input;
use crate::{Span, syntax::Identifier};

/// A position in one file. The parser copies it to try an alternative.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    input: &'a Input<'a>,
    text: &'a str,
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(input: &'a Input<'a>) -> Self {
        Self { input, text: &input.source.text, at: 0 }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Whether the version supports objects as values.
    pub(super) fn has_objects(&self) -> bool {
        self.input.flavour.has_partial_indexes()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn at_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub(super) fn span_from(&self, start: usize) -> Span {
        self.span(start, self.at)
    }

    /// Spans count in 32 bits. The parser rejects longer texts before it starts.
    #[expect(clippy::cast_possible_truncation)]
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span { file: self.input.file, start: start as u32, end: end as u32 }
    }

    /// Consumes `literal` if it is next.
    pub(super) fn eat(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal);
        if found {
            self.at += literal.len();
        }
        found
    }

    /// Consumes `byte` if it is next.
    pub(super) fn eat_byte(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Skips tabs and all kinds of spaces, but no line breaks.
    pub(super) fn skip_blanks(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        loop {
            match bytes.get(at) {
                Some(b' ' | b'\t') => at += 1,
                Some(0x80..) => match self.text[at..].chars().next() {
                    Some(wide) if is_space_separator(wide) => at += wide.len_utf8(),
                    _ => break,
                },
                _ => break,
            }
        }
        self.at = at;
    }

    /// Consumes a line break: `\n`, `\r\n` or `\r`.
    pub(super) fn eat_newline(&mut self) -> bool {
        let carriage_return = self.eat_byte(b'\r');
        self.eat_byte(b'\n') || carriage_return
    }

    /// Moves to the end of the line, before its line break.
    pub(super) fn skip_line(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
    }

    /// Consumes a comment: `//` to the end of the line, or `/*` to `*/`.
    pub(super) fn eat_comment(&mut self) -> bool {
        if self.peek() != Some(b'/') {
            return false;
        }
        if self.rest().starts_with("//") {
            self.skip_line();
            return true;
        }
        if !self.rest().starts_with("/*") {
            return false;
        }
        let ends = &self.input.comment_ends;
        let next = ends.partition_point(|&end| end < self.at + 2);
        if let Some(end) = ends.get(next) {
            self.at = end + 2;
        }
        next < ends.len()
    }

    /// Parses a letter or digit, followed by letters, digits, `_` and `-`.
    pub(super) fn identifier(&mut self) -> Option<Identifier<'a>> {
        self.name(ALPHANUMERIC | CONNECTOR)
    }

    /// Parses an identifier that may contain dots.
    pub(super) fn path(&mut self) -> Option<Identifier<'a>> {
        self.name(ALPHANUMERIC | CONNECTOR | DOT)
    }

    /// Parses a name whose bytes after the first are in one of `classes`.
    fn name(&mut self, classes: u8) -> Option<Identifier<'a>> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut at = start;
        let mut allowed = ALPHANUMERIC;
        loop {
            match bytes.get(at) {
                Some(byte) if CLASSES[usize::from(*byte)] & allowed != 0 => at += 1,
                Some(0x80..) => match self.wide_letter(at) {
                    Some(letter) => at += letter.len_utf8(),
                    None => break,
                },
                _ => break,
            }
            allowed = classes;
        }
        self.at = at;
        (at > start).then(|| Identifier { name: &self.text[start..at], span: self.span(start, at) })
    }

    /// Whether a name is next.
    pub(super) fn is_at_name(&self) -> bool {
        self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) || self.wide_letter(self.at).is_some()
    }

    /// The letter outside of ASCII at a position, if names may contain it.
    fn wide_letter(&self, at: usize) -> Option<char> {
        let wide = self.text[at..].chars().next().filter(|character| !character.is_ascii())?;
        (self.input.flavour.has_unicode_names() && wide.is_alphabetic() && !wide.is_numeric()).then_some(wide)
    }
}

const ALPHANUMERIC: u8 = 1;
const CONNECTOR: u8 = 2;
const DOT: u8 = 4;

/// The class of each byte in names.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        if byte.is_ascii_alphanumeric() {
            classes[byte as usize] = ALPHANUMERIC;
        }
        byte += 1;
    }
    classes[b'_' as usize] = CONNECTOR;
    classes[b'-' as usize] = CONNECTOR;
    classes[b'.' as usize] = DOT;
    classes
};

/// Unicode's general category Zs.
fn is_space_separator(character: char) -> bool {
    matches!(character, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}
