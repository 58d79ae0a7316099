//! Types of fields, and the attributes of fields and models.

use super::{
    arguments::{ArgumentReader, Attributes, string},
    context::{Context, TypeId},
    defaults,
    draft::FieldKind,
    indexes, is_composite, native_types, relation_attribute,
};
use crate::{
    ScalarType, Span, suggest,
    syntax::{Attribute, FieldArity, FieldType, Identifier, ModelKind},
};

/// Finds out what each field holds.
pub(super) fn resolve_types(context: &mut Context<'_>) {
    for model in 0..context.models.len() {
        let ast = context.models[model].ast;
        if is_composite(ast.kind) {
            context.validation_error("Composite types are not supported on Postgres.", ast.span);
        }
        for (field, syntax) in ast.fields.iter().enumerate() {
            let kind = match &syntax.r#type {
                FieldType::Unsupported(text, _) => Some(FieldKind::Unsupported(text)),
                FieldType::Named(name) => resolve_type(name, context),
            };
            if let Some(kind) = kind {
                context.models[model].fields[field].kind = kind;
            }
        }
    }
}

fn resolve_type<'a>(name: &Identifier<'a>, context: &mut Context<'a>) -> Option<FieldKind<'a>> {
    if let Some(scalar) = ScalarType::from_name(name.name) {
        return Some(FieldKind::Scalar(scalar));
    }
    match context.types.get(name.name) {
        Some(&TypeId::Enum(id)) => Some(FieldKind::Enum(id)),
        Some(&TypeId::Model(id)) if is_composite(context.models[id].ast.kind) => Some(FieldKind::Composite(id)),
        Some(&TypeId::Model(id)) => Some(FieldKind::Model(id)),
        None => {
            let message = format!(
                "Type \"{}\" is neither a built-in type, nor refers to another model, custom type, or enum.",
                name.name
            );
            let known = ScalarType::ALL.iter().map(|scalar| scalar.name()).chain(context.types.keys().copied());
            let help = suggest::nearest(name.name, known).map(|nearest| format!("did you mean `{nearest}`?"));
            context.error_with_help(message, name.span, help);
            None
        }
    }
}

/// Reads the attributes of a model's fields, then its own.
pub(super) fn read_model(model: usize, context: &mut Context<'_>) {
    let ast = context.models[model].ast;
    if is_composite(ast.kind) {
        return;
    }
    for field in 0..ast.fields.len() {
        match context.models[model].fields[field].kind {
            FieldKind::Model(_) => read_relation_field(model, field, context),
            FieldKind::Composite(_) => {}
            _ => read_scalar_field(model, field, context),
        }
    }
    let mut attributes = Attributes::new(&ast.attributes);
    if let Some(attribute) = attributes.single("ignore", context) {
        context.models[model].ignored = true;
        ArgumentReader::new(attribute, context).finish(context);
        reject_ignored_fields(model, context);
    }
    if let Some(attribute) = attributes.single("id", context) {
        indexes::read_model_id(model, attribute, context);
    }
    if let Some(attribute) = attributes.single("map", context) {
        context.models[model].database_name = read_map(attribute, context);
    }
    for attribute in attributes.repeated("index") {
        indexes::read_model_index(model, attribute, false, context);
    }
    for attribute in attributes.repeated("unique") {
        indexes::read_model_index(model, attribute, true, context);
    }
    for attribute in attributes.repeated("fulltext") {
        indexes::read_fulltext(model, attribute, context);
    }
    if let Some(attribute) = attributes.single("schema", context) {
        context.models[model].schema = read_schema(attribute, context);
    }
    attributes.finish(context);
}

fn reject_ignored_fields(model: usize, context: &mut Context<'_>) {
    let ast = context.models[model].ast;
    for field in &ast.fields {
        if field.attributes.iter().any(|attribute| attribute.name.name == "ignore") {
            let message = "Fields on an already ignored Model do not need an `@ignore` annotation.";
            context.attribute_error("@ignore", message, field.span);
        }
    }
}

