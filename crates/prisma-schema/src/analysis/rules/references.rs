//! What a relation refers to must fit what it refers with.

use crate::{
    FieldArity,
    analysis::{
        context::Context,
        draft::{FieldDraft, IndexFieldDraft, ModelDraft},
        relations::{FieldRef, Inline, field},
        report::Report,
    },
};

pub(super) fn check(inline: &Inline<'_>, schema: &Context<'_>, report: &mut Report) {
    let Some(at) = inline.forward else { return };
    let (model, referenced) = (&schema.models[inline.referencing], &schema.models[inline.referenced]);
    let field = field(at, schema);
    check_unique(field, referenced, report);
    check_length(field, report);
    check_arity(at, schema, report);
    check_types(field, model, referenced, report);
}

/// Only what is unique can be referred to.
fn check_unique(field: &FieldDraft<'_>, referenced: &ModelDraft<'_>, report: &mut Report) {
    let Some(references) = field.relation().references.as_ref().filter(|references| !references.is_empty()) else {
        return;
    };
    let mut sorted = references.clone();
    sorted.sort_unstable();
    let is_referred_to = |criterion: &[IndexFieldDraft]| {
        criterion.len() == sorted.len() && {
            let mut fields: Vec<usize> = criterion.iter().map(|field| field.field).collect();
            fields.sort_unstable();
            fields == sorted
        }
    };
    if referenced.unique_criteria().any(is_referred_to) {
        return;
    }
    let (names, model) = (referenced.names(references.iter().copied()), referenced.name());
    let remedy = if references.len() == 1 {
        format!("`@unique` attribute to the field `{names}` in the model `{model}`")
    } else {
        format!("`@@unique([{names}])` attribute to the model `{model}`")
    };
    let message = format!(
        "The argument `references` must refer to a unique criterion in the related model. Consider adding an {remedy}."
    );
    report.attribute_error("@relation", &message, field.ast.span);
}

fn check_length(field: &FieldDraft<'_>, report: &mut Report) {
    let relation = field.relation();
    if let (Some(fields), Some(references), Some(attribute)) =
        (&relation.fields, &relation.references, relation.attribute)
        && fields.len() != references.len()
    {
        report.invalid("You must specify the same number of fields in `fields` and `references`.", attribute.span);
    }
}

/// A row cannot be required to refer if the columns that it refers with may be empty.
fn check_arity(at: FieldRef, schema: &Context<'_>, report: &mut Report) {
    let (model, field) = (&schema.models[at.model], field(at, schema));
    let Some(fields) = &field.relation().fields else { return };
    let is_optional = |column: &usize| model.fields[*column].arity() == FieldArity::Optional;
    if field.is_required() && fields.iter().any(is_optional) {
        let message = format!(
            "The relation field `{}` uses the scalar fields {}. At least one of those fields is optional. Hence the relation field must be optional as well.",
            field.name(),
            model.names(fields.iter().copied())
        );
        report.invalid(&message, field.ast.span);
    }
}

fn check_types(field: &FieldDraft<'_>, model: &ModelDraft<'_>, referenced: &ModelDraft<'_>, report: &mut Report) {
    let Some(fields) = &field.relation().fields else { return };
    let references = match &field.relation().references {
        Some(references) => references.clone(),
        None => referenced.strict_unique_criterion().into_iter().flatten().map(|field| field.field).collect(),
    };
    for (&own, other) in fields.iter().zip(references) {
        let (own, other) = (&model.fields[own], &referenced.fields[other]);
        if own.kind != other.kind {
            let message = format!(
                "The type of the field `{}` in the model `{}` is not matching the type of the referenced field `{}` in model `{}`.",
                own.name(),
                model.name(),
                other.name(),
                referenced.name()
            );
            report.attribute_error("@relation", &message, field.ast.span);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn what_is_referred_to_is_unique() {
        check(
            r#"
            model A {
              id Int @id
              x Int
              y Int
              bs B[]
            }
            model B {
              id Int @id
              x Int
              y Int?
              a A @relation(fields: [x, y], references: [x, y])
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@relation": The argument `references` must refer to a unique criterion in the related model. Consider adding an `@@unique([x, y])` attribute to the model `A`.
                  --> schema.prisma:11:3
                   |
                11 |   a A @relation(fields: [x, y], references: [x, y])
                   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error validating: The relation field `a` uses the scalar fields x, y. At least one of those fields is optional. Hence the relation field must be optional as well.
                  --> schema.prisma:11:3
                   |
                11 |   a A @relation(fields: [x, y], references: [x, y])
                   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn both_sides_have_the_same_types() {
        check(
            r#"
            model A {
              id Int @id
              bs B[]
            }
            model B {
              id Int @id
              aId String
              a A @relation(fields: [aId, id], references: [id])
            }
            "#,
            expect![[r#"
                error: Error validating: You must specify the same number of fields in `fields` and `references`.
                 --> schema.prisma:8:7
                  |
                8 |   a A @relation(fields: [aId, id], references: [id])
                  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@relation": The type of the field `aId` in the model `B` is not matching the type of the referenced field `id` in model `A`.
                 --> schema.prisma:8:3
                  |
                8 |   a A @relation(fields: [aId, id], references: [id])
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
