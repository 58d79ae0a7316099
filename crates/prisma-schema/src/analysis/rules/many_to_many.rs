//! Many-to-many relations, whose join table Prisma defines.

use super::views;
use crate::analysis::{context::Context, relations::RelationField, reporter::Reporter};

pub(super) fn check_implicit(sides: &[RelationField<'_>; 2], schema: &Context<'_>, report: &mut Reporter) {
    if !sides.iter().all(|side| views::may_have_keys(side.model, schema)) {
        for side in sides {
            report.invalid("Implicit many-to-many relations are not supported for views.", side.span());
        }
    }
    for side in sides {
        check_id(side, report);
    }
    for action in sides.iter().flat_map(|side| side.relation.actions()) {
        let message = "Referential actions on implicit many-to-many relations are not supported";
        report.invalid(message, action.value);
    }
    for side in sides.iter().filter(|side| side.relation.references.is_some()) {
        let message = "Implicit many-to-many relation should not have references argument defined. Either remove it, or change the relation to one-to-many.";
        side.error(message, report);
    }
}

/// The join table refers to keys of one column.
fn check_id(side: &RelationField<'_>, report: &mut Reporter) {
    let id = match side.related.primary_key.as_ref().map(|key| key.fields.as_slice()) {
        Some([single]) => single.field,
        _ => {
            let word = side.related.ast.kind.word();
            let message = format!(
                "Error validating field `{0}` in {word} `{1}`: The relation field `{0}` on {word} `{1}` references `{2}` which does not have an `@id` field. Models without `@id` cannot be part of a many to many relation. Use an explicit intermediate Model to represent this relationship.",
                side.name(),
                side.model.name(),
                side.related.name()
            );
            report.error(message, side.span());
            return;
        }
    };
    if let Some(references) = &side.relation.references
        && *references != [id]
    {
        let message = format!(
            "Implicit many-to-many relations must always reference the id field of the related model. Change the argument `references` to use the id field of the related model `{}`. But it is referencing the following fields that are not the id: {}",
            side.related.name(),
            side.related.names(references.iter().copied())
        );
        report.invalid(&message, side.span());
    }
}

pub(super) fn reject_embedded(sides: &[RelationField<'_>; 2], report: &mut Reporter) {
    for side in sides {
        let message = "Embedded many-to-many relations are not supported on Postgres. Please use the syntax defined in https://pris.ly/d/relational-database-many-to-many";
        report.invalid(message, side.span());
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn both_sides_need_a_key_of_one_column() {
        check(
            r#"
            model A {
              id Int @unique
              bs B[] @relation(onDelete: Cascade)
            }
            model B {
              a Int
              b Int
              as A[]
              @@id([a, b])
            }
            "#,
            expect![[r#"
                error: Error validating field `bs` in model `A`: The relation field `bs` on model `A` references `B` which does not have an `@id` field. Models without `@id` cannot be part of a many to many relation. Use an explicit intermediate Model to represent this relationship.
                 --> schema.prisma:3:3
                  |
                3 |   bs B[] @relation(onDelete: Cascade)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error validating field `as` in model `B`: The relation field `as` on model `B` references `A` which does not have an `@id` field. Models without `@id` cannot be part of a many to many relation. Use an explicit intermediate Model to represent this relationship.
                 --> schema.prisma:8:3
                  |
                8 |   as A[]
                  |   ^^^^^^

                error: Error validating: Referential actions on implicit many-to-many relations are not supported
                 --> schema.prisma:3:30
                  |
                3 |   bs B[] @relation(onDelete: Cascade)
                  |                              ^^^^^^^
            "#]],
        );
    }

    #[test]
    fn implicit_relations_accept_no_arguments() {
        check(
            r#"
            model A {
              id Int @id
              other Int @unique
              bs B[] @relation(references: [id])
            }
            model B {
              id Int @id
              as A[] @relation(references: [other])
            }
            "#,
            expect![[r#"
                error: Error validating: Implicit many-to-many relations must always reference the id field of the related model. Change the argument `references` to use the id field of the related model `A`. But it is referencing the following fields that are not the id: other
                 --> schema.prisma:8:3
                  |
                8 |   as A[] @relation(references: [other])
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@relation": Implicit many-to-many relation should not have references argument defined. Either remove it, or change the relation to one-to-many.
                 --> schema.prisma:4:3
                  |
                4 |   bs B[] @relation(references: [id])
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@relation": Implicit many-to-many relation should not have references argument defined. Either remove it, or change the relation to one-to-many.
                 --> schema.prisma:8:3
                  |
                8 |   as A[] @relation(references: [other])
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn embedded_relations_are_rejected() {
        check(
            r#"
            model A {
              id Int @id
              bIds Int[]
              bs B[] @relation(fields: [bIds], references: [id])
            }
            model B {
              id Int @id
              as A[]
            }
            "#,
            expect![[r#"
                error: Error validating: Embedded many-to-many relations are not supported on Postgres. Please use the syntax defined in https://pris.ly/d/relational-database-many-to-many
                 --> schema.prisma:4:3
                  |
                4 |   bs B[] @relation(fields: [bIds], references: [id])
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error validating: Embedded many-to-many relations are not supported on Postgres. Please use the syntax defined in https://pris.ly/d/relational-database-many-to-many
                 --> schema.prisma:8:3
                  |
                8 |   as A[]
                  |   ^^^^^^
            "#]],
        );
    }
}
