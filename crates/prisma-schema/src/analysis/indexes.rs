//! `@id`, `@@id`, `@unique`, `@@unique`, `@@index` and `@@fulltext`.

use super::{
    arguments::{ArgumentReader, constant, integer},
    context::Context,
    draft::{DraftFieldId, IndexDraft, IndexFieldDraft, IndexKind},
    index_fields::{self, Unresolved},
    predicates,
    reporter::Reporter,
};
use crate::{
    Flavour, IndexAlgorithm, ModelId, SortOrder, Span,
    syntax::{Attribute, FieldArity, Model},
};

pub(super) fn read_field_id<'a>(
    model: ModelId,
    field: DraftFieldId,
    arguments: ArgumentReader<'a>,
    context: &mut Context<'a>,
) {
    let (draft, report) = (&mut context.models[model], &mut context.report);
    if draft.primary_key.is_some() {
        let message = "At most one field must be marked as the id field with the `@id` attribute.";
        report.definition_error(draft.ast, message, draft.ast.span);
    } else {
        let map = arguments.text("map", report);
        let field_draft = read_field_options(field, &arguments, report);
        let has_clustered = arguments.has_clustered(report);
        let key = IndexDraft::new(IndexKind::PrimaryKey, arguments.attribute, Some(field), vec![field_draft], map);
        draft.primary_key = Some(IndexDraft { has_clustered, ..key });
    }
    arguments.finish(report);
}

pub(super) fn read_field_unique<'a>(
    model: ModelId,
    field: DraftFieldId,
    arguments: ArgumentReader<'a>,
    context: &mut Context<'a>,
) {
    let report = &mut context.report;
    let map = arguments.text("map", report);
    let field_draft = read_field_options(field, &arguments, report);
    let has_clustered = arguments.has_clustered(report);
    let attribute = arguments.attribute;
    let predicate = predicates::read(model, &arguments, context);
    arguments.finish(&mut context.report);
    let index = IndexDraft::new(IndexKind::Unique, attribute, Some(field), vec![field_draft], map);
    context.models[model].indexes.push(IndexDraft { has_clustered, predicate, ..index });
}

/// Reads `length` and `sort` of `@id` and `@unique`.
fn read_field_options(field: DraftFieldId, arguments: &ArgumentReader<'_>, report: &mut Reporter) -> IndexFieldDraft {
    let length = arguments.named("length").and_then(|argument| integer(&argument.value, report));
    let sort = arguments.named("sort").and_then(|argument| match constant(&argument.value, report)? {
        "Asc" => Some(SortOrder::Asc),
        "Desc" => Some(SortOrder::Desc),
        other => {
            let message = format!("The `sort` argument can only be `Asc` or `Desc` you provided: {other}.");
            report.misused(arguments.attribute, &message);
            None
        }
    });
    IndexFieldDraft { field, sort, has_length: length.is_some(), operator_class: None }
}

pub(super) fn read_model_id<'a>(model: ModelId, arguments: ArgumentReader<'a>, context: &mut Context<'a>) {
    if let Some(key) = model_id(model, &arguments, context) {
        context.models[model].primary_key = Some(key);
    }
    arguments.finish(&mut context.report);
}

fn model_id<'a>(model: ModelId, arguments: &ArgumentReader<'a>, context: &mut Context<'a>) -> Option<IndexDraft<'a>> {
    let attribute = arguments.attribute;
    let list = arguments.required("fields", &mut context.report)?;
    let fields = index_fields::read(model, &list.value, attribute, false, context);
    let (draft, flavour, report) = (&context.models[model], context.flavour, &mut context.report);
    let fields = match fields {
        Ok(fields) => fields,
        Err(unresolved) => {
            report_id_fields(&unresolved, list.value.span(), attribute, draft.ast, flavour, report);
            return None;
        }
    };
    let is_optional = |field: &DraftFieldId| draft.fields[*field].arity() != FieldArity::Required;
    let optional: Vec<&str> =
        fields.iter().map(|field| field.field).filter(is_optional).map(|field| draft.fields[field].name()).collect();
    let may_be_optional = draft.ignored && flavour.ignored_keys_may_be_optional();
    if !optional.is_empty() && !may_be_optional {
        let message = format!(
            "The id definition refers to the optional {}. ID definitions must reference only required fields.",
            flavour.id_fields(&optional)
        );
        report.definition_error(draft.ast, &message, attribute.span);
    }
    if draft.primary_key.is_some() {
        let message = "Each model must have at most one id criteria. You can't have `@id` and `@@id` at the same time.";
        report.definition_error(draft.ast, message, draft.ast.span);
    }
    let map = arguments.text("map", report);
    let name = arguments.text("name", report);
    check_client_name(name, "@@id", attribute, draft.ast, report);
    let has_clustered = arguments.has_clustered(report);
    Some(IndexDraft { name, has_clustered, ..IndexDraft::new(IndexKind::PrimaryKey, attribute, None, fields, map) })
}

