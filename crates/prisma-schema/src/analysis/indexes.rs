//! `@id`, `@@id`, `@unique`, `@@unique` and `@@index`.

use super::{
    arguments::{ArgumentReader, constant, expected, items, string},
    context::Context,
    draft::{IndexDraft, IndexFieldDraft, KeyDraft, OperatorClassDraft},
    operator_classes,
};
use crate::{
    IndexAlgorithm, SortOrder,
    syntax::{Argument, Arguments, Attribute, Expression, FieldArity},
};

pub(super) fn read_field_id<'a>(model: usize, field: usize, attribute: &'a Attribute<'a>, context: &mut Context<'a>) {
    let mut arguments = ArgumentReader::new(attribute, context);
    let options = FieldOptions::read_named(&mut arguments, attribute, context);
    let map = map_argument(&mut arguments, attribute, context);
    arguments.named("clustered");
    if context.models[model].primary_key.is_some() {
        let span = context.models[model].ast.span;
        context.model_error(model, "At most one field must be marked as the id field with the `@id` attribute.", span);
    } else {
        context.models[model].primary_key =
            Some(KeyDraft { attribute, source_field: Some(field), fields: vec![options.of(field)], name: None, map });
    }
    arguments.finish(context);
}

pub(super) fn read_model_id<'a>(model: usize, attribute: &'a Attribute<'a>, context: &mut Context<'a>) {
    let mut arguments = ArgumentReader::new(attribute, context);
    let list = arguments.required("fields", context);
    let Some(fields) = list.and_then(|list| index_fields(model, list, attribute, Kind::Id, context)) else {
        return;
    };
    let name = name_argument(&mut arguments, attribute, context);
    check_client_name(model, name, attribute, "@@id", context);
    let map = map_argument(&mut arguments, attribute, context);
    arguments.named("clustered");
    arguments.finish(context);
    let optional: Vec<&str> = fields
        .iter()
        .map(|field| &context.models[model].fields[field.field])
        .filter(|field| field.arity() == FieldArity::Optional)
        .map(|field| field.name())
        .collect();
    if !optional.is_empty() {
        let message = format!(
            "The id definition refers to the optional fields {}. ID definitions must reference only required fields.",
            optional.join(", ")
        );
        context.model_error(model, &message, attribute.span);
    }
    if context.models[model].primary_key.is_some() {
        let message = "Each model must have at most one id criteria. You can't have `@id` and `@@id` at the same time.";
        let span = context.models[model].ast.span;
        context.model_error(model, message, span);
        return;
    }
    context.models[model].primary_key = Some(KeyDraft { attribute, source_field: None, fields, name, map });
}

pub(super) fn read_field_unique<'a>(
    model: usize,
    field: usize,
    attribute: &'a Attribute<'a>,
    context: &mut Context<'a>,
) {
    let mut arguments = ArgumentReader::new(attribute, context);
    let options = FieldOptions::read_named(&mut arguments, attribute, context);
    let map = map_argument(&mut arguments, attribute, context);
    arguments.named("clustered");
    let predicate = predicate(&mut arguments, attribute, context);
    arguments.finish(context);
    context.models[model].indexes.push(IndexDraft {
        attribute,
        unique: true,
        source_field: Some(field),
        fields: vec![options.of(field)],
        name: None,
        map,
        algorithm: None,
        predicate,
    });
}

pub(super) fn read_model_index<'a>(
    model: usize,
    attribute: &'a Attribute<'a>,
    unique: bool,
    context: &mut Context<'a>,
) {
    let mut arguments = ArgumentReader::new(attribute, context);
    let list = arguments.required("fields", context);
    let kind = if unique { Kind::Unique } else { Kind::Index };
    let Some(fields) = list.and_then(|list| index_fields(model, list, attribute, kind, context)) else { return };
    let name = name_argument(&mut arguments, attribute, context);
    let map = map_argument(&mut arguments, attribute, context);
    let mut algorithm = None;
    if unique {
        check_client_name(model, name, attribute, "@@unique", context);
    } else {
        if name.is_some() && map.is_some() {
            let message = "The `@@index` attribute accepts the `name` argument as an alias for the `map` argument for \
                           legacy reasons. It does not accept both though. Please use the `map` argument to specify the \
                           database name of the index.";
            context.error_at(attribute, message);
        }
        algorithm = arguments.named("type").and_then(|argument| algorithm_of(argument, attribute, context));
    }
    arguments.named("clustered");
    let predicate = predicate(&mut arguments, attribute, context);
    arguments.finish(context);
    context.models[model].indexes.push(IndexDraft {
        attribute,
        unique,
        source_field: None,
        fields,
        // The old way to name an index.
        map: if unique { map } else { map.or(name) },
        name: if unique { name } else { None },
        algorithm,
        predicate,
    });
}

