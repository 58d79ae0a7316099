//! One-to-many relations: only the side that is not a list defines the key.

use super::one_to_one::report_missing_opposite;
use crate::analysis::{relations::InlineRelation, reporter::Reporter};

pub(super) fn check(relation: &InlineRelation<'_>, report: &mut Reporter) {
    let (forward, back) = match (relation.forward, relation.back) {
        (Some(forward), Some(back)) => (forward, back),
        (forward, back) => {
            return forward.or(back).into_iter().for_each(|field| report_missing_opposite(field, report));
        }
    };
    let opposite = || format!("the opposite field `{}` on model `{}`", forward.name(), forward.model.name());
    if !forward.relation.has_fields() {
        let message = format!(
            "The relation field {} must specify the `fields` argument in the @relation attribute. You can run `prisma format` to fix this automatically.",
            forward.label()
        );
        forward.error(&message, report);
    }
    if !forward.relation.has_references() {
        let message = format!(
            "The relation field {} must specify the `references` argument in the @relation attribute.",
            forward.label()
        );
        forward.error(&message, report);
    }
    if back.relation.has_fields() || back.relation.has_references() {
        let message = format!(
            "The relation field {} must not specify the `fields` or `references` argument in the @relation attribute. You must only specify it on {}.",
            back.label(),
            opposite()
        );
        back.error(&message, report);
    }
    if back.relation.has_actions() {
        let message = format!(
            "The relation field {} must not specify the `onDelete` or `onUpdate` argument in the @relation attribute. You must only specify it on {}, or in case of a many to many relation, in an explicit join table.",
            back.label(),
            opposite()
        );
        back.error(&message, report);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn only_the_side_without_list_defines_the_key() {
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
    fn a_relation_needs_two_sides() {
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