fn report_id_fields(
    unresolved: &Unresolved<'_>,
    list: Span,
    attribute: &Attribute<'_>,
    model: &Model<'_>,
    flavour: Flavour,
    report: &mut Reporter,
) {
    let Unresolved { unknown, relations } = unresolved;
    if !unknown.is_empty() {
        let message = format!("The multi field id declaration refers to the unknown {}.", flavour.id_fields(unknown));
        report.definition_error(model, &message, list);
    }
    if !relations.is_empty() {
        let names: Vec<&str> = relations.iter().map(|&field| model.fields[field].name.name).collect();
        let message = format!(
            "The id definition refers to the relation {}. ID definitions must reference only scalar fields.",
            flavour.id_fields(&names)
        );
        report.definition_error(model, &message, attribute.span);
    }
}

pub(super) fn read_model_index<'a>(
    model: ModelId,
    kind: IndexKind,
    arguments: ArgumentReader<'a>,
    context: &mut Context<'a>,
) {
    let attribute = arguments.attribute;
    let fields = match arguments.required("fields", &mut context.report) {
        Some(list) => index_fields::read(model, &list.value, attribute, true, context).unwrap_or_else(|unresolved| {
            report_index_fields(&unresolved, kind, attribute, model, context);
            Vec::new()
        }),
        None => Vec::new(),
    };
    let (draft, report) = (&context.models[model], &mut context.report);
    let name = if kind == IndexKind::Fulltext { None } else { arguments.text("name", report) };
    let mut map = arguments.text("map", report);
    let mut algorithm = None;
    match kind {
        IndexKind::Unique => check_client_name(name, "@@unique", attribute, draft.ast, report),
        IndexKind::Normal => {
            if name.is_some() && map.is_some() {
                let message = "The `@@index` attribute accepts the `name` argument as an alias for the `map` argument for \
                               legacy reasons. It does not accept both though. Please use the `map` argument to specify the \
                               database name of the index.";
                report.misused(attribute, message);
            }
            // `name` is the deprecated alias of `map`.
            map = map.or(name);
            algorithm = read_algorithm(&arguments, report);
        }
        IndexKind::PrimaryKey | IndexKind::Fulltext => {}
    }
    let has_clustered = kind != IndexKind::Fulltext && arguments.has_clustered(report);
    let predicate = if kind == IndexKind::Fulltext { None } else { predicates::read(model, &arguments, context) };
    arguments.finish(&mut context.report);
    let name = name.filter(|_| kind == IndexKind::Unique);
    let index = IndexDraft::new(kind, attribute, None, fields, map);
    context.models[model].indexes.push(IndexDraft { name, has_clustered, algorithm, predicate, ..index });
}

fn report_index_fields(
    unresolved: &Unresolved<'_>,
    kind: IndexKind,
    attribute: &Attribute<'_>,
    model: ModelId,
    context: &mut Context<'_>,
) {
    let (draft, report) = (&context.models[model], &mut context.report);
    let prefix = if kind == IndexKind::Unique { "unique " } else { "" };
    let Unresolved { unknown, relations } = unresolved;
    if !unknown.is_empty() {
        let message = format!("The {prefix}index definition refers to the unknown fields: {}.", unknown.join(", "));
        report.definition_error(draft.ast, &message, attribute.span);
    }
    if !relations.is_empty() {
        let underlying = relations.iter().flat_map(|&field| draft.fields[field].relation().fields.iter().flatten());
        let suggestion = match draft.names(underlying.copied()) {
            scalars if scalars.is_empty() => String::new(),
            scalars => {
                let attribute = if kind == IndexKind::Unique { "unique" } else { "index" };
                format!(" Did you mean `@@{attribute}([{scalars}])`?")
            }
        };
        let message = format!(
            "The {prefix}index definition refers to the relation fields {}. Index definitions must reference only scalar fields.{suggestion}",
            draft.names(relations.iter().copied())
        );
        report.definition_error(draft.ast, &message, attribute.span);
    }
}

fn read_algorithm(arguments: &ArgumentReader<'_>, report: &mut Reporter) -> Option<IndexAlgorithm> {
    let name = constant(&arguments.named("type")?.value, report)?;
    let found = IndexAlgorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name);
    if found.is_none() {
        report.misused(arguments.attribute, &format!("Unknown index type: {name}."));
    }
    found
}

/// The name becomes a member of a type of Prisma's client.
fn check_client_name(
    name: Option<&str>,
    what: &str,
    attribute: &Attribute<'_>,
    model: &Model<'_>,
    report: &mut Reporter,
) {
    let bad = |name: &str| !name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
    if name.is_some_and(bad) {
        let message = format!(
            "The `name` property within the `{what}` attribute only allows for the following characters: `_a-zA-Z0-9`."
        );
        report.definition_error(model, &message, attribute.span);
    }
}
