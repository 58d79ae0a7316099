//! Resolves the types of fields.

use super::{
    context::{Context, TypeId},
    draft::FieldKind,
};
use crate::{
    ModelId, ScalarType, suggest,
    syntax::{FieldType, Identifier, ModelKind},
};

/// After this many errors, unknown types get no suggestion.
const MAX_SUGGESTIONS: usize = 20;

/// Resolves the type of each field.
pub(super) fn resolve(context: &mut Context<'_>) {
    for index in 0..context.order.len() {
        match context.order[index] {
            TypeId::Model(model) => resolve_model(model, context),
            TypeId::Enum(id) => {
                let ast = context.enums[id].ast;
                if ast.values.is_empty() {
                    context.report.invalid("An enum must have at least one value.", ast.span);
                }
            }
        }
    }
}

fn resolve_model(model: ModelId, context: &mut Context<'_>) {
    let ast = context.models[model].ast;
    for field in context.models[model].field_ids() {
        let ty = &ast.fields[field].ty;
        let kind = match ty {
            FieldType::Unsupported(text, _) => Some(FieldKind::Unsupported(text)),
            FieldType::Named(name) => resolve_name(name, context),
        };
        let Some(kind) = kind else { continue };
        if ast.kind == ModelKind::Type
            && let FieldKind::Model(other) = kind
        {
            let message = format!(
                "Error validating composite type \"{}\": {} refers to a model, making this a relation field. Relation fields inside composite types are not supported.",
                ast.name.name,
                context.models[other].name()
            );
            context.report.error(message, ty.span());
        }
        context.models[model].fields[field].kind = kind;
    }
}

fn resolve_name<'a>(name: &Identifier<'a>, context: &mut Context<'a>) -> Option<FieldKind<'a>> {
    if let Some(scalar) = ScalarType::from_name(name.name) {
        return Some(FieldKind::Scalar(scalar));
    }
    match context.types.get(name.name) {
        Some(&TypeId::Enum(id)) => Some(FieldKind::Enum(id)),
        Some(&TypeId::Model(id)) if context.models[id].ast.kind == ModelKind::Type => Some(FieldKind::Composite(id)),
        Some(&TypeId::Model(id)) => Some(FieldKind::Model(id)),
        None => {
            report_unknown(name, context);
            None
        }
    }
}

fn report_unknown(name: &Identifier<'_>, context: &mut Context<'_>) {
    let message = format!(
        "Type \"{}\" is neither a built-in type, nor refers to another model, {} type, or enum.",
        name.name,
        context.flavour.composite_type_word()
    );
    // Each suggestion compares all types, which is slow for a file with many unknown ones.
    if context.report.errors() >= MAX_SUGGESTIONS {
        context.report.error(message, name.span);
        return;
    }
    let known = ScalarType::ALL.iter().map(|scalar| scalar.name()).chain(context.types.keys().copied());
    match suggest::nearest(name.name, known) {
        Some(nearest) if context.flavour.suggests_types() && nearest.eq_ignore_ascii_case(name.name) => {
            context.report.error(format!("{message} Did you mean \"{nearest}\"?"), name.span);
        }
        nearest => {
            let help = nearest.map(|nearest| format!("did you mean `{nearest}`?"));
            context.report.error(message, name.span).help = help;
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn unknown_types_come_with_a_suggestion() {
        check(
            r#"
            model A {
              id Int @id
              name Sting
            }
            "#,
            expect![[r#"
                error: Type "Sting" is neither a built-in type, nor refers to another model, custom type, or enum.
                 --> schema.prisma:3:8
                  |
                3 |   name Sting
                  |        ^^^^^
                  help: did you mean `String`?
            "#]],
        );
    }
}
