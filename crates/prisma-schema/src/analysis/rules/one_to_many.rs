//! One-to-many relations: the side that is no list holds the key, and says so.

use super::one_to_one::report_missing_opposite;
use crate::analysis::{
    context::Context,
    relations::{Inline, field},
    report::Report,
};

pub(super) fn check(inline: &Inline<'_>, schema: &Context<'_>, report: &mut Report) {
    let (forward, back) = match (inline.forward, inline.back) {
        (Some(forward), Some(back)) => (forward, back),
        (forward, back) => {
            if let Some(alone) = forward.or(back) {
                report_missing_opposite(alone, schema, report);
            }
            return;
        }
    };
    let (forward, back) = (field(forward, schema), field(back, schema));
    let (forward_model, back_model) =
        (schema.models[inline.referencing].name(), schema.models[inline.referenced].name());
    let (forward_name, back_name) = (forward.name(), back.name());
    if !forward.relation().has_fields() {
        let message = format!(
            "The relation field `{forward_name}` on Model `{forward_model}` must specify the `fields` argument in the @relation attribute. You can run `prisma format` to fix this automatically."
        );
        report.attribute_error("@relation", &message, forward.ast.span);
    }
    if !forward.relation().has_references() {
        let message = format!(
            "The relation field `{forward_name}` on Model `{forward_model}` must specify the `references` argument in the @relation attribute."
        );
        report.attribute_error("@relation", &message, forward.ast.span);
    }
    if back.relation().has_fields() || back.relation().has_references() {
        let message = format!(
            "The relation field `{back_name}` on Model `{back_model}` must not specify the `fields` or `references` argument in the @relation attribute. You must only specify it on the opposite field `{forward_name}` on model `{forward_model}`."
        );
        report.attribute_error("@relation", &message, back.ast.span);
    }
    if back.relation().has_actions() {
        let message = format!(
            "The relation field `{back_name}` on Model `{back_model}` must not specify the `onDelete` or `onUpdate` argument in the @relation attribute. You must only specify it on the opposite field `{forward_name}` on model `{forward_model}`, or in case of a many to many relation, in an explicit join table."
        );
        report.attribute_error("@relation", &message, back.ast.span);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn the_side_that_is_no_list_holds_the_key() {
        check(
            r#"
            model A {
              id Int @id
              bs B[] @relation(references: [id], onDelete: Cascade)
            }
            model B {
              id Int @id
              a A
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@relation": The relation field `a` on Model `B` must specify the `fields` argument in the @relation attribute. You can run `prisma format` to fix this automatically.
                 --> schema.prisma:7:3
                  |
                7 |   a A
                  |   ^^^

                error: Error parsing attribute "@relation": The relation field `a` on Model `B` must specify the `references` argument in the @relation attribute.
                 --> schema.prisma:7:3
                  |
                7 |   a A
                  |   ^^^

                error: Error parsing attribute "@relation": The relation field `bs` on Model `A` must not specify the `fields` or `references` argument in the @relation attribute. You must only specify it on the opposite field `a` on model `B`.
                 --> schema.prisma:3:3
                  |
                3 |   bs B[] @relation(references: [id], onDelete: Cascade)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@relation": The relation field `bs` on Model `A` must not specify the `onDelete` or `onUpdate` argument in the @relation attribute. You must only specify it on the opposite field `a` on model `B`, or in case of a many to many relation, in an explicit join table.
                 --> schema.prisma:3:3
                  |
                3 |   bs B[] @relation(references: [id], onDelete: Cascade)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn a_relation_has_two_sides() {
        check(
            r#"
            model A {
              id Int @id
            }
            model B {
              id Int @id
              as A[]
            }
            "#,
            expect![[r#"
                error: Error validating field `as` in model `B`: The relation field `as` on model `B` is missing an opposite relation field on the model `A`. Either run `prisma format` or add it manually.
                 --> schema.prisma:6:3
                  |
                6 |   as A[]
                  |   ^^^^^^
            "#]],
        );
    }
}
