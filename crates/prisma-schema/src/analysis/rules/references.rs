//! `fields` and `references` of a relation must match.

use crate::{
    FieldArity,
    analysis::{
        draft::{DraftFieldId, IndexFieldDraft},
        relations::RelationField,
        reporter::Reporter,
    },
};

pub(super) fn check(forward: RelationField<'_>, report: &mut Reporter) {
    check_unique(forward, report);
    check_length(forward, report);
    check_arity(forward, report);
    check_types(forward, report);
}

/// The referenced fields must be unique.
fn check_unique(forward: RelationField<'_>, report: &mut Reporter) {
    let Some(references) = forward.relation.references.as_ref().filter(|references| !references.is_empty()) else {
        return;
    };
    let sorted = |mut fields: Vec<DraftFieldId>| {
        fields.sort_unstable();
        fields
    };
    let referenced = sorted(references.clone());
    let is_referenced = |criterion: &[IndexFieldDraft]| {
        criterion.len() == referenced.len() && sorted(criterion.iter().map(|field| field.field).collect()) == referenced
    };
    if forward.related.unique_criteria().any(is_referenced) {
        return;
    }
    let (names, model) = (forward.related.names(references.iter().copied()), forward.related.name());
    let remedy = if references.len() == 1 {
        format!("`@unique` attribute to the field `{names}` in the model `{model}`")
    } else {
        format!("`@@unique([{names}])` attribute to the model `{model}`")
    };
    let message = format!(
        "The argument `references` must refer to a unique criterion in the related model. Consider adding an {remedy}."
    );
    forward.error(&message, report);
}

fn check_length(forward: RelationField<'_>, report: &mut Reporter) {
    let relation = forward.relation;
    if let (Some(fields), Some(references), Some(attribute)) =
        (&relation.fields, &relation.references, relation.attribute)
        && fields.len() != references.len()
    {
        report.invalid("You must specify the same number of fields in `fields` and `references`.", attribute.span);
    }
}

/// A required relation needs required columns.
fn check_arity(forward: RelationField<'_>, report: &mut Reporter) {
    let Some(fields) = &forward.relation.fields else { return };
    if forward.is_required() && forward.columns().any(|column| column.arity() == FieldArity::Optional) {
        let message = format!(
            "The relation field `{}` uses the scalar fields {}. At least one of those fields is optional. Hence the relation field must be optional as well.",
            forward.name(),
            forward.model.names(fields.iter().copied())
        );
        report.invalid(&message, forward.span());
    }
}

fn check_types(forward: RelationField<'_>, report: &mut Reporter) {
    let (model, related) = (forward.model, forward.related);
    let references = match &forward.relation.references {
        Some(references) => references.clone(),
        None => related.strict_unique_criterion().into_iter().flatten().map(|field| field.field).collect(),
    };
    for (own, other) in forward.columns().zip(references) {
        let other = &related.fields[other];
        if own.kind != other.kind {
            let message = format!(
                "The type of the field `{}` in the model `{}` is not matching the type of the referenced field `{}` in model `{}`.",
                own.name(),
                model.name(),
                other.name(),
                related.name()
            );
            forward.error(&message, report);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn referenced_fields_must_be_unique() {
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
    fn both_sides_must_have_the_same_types() {
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