fn read_scalar_field(model: usize, field: usize, context: &mut Context<'_>) {
    let syntax = &context.models[model].ast.fields[field];
    let mut attributes = Attributes::new(&syntax.attributes);
    if let Some(attribute) = attributes.single("map", context) {
        context.models[model].fields[field].database_name = read_map(attribute, context);
    }
    if let Some(attribute) = attributes.single("ignore", context) {
        ArgumentReader::new(attribute, context).finish(context);
        context.models[model].fields[field].ignored = true;
        if matches!(syntax.r#type, FieldType::Unsupported(..)) {
            let message = "Fields of type `Unsupported` cannot take an `@ignore` attribute. They are already treated as \
                           ignored by the client due to their type.";
            context.error_at(attribute, message);
        }
    }
    if let Some(attribute) = attributes.single("relation", context) {
        context.error_at(attribute, "Invalid field type, not a relation.");
        return;
    }
    if let Some(attribute) = attributes.single("id", context) {
        indexes::read_field_id(model, field, attribute, context);
    }
    if let Some(attribute) = attributes.single("updatedAt", context) {
        read_updated_at(model, field, attribute, context);
    }
    if let Some(attribute) = attributes.single("default", context) {
        defaults::read(model, field, attribute, context);
    }
    native_types::read(model, field, &attributes.dotted(), context);
    if let Some(attribute) = attributes.single("unique", context) {
        indexes::read_field_unique(model, field, attribute, context);
    }
    attributes.finish(context);
}

fn read_updated_at<'a>(model: usize, field: usize, attribute: &'a Attribute<'a>, context: &mut Context<'a>) {
    let draft = &mut context.models[model].fields[field];
    draft.updated_at = true;
    let is_date = draft.kind == FieldKind::Scalar(ScalarType::DateTime);
    let is_list = draft.arity() == FieldArity::List;
    if !is_date {
        context.error_at(attribute, "Fields that are marked with @updatedAt must be of type DateTime.");
    }
    if is_list {
        context.error_at(attribute, "Fields that are marked with @updatedAt cannot be lists.");
    }
    ArgumentReader::new(attribute, context).finish(context);
}

fn read_relation_field(model: usize, field: usize, context: &mut Context<'_>) {
    let syntax = &context.models[model].ast.fields[field];
    let mut attributes = Attributes::new(&syntax.attributes);
    context.models[model].fields[field].relation = Some(Default::default());
    if let Some(attribute) = attributes.single("relation", context) {
        relation_attribute::read(model, field, attribute, context);
    }
    if let Some(attribute) = attributes.single("id", context) {
        let name = syntax.name.name;
        let message = format!(
            "The field `{name}` is a relation field and cannot be marked with `@id`. Only scalar fields can be declared as id."
        );
        context.error_at(attribute, &message);
    }
    if let Some(attribute) = attributes.single("ignore", context) {
        ArgumentReader::new(attribute, context).finish(context);
        context.models[model].fields[field].ignored = true;
    }
    if let Some(attribute) = attributes.single("default", context) {
        context.error_at(attribute, "Cannot set a default value on a relation field.");
    }
    if let Some(attribute) = attributes.single("map", context) {
        context.error_at(attribute, "The attribute `@map` cannot be used on relation fields.");
    }
    if let Some(attribute) = attributes.single("unique", context) {
        let underlying =
            context.models[model].fields[field].relation.as_ref().and_then(|relation| relation.fields.as_deref());
        let suggestion = match underlying {
            Some([single]) => {
                format!(" Did you mean to put it on `{}`?", context.models[model].fields[*single].name())
            }
            _ => String::new(),
        };
        let message = format!(
            "The field `{}` is a relation field and cannot be marked with `unique`. Only scalar fields can be made unique.{suggestion}",
            syntax.name.name
        );
        context.error_at(attribute, &message);
    }
    attributes.finish(context);
}

/// `@map("…")` or `@@map("…")`.
pub(super) fn read_map<'a>(attribute: &'a Attribute<'a>, context: &mut Context<'a>) -> Option<&'a str> {
    read_name(attribute, "name", context).map(|(name, _)| name)
}

/// `@@schema("…")`.
pub(super) fn read_schema<'a>(attribute: &'a Attribute<'a>, context: &mut Context<'a>) -> Option<(&'a str, Span)> {
    read_name(attribute, "map", context)
}

fn read_name<'a>(attribute: &'a Attribute<'a>, argument: &str, context: &mut Context<'a>) -> Option<(&'a str, Span)> {
    let mut arguments = ArgumentReader::new(attribute, context);
    let value = arguments.required(argument, context);
    let name = value.and_then(|value| string(&value.value, context));
    arguments.finish(context);
    match name {
        Some(("", _)) => {
            context.error_at(attribute, &format!("The `{argument}` argument cannot be an empty string."));
            None
        }
        name => name,
    }
}

/// Whether rules for models hold; views have fewer.
pub(super) fn is_view(kind: ModelKind) -> bool {
    kind == ModelKind::View
}
