//! A place in the text of one file, and the smallest pieces that can be read from there.

use crate::{Span, syntax::Identifier};

/// Reads forward through one file. Copying it is how a choice is taken back.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    file: u32,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, file: u32) -> Self {
        Self { text, at: 0, file }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
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

    /// Spans count in 32 bits; the parser refuses longer texts before it starts.
    #[expect(clippy::cast_possible_truncation)]
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span { file: self.file, start: start as u32, end: end as u32 }
    }

    /// Takes `literal` if it is next.
    pub(super) fn eat(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal);
        if found {
            self.at += literal.len();
        }
        found
    }

    /// Passes over tabs and every kind of space, but no line break.
    pub(super) fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' => self.at += 1,
                0x80.. => match self.rest().chars().next() {
                    Some(wide) if is_space_separator(wide) => self.at += wide.len_utf8(),
                    _ => return,
                },
                _ => return,
            }
        }
    }

    /// Takes a line break: `\n`, `\r\n` or `\r`.
    pub(super) fn eat_newline(&mut self) -> bool {
        self.eat("\n") || self.eat("\r\n") || self.eat("\r")
    }

    /// Goes to the end of the line, before its line break.
    pub(super) fn skip_line(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
    }

    /// Takes a comment that runs to the end of the line, if one is next.
    pub(super) fn eat_comment(&mut self) {
        if self.rest().starts_with("//") {
            self.skip_line();
        }
    }

    /// A letter or digit, then letters, digits, `_` and `-`.
    pub(super) fn identifier(&mut self) -> Option<Identifier<'a>> {
        self.name(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    }

    /// An identifier that may have dots in it.
    pub(super) fn path(&mut self) -> Option<Identifier<'a>> {
        self.name(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    }

    fn name(&mut self, may_follow: impl Fn(u8) -> bool) -> Option<Identifier<'a>> {
        let start = self.at;
        if !self.peek()?.is_ascii_alphanumeric() {
            return None;
        }
        while self.peek().is_some_and(&may_follow) {
            self.at += 1;
        }
        Some(Identifier { name: &self.text[start..self.at], span: self.span_from(start) })
    }
}

/// Unicode's general category Zs.
fn is_space_separator(character: char) -> bool {
    matches!(character, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}