pub(super) fn read_fulltext<'a>(model: usize, attribute: &'a Attribute<'a>, context: &mut Context<'a>) {
    let mut arguments = ArgumentReader::new(attribute, context);
    if let Some(list) = arguments.required("fields", context) {
        index_fields(model, list, attribute, Kind::Index, context);
    }
    map_argument(&mut arguments, attribute, context);
    arguments.finish(context);
    if !context.configuration.has_feature("fullTextIndex") {
        let message = "You must enable `fullTextIndex` preview feature to be able to define a @@fulltext index.";
        context.attribute_error("@@fulltext", message, attribute.span);
    }
    let message = "Defining fulltext indexes is not supported with the current connector.";
    context.attribute_error("@@fulltext", message, attribute.span);
}

fn algorithm_of<'a>(
    argument: &'a Argument<'a>,
    attribute: &'a Attribute<'a>,
    context: &mut Context<'a>,
) -> Option<IndexAlgorithm> {
    let (name, _) = constant(&argument.value, context)?;
    let found = IndexAlgorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name);
    if found.is_none() {
        context.error_at(attribute, &format!("Unknown index type: {name}."));
    }
    found
}

/// `where: raw("…")`, which Prisma 7 has.
fn predicate<'a>(
    arguments: &mut ArgumentReader<'a>,
    attribute: &'a Attribute<'a>,
    context: &mut Context<'a>,
) -> Option<String> {
    if !context.flavour.has_partial_indexes() || !context.configuration.has_feature("partialIndexes") {
        return None;
    }
    let argument = arguments.named("where")?;
    match &argument.value {
        Expression::Function("raw", raw, _) if raw.list.len() == 1 => {
            string(&raw.list[0].value, context).map(|(text, _)| text.to_owned())
        }
        _ => {
            context.error_at(attribute, "The `where` argument must be `raw(\"…\")` with a condition in SQL.");
            None
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Id,
    Unique,
    Index,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Unique => "unique index",
            Self::Index => "index",
        }
    }
}

/// The fields that an index names, with what is said of each.
fn index_fields<'a>(
    model: usize,
    list: &'a Argument<'a>,
    attribute: &'a Attribute<'a>,
    kind: Kind,
    context: &mut Context<'a>,
) -> Option<Vec<IndexFieldDraft>> {
    let (mut fields, mut unknown, mut relations) = (Vec::new(), Vec::new(), Vec::new());
    for item in items(&list.value) {
        let (name, options) = match item {
            Expression::Constant(name, _) => (*name, None),
            Expression::Function(name, arguments, _) => (*name, Some(arguments)),
            other => {
                expected("constant literal", other, context);
                return None;
            }
        };
        let Some(field) = context.models[model].find_field(name) else {
            unknown.push(name);
            continue;
        };
        if !context.models[model].fields[field].is_scalar() {
            relations.push(field);
            continue;
        }
        let options = options.map(|arguments| FieldOptions::read_list(arguments, attribute, context));
        fields.push(options.unwrap_or_default().of(field));
    }
    if !unknown.is_empty() {
        let (message, span) = match kind {
            Kind::Id => (
                format!("The multi field id declaration refers to the unknown fields {}.", unknown.join(", ")),
                list.value.span(),
            ),
            _ => (
                format!("The {} definition refers to the unknown fields: {}.", kind.word(), unknown.join(", ")),
                attribute.span,
            ),
        };
        context.model_error(model, &message, span);
        return None;
    }
    if !relations.is_empty() {
        report_relation_fields(model, &relations, attribute, kind, context);
        return None;
    }
    Some(fields)
}

