//! Values, functions and lists of arguments.

use std::cell::Cell;

use super::{cursor::Cursor, string};
use crate::{
    diagnostic::Diagnostic,
    syntax::{Argument, Arguments, Expression},
};

/// The maximum depth of nested functions and lists. Real schemas need two levels.
const MAX_DEPTH: usize = 128;

/// Parses `(…)`. Invalid arguments are not consumed.
pub(super) fn arguments<'a>(
    cursor: &mut Cursor<'a>,
    depth: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Arguments<'a>> {
    let mut here = *cursor;
    if depth > MAX_DEPTH || !here.eat_byte(b'(') {
        return None;
    }
    // Most attributes have one argument, and most functions none.
    let mut arguments =
        Arguments { list: Vec::with_capacity(usize::from(here.peek() != Some(b')'))), ..Arguments::default() };
    here.skip_blanks();
    if argument(&mut here, &mut arguments, depth, diagnostics) {
        loop {
            here.skip_blanks();
            let comma = here.at;
            if !here.eat_byte(b',') {
                break;
            }
            let span = here.span_from(comma);
            here.skip_blanks();
            if !argument(&mut here, &mut arguments, depth, diagnostics) {
                arguments.trailing_comma = Some(span);
                break;
            }
        }
    } else if here.eat_byte(b',') {
        arguments.trailing_comma = Some(here.span(here.at - 1, here.at));
    }
    here.skip_blanks();
    if !here.eat_byte(b')') {
        return None;
    }
    *cursor = here;
    Some(arguments)
}

/// Parses `value`, `name: value` or `name:`.
fn argument<'a>(
    cursor: &mut Cursor<'a>,
    arguments: &mut Arguments<'a>,
    depth: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let start = cursor.at;
    let mut named = *cursor;
    if let Some(name) = named.identifier() {
        named.skip_blanks();
        if named.eat_byte(b':') {
            *cursor = named;
            named.skip_blanks();
            match expression(&mut named, depth, diagnostics) {
                Some(value) => {
                    arguments.list.push(Argument {
                        name: Some(name),
                        value,
                        span: named.span_from(start),
                        is_read: Cell::new(false),
                    });
                    *cursor = named;
                }
                None => arguments.empty.push(name),
            }
            return true;
        }
    }
    match expression(cursor, depth, diagnostics) {
        Some(value) => {
            arguments.list.push(Argument {
                name: None,
                value,
                span: cursor.span_from(start),
                is_read: Cell::new(false),
            });
            true
        }
        None => false,
    }
}

/// Parses one value. An invalid value is not consumed.
pub(super) fn expression<'a>(
    cursor: &mut Cursor<'a>,
    depth: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Expression<'a>> {
    match cursor.peek()? {
        b'"' => string::expression(cursor, diagnostics),
        b'[' => array(cursor, depth, diagnostics),
        b'{' if cursor.has_objects() => object(cursor, depth, diagnostics),
        byte if byte == b'-' || byte.is_ascii_digit() => function_or_number(cursor, depth, diagnostics),
        _ if cursor.is_at_name() => function(cursor, depth, diagnostics).or_else(|| constant(cursor)),
        _ => None,
    }
}

fn array<'a>(cursor: &mut Cursor<'a>, depth: usize, diagnostics: &mut Vec<Diagnostic>) -> Option<Expression<'a>> {
    let start = cursor.at;
    let mut here = *cursor;
    let mut items = Vec::new();
    if depth > MAX_DEPTH || !here.eat_byte(b'[') {
        return None;
    }
    here.skip_blanks();
    if let Some(first) = expression(&mut here, depth + 1, diagnostics) {
        items.push(first);
        loop {
            here.skip_blanks();
            if !here.eat_byte(b',') {
                break;
            }
            here.skip_blanks();
            items.push(expression(&mut here, depth + 1, diagnostics)?);
        }
    }
    if !here.eat_byte(b']') {
        return None;
    }
    *cursor = here;
    Some(Expression::Array(items, here.span_from(start)))
}

/// Parses `{ name: value, … }`.
fn object<'a>(cursor: &mut Cursor<'a>, depth: usize, diagnostics: &mut Vec<Diagnostic>) -> Option<Expression<'a>> {
    let start = cursor.at;
    let mut here = *cursor;
    let mut members = Vec::new();
    if depth > MAX_DEPTH || !here.eat_byte(b'{') {
        return None;
    }
    here.skip_blanks();
    while !here.eat_byte(b'}') {
        if !members.is_empty() {
            if !here.eat_byte(b',') {
                return None;
            }
            here.skip_blanks();
        }
        let name = here.identifier()?;
        here.skip_blanks();
        if !here.eat_byte(b':') {
            return None;
        }
        here.skip_blanks();
        members.push((name, expression(&mut here, depth + 1, diagnostics)?));
        here.skip_blanks();
    }
    *cursor = here;
    Some(Expression::Object(members, here.span_from(start)))
}

fn function_or_number<'a>(
    cursor: &mut Cursor<'a>,
    depth: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Expression<'a>> {
    function(cursor, depth, diagnostics).or_else(|| number(cursor))
}

/// Parses `name(…)`.
fn function<'a>(cursor: &mut Cursor<'a>, depth: usize, diagnostics: &mut Vec<Diagnostic>) -> Option<Expression<'a>> {
    let start = cursor.at;
    let mut here = *cursor;
    let name = here.path()?;
    here.skip_blanks();
    let arguments = arguments(&mut here, depth + 1, diagnostics)?;
    *cursor = here;
    Some(Expression::Function(name.name, Box::new(arguments), here.span_from(start)))
}

fn constant<'a>(cursor: &mut Cursor<'a>) -> Option<Expression<'a>> {
    cursor.path().map(|path| Expression::Constant(path.name, path.span))
}

/// Parses `-?digits[.digits]`.
fn number<'a>(cursor: &mut Cursor<'a>) -> Option<Expression<'a>> {
    let start = cursor.at;
    let mut here = *cursor;
    here.eat_byte(b'-');
    if !digits(&mut here) {
        return None;
    }
    let mut fraction = here;
    if fraction.eat_byte(b'.') && digits(&mut fraction) {
        here = fraction;
    }
    *cursor = here;
    Some(Expression::Number(&here.text()[start..here.at], here.span_from(start)))
}

fn digits(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.at;
    while cursor.peek().is_some_and(|byte| byte.is_ascii_digit()) {
        cursor.at += 1;
    }
    cursor.at > start
}
