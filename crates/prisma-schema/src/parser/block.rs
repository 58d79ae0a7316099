//! Files and their blocks.

use super::{Input, cursor::Cursor, line};
use crate::{
    Diagnostic,
    syntax::{Block, Config, ConfigKind, Enum, Identifier, Model, ModelKind},
};

/// Parses one file.
pub(crate) fn parse<'a>(input: &'a Input<'a>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Block<'a>> {
    let last_brace = input.source.text.rfind('}').unwrap_or_default();
    let mut parser = Parser { cursor: Cursor::new(input), closing: 0, last_brace, diagnostics };
    if u32::try_from(input.source.text.len()).is_err() {
        let message = "Error validating: A schema file of 4 GiB or more cannot be read.";
        parser.diagnostics.push(Diagnostic::error(message, parser.cursor.span_from(0)));
        return Vec::new();
    }
    parser.file()
}

struct Parser<'a, 'd> {
    cursor: Cursor<'a>,
    /// The position of the next line that starts with `}`, from the latest search. Without it, each unclosed block would
    /// search the rest of the file.
    closing: usize,
    /// The position of the last `}` in the file.
    last_brace: usize,
    diagnostics: &'d mut Vec<Diagnostic>,
}

const KEYWORDS: [(&str, Keyword); 6] = [
    ("model", Keyword::Model(ModelKind::Model)),
    ("type", Keyword::Model(ModelKind::Type)),
    ("view", Keyword::Model(ModelKind::View)),
    ("enum", Keyword::Enum),
    (ConfigKind::Datasource.keyword(), Keyword::Config(ConfigKind::Datasource)),
    (ConfigKind::Generator.keyword(), Keyword::Config(ConfigKind::Generator)),
];

#[derive(Clone, Copy)]
enum Keyword {
    Model(ModelKind),
    Enum,
    Config(ConfigKind),
}