fn report_relation_fields(
    model: usize,
    relations: &[usize],
    attribute: &Attribute<'_>,
    kind: Kind,
    context: &mut Context<'_>,
) {
    let draft = &context.models[model];
    let names: Vec<&str> = relations.iter().map(|&field| draft.fields[field].name()).collect();
    let message = if kind == Kind::Id {
        format!(
            "The id definition refers to the relation fields {}. ID definitions must reference only scalar fields.",
            names.join(", ")
        )
    } else {
        let mut scalars = Vec::new();
        for &field in relations {
            let references = draft.fields[field].relation.as_ref().and_then(|relation| relation.fields.as_deref());
            scalars.extend(references.unwrap_or_default().iter().map(|&field| draft.fields[field].name()));
        }
        let suggestion = if scalars.is_empty() {
            String::new()
        } else {
            format!(" Did you mean `@@{}([{}])`?", attribute.name.name, scalars.join(", "))
        };
        format!(
            "The {} definition refers to the relation fields {}. Index definitions must reference only scalar fields.{suggestion}",
            kind.word(),
            names.join(", ")
        )
    };
    context.model_error(model, &message, attribute.span);
}

/// `sort`, `length` and `ops`.
#[derive(Default)]
struct FieldOptions {
    sort: Option<SortOrder>,
    has_length: bool,
    operator_class: Option<OperatorClassDraft>,
}

impl FieldOptions {
    /// As arguments of `@id` and `@unique`.
    fn read_named<'a>(
        arguments: &mut ArgumentReader<'a>,
        attribute: &'a Attribute<'a>,
        context: &mut Context<'a>,
    ) -> Self {
        let mut options = Self::default();
        for name in ["length", "sort"] {
            if let Some(argument) = arguments.named(name) {
                options.read(name, &argument.value, attribute, context);
            }
        }
        options
    }

    /// As arguments of a field in a list: `field(sort: Desc)`.
    fn read_list<'a>(arguments: &'a Arguments<'a>, attribute: &'a Attribute<'a>, context: &mut Context<'a>) -> Self {
        let mut options = Self::default();
        for argument in &arguments.list {
            let name = argument.name.map_or("", |name| name.name);
            options.read(name, &argument.value, attribute, context);
        }
        options
    }

    fn read<'a>(
        &mut self,
        name: &str,
        value: &'a Expression<'a>,
        attribute: &'a Attribute<'a>,
        context: &mut Context<'a>,
    ) {
        match name {
            "sort" => match constant(value, context) {
                Some(("Asc", _)) => self.sort = Some(SortOrder::Asc),
                Some(("Desc", _)) => self.sort = Some(SortOrder::Desc),
                Some((other, _)) => {
                    let message = format!("The `sort` argument can only be `Asc` or `Desc` you provided: {other}.");
                    context.error_at(attribute, &message);
                }
                None => {}
            },
            "length" => self.has_length = true,
            "ops" => self.operator_class = operator_classes::read(value, attribute, context),
            _ => {}
        }
    }

    fn of(self, field: usize) -> IndexFieldDraft {
        IndexFieldDraft { field, sort: self.sort, has_length: self.has_length, operator_class: self.operator_class }
    }
}

fn name_argument<'a>(
    arguments: &mut ArgumentReader<'a>,
    attribute: &'a Attribute<'a>,
    context: &mut Context<'a>,
) -> Option<&'a str> {
    text_argument("name", arguments, attribute, context)
}

pub(super) fn map_argument<'a>(
    arguments: &mut ArgumentReader<'a>,
    attribute: &'a Attribute<'a>,
    context: &mut Context<'a>,
) -> Option<&'a str> {
    text_argument("map", arguments, attribute, context)
}

fn text_argument<'a>(
    name: &str,
    arguments: &mut ArgumentReader<'a>,
    attribute: &'a Attribute<'a>,
    context: &mut Context<'a>,
) -> Option<&'a str> {
    match string(&arguments.named(name)?.value, context) {
        Some(("", _)) => {
            context.error_at(attribute, &format!("The `{name}` argument cannot be an empty string."));
            None
        }
        text => text.map(|(text, _)| text),
    }
}

/// Names that the client uses become members of its types.
fn check_client_name(
    model: usize,
    name: Option<&str>,
    attribute: &Attribute<'_>,
    what: &str,
    context: &mut Context<'_>,
) {
    let bad = |name: &str| !name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
    if name.is_some_and(bad) {
        let message = format!(
            "The `name` property within the `{what}` attribute only allows for the following characters: `_a-zA-Z0-9`."
        );
        context.model_error(model, &message, attribute.span);
    }
}
