//! Attributes of relation fields: `@relation`, and the ones that are not allowed.

use super::{
    arguments::{ArgumentReader, Attributes, constant, list, string},
    context::Context,
    draft::{ActionDraft, DraftFieldId, RelationDraft},
    reporter::Reporter,
};
use crate::{
    ModelId, ReferentialAction, Span,
    name_hash::NameSet,
    syntax::{Argument, Attribute, Expression},
};

pub(super) fn read(model: ModelId, field: DraftFieldId, context: &mut Context<'_>) {
    let syntax = &context.models[model].ast.fields[field];
    let name = syntax.name.name;
    let attributes = Attributes::new(&syntax.attributes);
    if let Some(arguments) = attributes.single("relation", &mut context.report) {
        read_relation(model, field, arguments, context);
    }
    if let Some(arguments) = attributes.single("id", &mut context.report) {
        let message = format!(
            "The field `{name}` is a relation field and cannot be marked with `@id`. Only scalar fields can be declared as id."
        );
        context.report.misused(arguments.attribute, &message);
    }
    if let Some(arguments) = attributes.single("ignore", &mut context.report) {
        context.models[model].fields[field].ignored = true;
        arguments.finish(&mut context.report);
    }
    if let Some(arguments) = attributes.single("default", &mut context.report) {
        context.report.misused(arguments.attribute, "Cannot set a default value on a relation field.");
    }
    if let Some(arguments) = attributes.single("map", &mut context.report) {
        context.report.misused(arguments.attribute, "The attribute `@map` cannot be used on relation fields.");
        arguments.required("name", &mut context.report);
    }
    if let Some(arguments) = attributes.single("unique", &mut context.report) {
        report_unique(model, field, arguments.attribute, context);
    }
    attributes.finish(&mut context.report);
}

fn read_relation<'a>(model: ModelId, field: DraftFieldId, arguments: ArgumentReader<'a>, context: &mut Context<'a>) {
    let attribute = arguments.attribute;
    let mut draft = RelationDraft { attribute: Some(attribute), ..RelationDraft::NONE };
    if let Some(argument) = arguments.named("fields") {
        let messages = [
            "The argument fields must refer only to existing fields. The following fields do not exist in this model",
            "The argument fields must refer only to scalar fields. But it is referencing the following relation fields",
        ];
        draft.fields = Some(columns((model, argument), attribute, argument.value.span(), messages, context));
    }
    if let Some(argument) = arguments.named("references")
        && let Some(related) = context.models[model].fields[field].related_model()
    {
        let name = context.models[related].name();
        let unknown = format!(
            "The argument `references` must refer only to existing fields in the related model `{name}`. The following fields do not exist in the related model"
        );
        let relations = format!(
            "The argument `references` must refer only to scalar fields in the related model `{name}`. But it is referencing the following relation fields"
        );
        let messages = [unknown.as_str(), &relations];
        draft.references = Some(columns((related, argument), attribute, attribute.span, messages, context));
    }
    let report = &mut context.report;
    if let Ok(argument) = arguments.named_or_unnamed("name") {
        match string(&argument.value, report) {
            Some("") => {
                report.misused(attribute, "A relation cannot have an empty name.");
            }
            name => draft.name = name,
        }
    }
    draft.on_delete = action(arguments.named("onDelete"), report);
    draft.on_update = action(arguments.named("onUpdate"), report);
    draft.map = arguments.text("map", report);
    arguments.finish(report);
    context.models[model].fields[field].relation = Some(Box::new(draft));
}

/// The columns in `fields: […]` or `references: […]`. Empty if any name is invalid.
fn columns<'a>(
    (model, argument): (ModelId, &'a Argument<'a>),
    attribute: &'a Attribute<'a>,
    span: Span,
    [unknown, relations]: [&str; 2],
    context: &mut Context<'a>,
) -> Vec<DraftFieldId> {
    let Some(found) = resolve(model, &argument.value, attribute, context) else { return Vec::new() };
    for (message, names) in [(unknown, &found.unknown), (relations, &found.relations)] {
        if !names.is_empty() {
            context.report.invalid(&format!("{message}: {}", names.join(", ")), span);
        }
    }
    if found.relations.is_empty() && found.unknown.is_empty() { found.columns } else { Vec::new() }
}

#[derive(Default)]
struct Resolved<'a> {
    columns: Vec<DraftFieldId>,
    relations: Vec<&'a str>,
    unknown: Vec<&'a str>,
}

fn resolve<'a>(
    model: ModelId,
    names: &'a Expression<'a>,
    attribute: &'a Attribute<'a>,
    context: &mut Context<'a>,
) -> Option<Resolved<'a>> {
    let names = list(names, &mut context.report, constant)?;
    let mut found = Resolved::default();
    let mut seen = NameSet::default();
    let draft = &context.models[model];
    for name in names {
        match draft.find_field(name) {
            None => found.unknown.push(name),
            Some(field) if !draft.fields[field].is_column() => found.relations.push(name),
            Some(field) if !seen.insert(field) => {
                let message = format!("The unique index definition refers to the field {name} multiple times.");
                context.report.definition_error(draft.ast, &message, attribute.span);
                return None;
            }
            Some(field) => found.columns.push(field),
        }
    }
    Some(found)
}

fn action<'a>(argument: Option<&'a Argument<'a>>, report: &mut Reporter) -> Option<ActionDraft> {
    let argument = argument?;
    let name = constant(&argument.value, report)?;
    let Some(action) = ReferentialAction::from_name(name) else {
        let message = format!("Invalid referential action: `{name}`");
        report.attribute_error("@relation", &message, argument.value.span());
        return None;
    };
    Some(ActionDraft { action, argument: argument.span, value: argument.value.span() })
}

fn report_unique(model: ModelId, field: DraftFieldId, attribute: &Attribute<'_>, context: &mut Context<'_>) {
    let draft = &context.models[model];
    let fields = draft.fields[field].relation().fields.as_deref().unwrap_or_default();
    let suggestion = match fields {
        [] => String::new(),
        [single] => format!(" Did you mean to put it on `{}`?", draft.fields[*single].name()),
        several => format!(" Did you mean to provide `@@unique([{}])`?", draft.names(several.iter().copied())),
    };
    let message = format!(
        "The field `{}` is a relation field and cannot be marked with `unique`. Only scalar fields can be made unique.{suggestion}",
        draft.fields[field].name()
    );
    context.report.misused(attribute, &message);
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn relation_arguments_must_name_columns() {
        check(
            r#"
            model A {
              id Int @id
              bs B[] @unique
            }
            model B {
              id Int @id
              a A @relation(fields: [x], references: [bs], onDelete: Delete)
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@unique": The field `bs` is a relation field and cannot be marked with `unique`. Only scalar fields can be made unique.
                 --> schema.prisma:3:10
                  |
                3 |   bs B[] @unique
                  |          ^^^^^^^

                error: Error validating: The argument fields must refer only to existing fields. The following fields do not exist in this model: x
                 --> schema.prisma:7:25
                  |
                7 |   a A @relation(fields: [x], references: [bs], onDelete: Delete)
                  |                         ^^^

                error: Error validating: The argument `references` must refer only to scalar fields in the related model `A`. But it is referencing the following relation fields: bs
                 --> schema.prisma:7:7
                  |
                7 |   a A @relation(fields: [x], references: [bs], onDelete: Delete)
                  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@relation": Invalid referential action: `Delete`
                 --> schema.prisma:7:58
                  |
                7 |   a A @relation(fields: [x], references: [bs], onDelete: Delete)
                  |                                                          ^^^^^^
            "#]],
        );
    }
}
