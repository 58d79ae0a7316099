//! Attributes of models and views.

use super::{
    arguments::{ArgumentReader, Attributes},
    context::Context,
    draft::IndexKind,
    indexes, scalar_fields,
};
use crate::{ModelId, names, syntax::FieldArity};

/// Reads the attributes of a model's columns, then its own.
pub(super) fn read(model: ModelId, context: &mut Context<'_>) {
    let ast = context.models[model].ast;
    for field in context.models[model].field_ids() {
        if context.models[model].fields[field].is_column() {
            scalar_fields::read(model, field, context);
        }
    }
    let attributes = Attributes::new(&ast.attributes);
    if let Some(arguments) = attributes.single("ignore", &mut context.report) {
        context.models[model].ignored = true;
        reject_ignored_fields(model, context);
        arguments.finish(&mut context.report);
    }
    if let Some(arguments) = attributes.single("id", &mut context.report) {
        indexes::read_model_id(model, arguments, context);
    }
    context.models[model].map = attributes.map(&mut context.report);
    context.models[model].schema = attributes.schema(&mut context.report);
    for (name, kind) in [("index", IndexKind::Normal), ("unique", IndexKind::Unique), ("fulltext", IndexKind::Fulltext)]
    {
        for attribute in attributes.repeated(name) {
            if let Some(arguments) = ArgumentReader::new(attribute, &mut context.report) {
                indexes::read_model_index(model, kind, arguments, context);
            }
        }
    }
    check_id_arity(model, context);
    attributes.finish(&mut context.report);
    name_constraints(model, context);
}

fn reject_ignored_fields(model: ModelId, context: &mut Context<'_>) {
    for field in &context.models[model].fields {
        if field.ignored && field.is_column() {
            let message = "Fields on an already ignored Model do not need an `@ignore` annotation.";
            context.report.attribute_error("@ignore", message, field.ast.span);
        }
    }
}

fn check_id_arity(model: ModelId, context: &mut Context<'_>) {
    let draft = &context.models[model];
    if let Some(key) = &draft.primary_key
        && let Some(field) = key.source_field
        && draft.fields[field].arity() != FieldArity::Required
        && !draft.ignored
    {
        context.report.attribute_error("@id", "Fields that are marked as id must be required.", key.attribute.span);
    }
}

/// Names the keys and indexes without `map` after the table and columns.
fn name_constraints(model: ModelId, context: &mut Context<'_>) {
    let draft = &mut context.models[model];
    let table = draft.database_name();
    if let Some(key) = &mut draft.primary_key
        && !key.has_map
    {
        key.database_name = names::primary_key(table).into();
    }
    let mut indexes = std::mem::take(&mut draft.indexes);
    for index in &mut indexes {
        if !index.has_map {
            let columns = draft.columns(index.field_ids());
            let name = if index.kind == IndexKind::Unique { names::unique_index } else { names::index };
            index.database_name = name(table, &columns).into();
        }
    }
    draft.indexes = indexes;
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn an_ignored_model_needs_no_ignored_fields() {
        check(
            r#"
            model A {
              id Int? @id
              a Int @ignore
              @@ignore
            }
            model B {
              id Int? @id
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@ignore": Fields on an already ignored Model do not need an `@ignore` annotation.
                 --> schema.prisma:3:3
                  |
                3 |   a Int @ignore
                  |   ^^^^^^^^^^^^^

                error: Error parsing attribute "@id": Fields that are marked as id must be required.
                 --> schema.prisma:7:11
                  |
                7 |   id Int? @id
                  |           ^^^
            "#]],
        );
    }
}