impl<'a> Parser<'a, '_> {
    fn file(&mut self) -> Vec<Block<'a>> {
        let mut blocks = Vec::new();
        loop {
            self.cursor.skip_blanks();
            if self.cursor.at_end() {
                return blocks;
            }
            if self.cursor.eat_newline() || self.cursor.eat_comment() {
                continue;
            }
            if let Some(block) = self.block() {
                blocks.push(block);
            } else if !self.type_alias() && !self.unknown_block() {
                let start = self.cursor.at;
                self.cursor.skip_line();
                self.cursor.eat_newline();
                let message =
                    "Error validating: This line is invalid. It does not start with any known Prisma schema keyword.";
                self.diagnostics.push(Diagnostic::error(message, self.cursor.span_from(start)));
            }
        }
    }

    /// Parses a block with a known keyword. The keyword needs no word boundary: `modelA {` is a model `A`.
    fn block(&mut self) -> Option<Block<'a>> {
        let start = self.cursor.at;
        let (word, keyword) = KEYWORDS.into_iter().find(|(word, _)| self.cursor.rest().starts_with(word))?;
        let mut here = self.cursor;
        here.at += word.len();
        here.skip_blanks();
        let name = here.identifier()?;
        self.open(here)?;
        Some(match keyword {
            Keyword::Model(kind) => self.model(start, kind, name),
            Keyword::Enum => self.enum_(start, name),
            Keyword::Config(kind) => self.config(start, kind, name),
        })
    }

    /// Consumes `{` and the rest of its line, if the block has an end.
    fn open(&mut self, mut here: Cursor<'a>) -> Option<()> {
        eat_opening(&mut here)?;
        self.find_closing(here);
        if self.closing == self.cursor.text().len() {
            return None;
        }
        self.cursor = here;
        Some(())
    }

    fn find_closing(&mut self, mut here: Cursor<'a>) {
        if self.closing >= here.at && self.closing > 0 {
            return;
        }
        loop {
            here.skip_blanks();
            if here.peek() == Some(b'}') || here.at_end() {
                break;
            }
            if !here.eat_comment() {
                here.skip_line();
            }
            here.eat_newline();
        }
        self.closing = here.at;
    }

    /// Parses the lines of an open block, including its `}`.
    fn lines(&mut self, invalid: &str, mut line: impl FnMut(&mut Cursor<'a>, &mut Vec<Diagnostic>) -> bool) {
        loop {
            self.cursor.skip_blanks();
            if self.cursor.eat_byte(b'}') || self.cursor.at_end() {
                return;
            }
            if self.cursor.eat_newline() {
                continue;
            }
            if !self.cursor.eat_comment() && !line(&mut self.cursor, self.diagnostics) {
                let start = self.cursor.at;
                self.cursor.skip_line();
                self.cursor.eat_newline();
                self.diagnostics.push(Diagnostic::error(invalid, self.cursor.span_from(start)));
            }
        }
    }

    fn model(&mut self, start: usize, kind: ModelKind, name: Identifier<'a>) -> Block<'a> {
        // Most models have more fields than the four that an empty vector grows to.
        let (mut fields, mut attributes) = (Vec::with_capacity(16), Vec::new());
        let word = if kind == ModelKind::Type { "type" } else { kind.word() };
        let invalid = "Error validating: This line is not a valid field or attribute definition.";
        self.lines(invalid, |cursor, diagnostics| {
            if let Some(field) = line::field(cursor, name.name, word, diagnostics) {
                match field {
                    Ok(field) => fields.push(field),
                    Err(refused) => diagnostics.push(refused),
                }
                return true;
            }
            push(&mut attributes, line::block_attribute(cursor, diagnostics))
        });
        Block::Model(Model { kind, name, fields, attributes, span: self.cursor.span_from(start) })
    }

    fn enum_(&mut self, start: usize, name: Identifier<'a>) -> Block<'a> {
        let (mut values, mut attributes) = (Vec::new(), Vec::new());
        let invalid = "Error validating: This line is not an enum value definition.";
        self.lines(invalid, |cursor, diagnostics| {
            push(&mut values, line::enum_value(cursor, diagnostics))
                || push(&mut attributes, line::block_attribute(cursor, diagnostics))
        });
        Block::Enum(Enum { name, values, attributes, span: self.cursor.span_from(start) })
    }

    fn config(&mut self, start: usize, kind: ConfigKind, name: Identifier<'a>) -> Block<'a> {
        let mut properties = Vec::new();
        let invalid = format!("Error validating: This line is not a valid definition within a {}.", kind.keyword());
        self.lines(&invalid, |cursor, diagnostics| push(&mut properties, line::property(cursor, diagnostics)));
        Block::Config(Config { kind, name, properties, span: self.cursor.span_from(start) })
    }

    /// Reports `type Name = …`, which the language no longer supports.
    fn type_alias(&mut self) -> bool {
        let start = self.cursor.at;
        let mut here = self.cursor;
        if !here.eat("type") {
            return false;
        }
        here.skip_blanks();
        let named = here.identifier().is_some();
        here.skip_blanks();
        if !named || !here.eat_byte(b'=') {
            return false;
        }
        here.skip_blanks();
        if here.identifier().is_none() {
            return false;
        }
        let end = here.rest().find(['\n', '\r']).map_or(here.text().len(), |at| here.at + at);
        let comment = here.text()[here.at..end].find("//").map_or(end, |at| here.at + at);
        here.at = comment;
        let message = "Error validating: Invalid type definition. Please check the documentation in https://pris.ly/d/composite-types";
        self.diagnostics.push(Diagnostic::error(message, here.span_from(start)));
        here.at = end;
        self.cursor = here;
        true
    }

    /// Reports a block with an unknown keyword.
    fn unknown_block(&mut self) -> bool {
        let start = self.cursor.at;
        let mut here = self.cursor;
        if here.identifier().is_none() || eat_opening(&mut here).is_none() || here.at > self.last_brace {
            return false;
        }
        let Some(length) = here.rest().find('}') else { return false };
        self.cursor.at = here.at + length + 1;
        let message = "Error validating: This block is invalid. It does not start with any known Prisma schema keyword. \
                       Valid keywords include 'model', 'enum', 'type', 'datasource' and 'generator'.";
        self.diagnostics.push(Diagnostic::error(message, self.cursor.span_from(start)));
        true
    }
}

/// Adds an item if there is one. Returns whether there is.
fn push<T>(list: &mut Vec<T>, item: Option<T>) -> bool {
    let found = item.is_some();
    list.extend(item);
    found
}

/// Consumes `{` and the rest of its line.
fn eat_opening(here: &mut Cursor<'_>) -> Option<()> {
    here.skip_blanks();
    if !here.eat_byte(b'{') {
        return None;
    }
    here.skip_line();
    here.eat_newline().then_some(())
}
