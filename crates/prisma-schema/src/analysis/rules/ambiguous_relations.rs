//! Several relations between two models need different names.

use crate::analysis::{
    draft::{DraftFieldId, ModelDraft},
    relations::{RelationField, RelationFields},
    reporter::Reporter,
};

/// Returns `false` if the field is ambiguous. No other rule can check any relation then.
pub(super) fn check<'s>(field: RelationField<'s>, index: &RelationFields<'s>, report: &mut Reporter) -> bool {
    let RelationField { id: (id, _), model, related_id, .. } = field;
    let name = field.relation.name;
    let (own, other) = (model.name(), field.related.name());
    let default_name = if own < other { [own, "To", other] } else { [other, "To", own] }.concat();
    // An explicit name may equal the default name.
    let named = index.get(id, related_id, Some(name.unwrap_or(&default_name)));
    let unnamed = match name {
        Some(name) if name != default_name => &[],
        _ => index.get(id, related_id, None),
    };
    let mut fields = [named, unnamed].concat();
    fields.sort_unstable();
    let message = match (fields.len(), name.is_some(), id == related_id) {
        (0 | 1, _, _) | (2, true, true) => return true,
        (2, false, true) => format!(
            "Ambiguous self relation detected. The fields {} in model `{own}` both refer to `{other}`. If they are part of the same relation add the same relation name for them with `@relation(<name>)`.",
            enumerate(model, &fields)
        ),
        (_, false, true) => format!(
            "Unnamed self relation detected. The fields {} in model `{own}` have no relation name. Please provide a relation name for one of them by adding `@relation(<name>).",
            enumerate(model, &fields)
        ),
        (_, true, true) => format!(
            "Wrongly named self relation detected. The fields {} in model `{own}` have the same relation name. At most two relation fields can belong to the same relation and therefore have the same name. Please assign a different relation name to one of them.",
            enumerate(model, &fields)
        ),
        (_, false, false) => format!(
            "Ambiguous relation detected. The fields {} in model `{own}` both refer to `{other}`. Please provide different relation names for them by adding `@relation(<name>).",
            enumerate(model, &fields)
        ),
        (_, true, false) => format!(
            "Wrongly named relation detected. The fields {} in model `{own}` both use the same relation name. Please provide different relation names for them through `@relation(<name>).",
            enumerate(model, &fields)
        ),
    };
    report.model_error(model.ast, &message, field.span());
    false
}

/// "`a`", "`a` and `b`", "`a`, `b` and `c`"
fn enumerate(model: &ModelDraft<'_>, fields: &[DraftFieldId]) -> String {
    let names: Vec<String> = fields.iter().map(|&field| format!("`{}`", model.fields[field].name())).collect();
    match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        names => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn two_relations_between_the_same_models_need_names() {
        check(
            r#"
            model Book {
              id Int @id
              writerId Int
              editorId Int
              writer Person @relation(fields: [writerId], references: [id])
              editor Person @relation(fields: [editorId], references: [id])
            }
            model Person {
              id Int @id
              books Book[]
            }
            "#,
            expect![[r#"
                error: Error validating model "Book": Ambiguous relation detected. The fields `writer` and `editor` in model `Book` both refer to `Person`. Please provide different relation names for them by adding `@relation(<name>).
                 --> schema.prisma:5:3
                  |
                5 |   writer Person @relation(fields: [writerId], references: [id])
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn three_fields_cannot_share_a_name() {
        check(
            r#"
            model Person {
              id Int @id
              a Person[] @relation("Tree")
              b Person[] @relation("Tree")
              c Person[] @relation("Tree")
            }
            "#,
            expect![[r#"
                error: Error validating model "Person": Wrongly named self relation detected. The fields `a`, `b` and `c` in model `Person` have the same relation name. At most two relation fields can belong to the same relation and therefore have the same name. Please assign a different relation name to one of them.
                 --> schema.prisma:3:3
                  |
                3 |   a Person[] @relation("Tree")
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
