//! Relation fields must tell which of them belong together.

use crate::analysis::{context::Context, draft::ModelDraft, relations::Index, report::Report};

/// `false` if the field is ambiguous: then nothing further can be said about any relation.
pub(super) fn check(model: usize, field: usize, index: &Index<'_>, schema: &Context<'_>, report: &mut Report) -> bool {
    let draft = &schema.models[model];
    let Some(related) = draft.fields[field].related_model() else { return true };
    let name = draft.fields[field].relation().name;
    let (own, other) = (draft.name(), schema.models[related].name());
    let generated = if own < other { format!("{own}To{other}") } else { format!("{other}To{own}") };
    // A name that is written may be the one that is made where there is none.
    let named = index.fields(model, related, Some(name.unwrap_or(&generated)));
    let unnamed = match name {
        Some(name) if name != generated => &[],
        _ => index.fields(model, related, None),
    };
    let mut fields = [named, unnamed].concat();
    fields.sort_unstable();
    let is_self_relation = model == related;
    let message = match (fields.len(), name.is_some(), is_self_relation) {
        (0 | 1, _, _) | (2, true, true) => return true,
        (2, false, true) => format!(
            "Ambiguous self relation detected. The fields {} in model `{own}` both refer to `{other}`. If they are part of the same relation add the same relation name for them with `@relation(<name>)`.",
            enumerate(draft, &fields)
        ),
        (_, false, true) => format!(
            "Unnamed self relation detected. The fields {} in model `{own}` have no relation name. Please provide a relation name for one of them by adding `@relation(<name>).",
            enumerate(draft, &fields)
        ),
        (_, true, true) => format!(
            "Wrongly named self relation detected. The fields {} in model `{own}` have the same relation name. At most two relation fields can belong to the same relation and therefore have the same name. Please assign a different relation name to one of them.",
            enumerate(draft, &fields)
        ),
        (_, false, false) => format!(
            "Ambiguous relation detected. The fields {} in model `{own}` both refer to `{other}`. Please provide different relation names for them by adding `@relation(<name>).",
            enumerate(draft, &fields)
        ),
        (_, true, false) => format!(
            "Wrongly named relation detected. The fields {} in model `{own}` both use the same relation name. Please provide different relation names for them through `@relation(<name>).",
            enumerate(draft, &fields)
        ),
    };
    report.model_error(draft.ast, &message, draft.fields[field].ast.span);
    false
}

/// "`a`", "`a` and `b`", "`a`, `b` and `c`"
fn enumerate(model: &ModelDraft<'_>, fields: &[usize]) -> String {
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
