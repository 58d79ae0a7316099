//! Attributes of columns.

use super::{
    arguments::{ArgumentReader, Attributes},
    context::Context,
    defaults,
    draft::{DraftFieldId, FieldKind},
    indexes, native_types,
};
use crate::{ModelId, ScalarType, syntax::FieldArity};

pub(super) fn read(model: ModelId, field: DraftFieldId, context: &mut Context<'_>) {
    let syntax = &context.models[model].ast.fields[field];
    if syntax.attributes.is_empty() {
        return;
    }
    let attributes = Attributes::new(&syntax.attributes);
    if let Some(arguments) = attributes.single("map", &mut context.report) {
        if let Some((map, _)) = arguments.required_string("name", &mut context.report) {
            set_map(model, field, map, context);
        }
        arguments.finish(&mut context.report);
    }
    if let Some(arguments) = attributes.single("ignore", &mut context.report) {
        read_ignore(model, field, arguments, context);
    }
    if let Some(arguments) = attributes.single("relation", &mut context.report) {
        context.report.misused(arguments.attribute, "Invalid field type, not a relation.");
        arguments.finish(&mut context.report);
    }
    if let Some(arguments) = attributes.single("id", &mut context.report) {
        indexes::read_field_id(model, field, arguments, context);
    }
    if let Some(arguments) = attributes.single("updatedAt", &mut context.report) {
        read_updated_at(model, field, arguments, context);
    }
    if let Some(arguments) = attributes.single("default", &mut context.report) {
        defaults::read(model, field, arguments, context);
    }
    let draft = &mut context.models[model].fields[field];
    if let FieldKind::Scalar(_) = draft.kind
        && let Some((attribute, prefix, name)) = attributes.native_type(&mut context.report)
    {
        draft.native_type = Some(Box::new(native_types::read(attribute, prefix, name)));
    }
    if let Some(arguments) = attributes.single("unique", &mut context.report) {
        indexes::read_field_unique(model, field, arguments, context);
    }
    attributes.finish(&mut context.report);
}

fn set_map<'a>(model: ModelId, field: DraftFieldId, map: &'a str, context: &mut Context<'a>) {
    let draft = &mut context.models[model];
    draft.fields[field].map = Some(map);
    let mapped = draft.mapped_names.insert(map, field).is_some();
    // A field with this name is a duplicate too, unless it is mapped to another column.
    let named = draft.find_field(map).is_some_and(|other| {
        let other_draft = &draft.fields[other];
        other != field && other_draft.is_column() && other_draft.map.is_none_or(|other| other == map)
    });
    for _ in 0..usize::from(mapped) + usize::from(named) {
        let ast = draft.ast;
        let (name, word) = (ast.fields[field].name.name, ast.kind.word());
        let message = format!("Field \"{name}\" is already defined on {word} \"{}\".", ast.name.name);
        context.report.error(message, ast.fields[field].span);
    }
}

fn read_ignore<'a>(model: ModelId, field: DraftFieldId, arguments: ArgumentReader<'a>, context: &mut Context<'a>) {
    let draft = &mut context.models[model].fields[field];
    if let FieldKind::Unsupported(_) = draft.kind {
        let message = "Fields of type `Unsupported` cannot take an `@ignore` attribute. They are already treated as \
                       ignored by the client due to their type.";
        context.report.misused(arguments.attribute, message);
    } else {
        draft.ignored = true;
    }
    arguments.finish(&mut context.report);
}

fn read_updated_at<'a>(model: ModelId, field: DraftFieldId, arguments: ArgumentReader<'a>, context: &mut Context<'a>) {
    let draft = &context.models[model].fields[field];
    let (attribute, report) = (arguments.attribute, &mut context.report);
    if draft.kind != FieldKind::Scalar(ScalarType::DateTime) {
        report.misused(attribute, "Fields that are marked with @updatedAt must be of type DateTime.");
    }
    if draft.arity() == FieldArity::List {
        report.misused(attribute, "Fields that are marked with @updatedAt cannot be lists.");
    }
    arguments.finish(report);
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn two_fields_cannot_share_a_column() {
        check(
            r#"
            model A {
              id Int @id
              a Int @map("b")
              b Int
              c Int @updatedAt
              d Int @relation("x")
            }
            "#,
            expect![[r#"
                error: Field "a" is already defined on model "A".
                 --> schema.prisma:3:3
                  |
                3 |   a Int @map("b")
                  |   ^^^^^^^^^^^^^^^

                error: Error parsing attribute "@updatedAt": Fields that are marked with @updatedAt must be of type DateTime.
                 --> schema.prisma:5:9
                  |
                5 |   c Int @updatedAt
                  |         ^^^^^^^^^^

                error: Error parsing attribute "@relation": Invalid field type, not a relation.
                 --> schema.prisma:6:9
                  |
                6 |   d Int @relation("x")
                  |         ^^^^^^^^^^^^^^

                error: No such argument.
                 --> schema.prisma:6:19
                  |
                6 |   d Int @relation("x")
                  |                   ^^^
            "#]],
        );
    }
}
