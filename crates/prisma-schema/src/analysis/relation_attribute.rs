//! `@relation`.

use super::{
    arguments::{ArgumentReader, constant, expected, items, string},
    context::Context,
    draft::RelationDraft,
    indexes::map_argument,
};
use crate::{
    ReferentialAction, Span,
    syntax::{Argument, Attribute, Expression},
};

pub(super) fn read<'a>(model: usize, field: usize, attribute: &'a Attribute<'a>, context: &mut Context<'a>) {
    let mut arguments = ArgumentReader::new(attribute, context);
    let mut draft = RelationDraft { attribute: Some(attribute), ..RelationDraft::default() };
    if let Some(argument) = arguments.named("fields") {
        draft.fields = Some(own_fields(model, argument, context));
    }
    if let Some(argument) = arguments.named("references") {
        let Some(related) = context.models[model].fields[field].related_model() else { return };
        draft.references = Some(other_fields(related, argument, attribute, context));
    }
    if let Some(argument) = arguments.default("name", context) {
        draft.name = string(&argument.value, context).map(|(name, _)| name);
        if draft.name == Some("") {
            context.error_at(attribute, "A relation cannot have an empty name.");
        }
    }
    draft.on_delete = action(arguments.named("onDelete"), context);
    draft.on_update = action(arguments.named("onUpdate"), context);
    draft.map = map_argument(&mut arguments, attribute, context);
    context.models[model].fields[field].relation = Some(draft);
    arguments.finish(context);
}

/// `fields: […]`: fields of this model.
fn own_fields<'a>(model: usize, argument: &'a Argument<'a>, context: &mut Context<'a>) -> Vec<usize> {
    let found = resolve(model, &argument.value, context);
    let span = argument.value.span();
    if !found.unknown.is_empty() {
        let message = format!(
            "The argument fields must refer only to existing fields. The following fields do not exist in this model: {}",
            found.unknown.join(", ")
        );
        context.validation_error(&message, span);
    }
    if !found.relations.is_empty() {
        let message = format!(
            "The argument fields must refer only to scalar fields. But it is referencing the following relation fields: {}",
            found.relations.join(", ")
        );
        context.validation_error(&message, span);
    }
    found.scalars
}

/// `references: […]`: fields of the other model.
fn other_fields<'a>(
    related: usize,
    argument: &'a Argument<'a>,
    attribute: &'a Attribute<'a>,
    context: &mut Context<'a>,
) -> Vec<usize> {
    let found = resolve(related, &argument.value, context);
    let name = context.models[related].name();
    if !found.unknown.is_empty() {
        let message = format!(
            "The argument `references` must refer only to existing fields in the related model `{name}`. \
             The following fields do not exist in the related model: {}",
            found.unknown.join(", ")
        );
        context.validation_error(&message, attribute.span);
    }
    if !found.relations.is_empty() {
        let message = format!(
            "The argument `references` must refer only to scalar fields in the related model `{name}`. \
             But it is referencing the following relation fields: {}",
            found.relations.join(", ")
        );
        context.validation_error(&message, attribute.span);
    }
    found.scalars
}

#[derive(Default)]
struct Resolved<'a> {
    scalars: Vec<usize>,
    relations: Vec<&'a str>,
    unknown: Vec<&'a str>,
}

fn resolve<'a>(model: usize, list: &'a Expression<'a>, context: &mut Context<'a>) -> Resolved<'a> {
    let mut found = Resolved::default();
    for item in items(list) {
        let name = match item {
            Expression::Constant(name, _) => *name,
            other => {
                expected("constant literal", other, context);
                continue;
            }
        };
        match context.models[model].find_field(name) {
            None => found.unknown.push(name),
            Some(field) if context.models[model].fields[field].is_scalar() => found.scalars.push(field),
            Some(_) => found.relations.push(name),
        }
    }
    found
}

fn action<'a>(argument: Option<&'a Argument<'a>>, context: &mut Context<'a>) -> Option<(ReferentialAction, Span)> {
    let argument = argument?;
    let (name, span) = constant(&argument.value, context)?;
    let action = match name {
        "Cascade" => ReferentialAction::Cascade,
        "Restrict" => ReferentialAction::Restrict,
        "NoAction" => ReferentialAction::NoAction,
        "SetNull" => ReferentialAction::SetNull,
        "SetDefault" => ReferentialAction::SetDefault,
        other => {
            let message = format!("Invalid referential action: `{other}`");
            context.attribute_error("@relation", &message, span);
            return None;
        }
    };
    Some((action, argument.span))
}
