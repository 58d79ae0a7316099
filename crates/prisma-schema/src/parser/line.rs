//! The lines of a block: fields, values, properties and attributes.

use std::cell::Cell;

use super::{cursor::Cursor, expression, string};
use crate::{
    Diagnostic,
    syntax::{Attribute, EnumValue, Field, FieldArity, FieldType, Property},
};

/// Parses a field. The inner error is for an invalid field; `None` means that the line is no field.
pub(super) fn field<'a>(
    cursor: &mut Cursor<'a>,
    block: &str,
    word: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Result<Field<'a>, Diagnostic>> {
    let start = cursor.at;
    let mut here = *cursor;
    let mut found = Vec::new();
    let name = here.identifier()?;
    here.skip_blanks();
    let colon = here.eat_byte(b':').then(|| here.span(here.at - 1, here.at));
    here.skip_blanks();
    let ty = field_type(&mut here, &mut found);
    let attributes = field_attributes(&mut here, &mut found);
    here.eat_comment();
    if !here.eat_newline() {
        return None;
    }
    *cursor = here;
    let span = here.span_from(start);
    diagnostics.append(&mut found);
    if let Some(colon) = colon {
        return Some(Err(Diagnostic::error("Field declarations don't require a `:`.", colon)));
    }
    Some(match ty {
        None => Err(Diagnostic::error(
            format!(
                "Error validating {word} \"{block}\": This field declaration is invalid. It is either missing a name or a type."
            ),
            span,
        )),
        Some(Err(error)) => Err(error),
        Some(Ok((ty, arity))) => Ok(Field { name, ty, arity, attributes, span }),
    })
}

/// Parses a type with its arity. The inner error is for syntax of earlier versions of the language.
fn field_type<'a>(
    cursor: &mut Cursor<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Result<(FieldType<'a>, FieldArity), Diagnostic>> {
    let start = cursor.at;
    let mut here = *cursor;
    if here.eat_byte(b'[') {
        here.skip_blanks();
        base_type(&mut here, diagnostics)?;
        here.skip_blanks();
        if !here.eat_byte(b']') {
            return None;
        }
        *cursor = here;
        let message = "To specify a list, please use `Type[]` instead of `[Type]`.";
        return Some(Err(Diagnostic::error(message, here.span_from(start))));
    }
    let ty = base_type(&mut here, diagnostics)?;
    *cursor = here;
    here.skip_blanks();
    let mut arity = FieldArity::Required;
    if here.eat("[]") {
        arity = FieldArity::List;
        *cursor = here;
        here.skip_blanks();
        if here.eat_byte(b'?') {
            *cursor = here;
            let message = "Optional lists are not supported. Use either `Type[]` or `Type?`.";
            return Some(Err(Diagnostic::error(message, here.span_from(start))));
        }
    } else if here.eat_byte(b'?') {
        arity = FieldArity::Optional;
        *cursor = here;
    } else if here.eat_byte(b'!') {
        *cursor = here;
        return Some(Err(Diagnostic::error(
            "Fields are required by default, `!` is no longer required.",
            here.span_from(start),
        )));
    }
    Some(Ok((ty, arity)))
}

fn base_type<'a>(cursor: &mut Cursor<'a>, diagnostics: &mut Vec<Diagnostic>) -> Option<FieldType<'a>> {
    let start = cursor.at;
    let mut here = *cursor;
    if here.eat("Unsupported(") {
        here.skip_blanks();
        if let Some((text, _)) = string::string(&mut here, diagnostics) {
            here.skip_blanks();
            if here.eat_byte(b')') {
                *cursor = here;
                return Some(FieldType::Unsupported(text, here.span_from(start)));
            }
        }
    }
    cursor.identifier().map(FieldType::Named)
}

/// Parses a value of an enum.
pub(super) fn enum_value<'a>(cursor: &mut Cursor<'a>, diagnostics: &mut Vec<Diagnostic>) -> Option<EnumValue<'a>> {
    let start = cursor.at;
    let mut here = *cursor;
    let mut found = Vec::new();
    let name = here.identifier()?;
    let attributes = field_attributes(&mut here, &mut found);
    here.eat_comment();
    if !here.eat_newline() {
        return None;
    }
    *cursor = here;
    diagnostics.append(&mut found);
    Some(EnumValue { name, attributes, span: here.span_from(start) })
}

/// Parses `name = value`.
pub(super) fn property<'a>(cursor: &mut Cursor<'a>, diagnostics: &mut Vec<Diagnostic>) -> Option<Property<'a>> {
    let start = cursor.at;
    let mut here = *cursor;
    let name = here.identifier()?;
    here.skip_blanks();
    if !here.eat_byte(b'=') {
        return None;
    }
    here.skip_blanks();
    let mut found = Vec::new();
    let value = expression::expression(&mut here, 0, &mut found);
    let span = here.span_from(start);
    here.skip_blanks();
    here.eat_comment();
    if !here.eat_newline() {
        return None;
    }
    *cursor = here;
    diagnostics.append(&mut found);
    Some(Property { name, value, span })
}

/// Parses `@@name(…)`.
pub(super) fn block_attribute<'a>(cursor: &mut Cursor<'a>, diagnostics: &mut Vec<Diagnostic>) -> Option<Attribute<'a>> {
    let mut here = *cursor;
    let mut found = Vec::new();
    let attribute = attribute(&mut here, "@@", &mut found)?;
    here.skip_blanks();
    here.eat_comment();
    if !here.eat_newline() {
        return None;
    }
    *cursor = here;
    diagnostics.append(&mut found);
    Some(attribute)
}

fn field_attributes<'a>(cursor: &mut Cursor<'a>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Attribute<'a>> {
    let mut attributes = Vec::new();
    cursor.skip_blanks();
    while let Some(attribute) = attribute(cursor, "@", diagnostics) {
        // Most fields have one attribute.
        attributes.reserve_exact(usize::from(attributes.is_empty()));
        attributes.push(attribute);
        cursor.skip_blanks();
    }
    attributes
}

fn attribute<'a>(cursor: &mut Cursor<'a>, sign: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Attribute<'a>> {
    let start = cursor.at;
    let mut here = *cursor;
    if !here.eat(sign) {
        return None;
    }
    here.skip_blanks();
    let name = here.path()?;
    // Prisma's spans include the blanks even if no arguments follow.
    here.skip_blanks();
    let mut found = Vec::new();
    let arguments = expression::arguments(&mut here, 0, &mut found).unwrap_or_default();
    *cursor = here;
    diagnostics.append(&mut found);
    Some(Attribute { name, arguments, span: here.span_from(start), is_read: Cell::new(false) })
}
