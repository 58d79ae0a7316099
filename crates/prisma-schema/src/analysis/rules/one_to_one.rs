//! One-to-one relations: one side holds the key, and its columns are unique.

use crate::analysis::{
    context::Context,
    draft::{IndexFieldDraft, RelationDraft},
    relations::{InlineRelation, RelationField},
    reporter::Reporter,
};

/// The two sides of a relation.
#[derive(Clone, Copy)]
struct Sides<'s> {
    forward: RelationField<'s>,
    back: RelationField<'s>,
}

/// Whether a side has a certain argument.
type HasArgument = fn(&RelationDraft<'_>) -> bool;

pub(super) fn check(relation: &InlineRelation<'_>, schema: &Context<'_>, report: &mut Reporter) {
    let Some(forward) = relation.forward else { return };
    let Some(back) = relation.back else {
        report_missing_opposite(forward, report);
        check_unique(forward, report);
        return;
    };
    let sides = Sides { forward, back };
    let arguments: [(&str, HasArgument); 2] =
        [("fields", |side| side.has_fields()), ("references", |side| side.has_references())];
    for (argument, has) in arguments {
        check_missing(sides, argument, has, report);
    }
    for (argument, has) in arguments.into_iter().rev() {
        check_duplicate(sides, argument, has, report);
    }
    check_actions(sides, report);
    check_unique(forward, report);
    // The remaining rules would repeat the errors above.
    if !report.has_errors() {
        check_same_side(sides, report);
    }
    if !report.has_errors() && back.is_required() {
        let (why, other) = (schema.flavour.not_valid(), forward.model.name());
        let message = format!(
            "The relation field {} is required. This is {why} because it's not possible to enforce this constraint on the database level. Please change the field type from `{other}` to `{other}?` to fix this.",
            back.label()
        );
        back.error(&message, report);
    }
    if !report.has_errors() {
        check_required_side(sides, report);
    }
}

/// Reports a relation field without its opposite.
pub(super) fn report_missing_opposite(field: RelationField<'_>, report: &mut Reporter) {
    let message = format!(
        "The relation field `{}` on {} `{}` is missing an opposite relation field on the model `{}`. Either run `prisma format` or add it manually.",
        field.name(),
        field.model.ast.kind.word(),
        field.model.name(),
        field.related.name()
    );
    report.field_error(field.model.ast, field.field.ast, &message);
}

/// One of the sides must have the argument.
fn check_missing(Sides { forward, back }: Sides<'_>, argument: &str, has: HasArgument, report: &mut Reporter) {
    if has(forward.relation) || has(back.relation) {
        return;
    }
    for (one, other) in [(forward, back), (back, forward)] {
        let message = format!(
            "The relation fields {} and {} do not provide the `{argument}` argument in the @relation attribute. You have to provide it on one of the two fields.",
            one.label(),
            other.label()
        );
        one.error(&message, report);
    }
}

/// Only one of the sides may have the argument.
fn check_duplicate(Sides { forward, back }: Sides<'_>, argument: &str, has: HasArgument, report: &mut Reporter) {
    if has(forward.relation) && has(back.relation) {
        let message = format!(
            "The relation fields {} and {} both provide the `{argument}` argument in the @relation attribute. You have to provide it only on one of the two fields.",
            forward.label(),
            back.label()
        );
        forward.error(&message, report);
        back.error(&message, report);
    }
}

fn check_actions(Sides { forward, back }: Sides<'_>, report: &mut Reporter) {
    if !back.relation.has_actions() {
        return;
    }
    if !forward.relation.has_actions() {
        let message = format!(
            "The relation field {} must not specify the `onDelete` or `onUpdate` argument in the @relation attribute. You must only specify it on the opposite field `{}` on model `{}`.",
            back.label(),
            forward.name(),
            forward.model.name()
        );
        back.error(&message, report);
        return;
    }
    for (one, other) in [(back, forward), (forward, back)] {
        let message = format!(
            "The relation fields {} and {} both provide the `onDelete` or `onUpdate` argument in the @relation attribute. You have to provide it only on one of the two fields.",
            one.label(),
            other.label()
        );
        one.error(&message, report);
    }
}

/// The columns must be unique, or many rows could refer to the same one.
fn check_unique(forward: RelationField<'_>, report: &mut Reporter) {
    let Some(fields) = &forward.relation.fields else { return };
    let covers = |key: &[IndexFieldDraft]| key.iter().map(|key| key.field).eq(fields.iter().copied());
    if forward.model.unique_criteria().any(covers) {
        return;
    }
    let names = forward.model.names(fields.iter().copied());
    let remedy = if fields.len() == 1 {
        format!("`@unique` attribute to the field `{names}`")
    } else {
        format!("`@@unique([{names}])` attribute to the model")
    };
    let message = format!(
        "A one-to-one relation must use unique fields on the defining side. Either add an {remedy}, or change the relation to one-to-many."
    );
    forward.error(&message, report);
}

/// `fields` and `references` must be on the same side.
fn check_same_side(Sides { forward, back }: Sides<'_>, report: &mut Reporter) {
    let message = |forward_argument: &str, back_argument: &str| {
        format!(
            "The relation field {} provides the `{forward_argument}` argument in the @relation attribute. And the related field {} provides the `{back_argument}` argument. You must provide both arguments on the same side.",
            forward.label(),
            back.label()
        )
    };
    if forward.relation.has_fields() && back.relation.has_references() {
        let message = message("fields", "references");
        forward.error(&message, report);
        back.error(&message, report);
    }
    if forward.relation.has_references() && back.relation.has_fields() {
        forward.error(&message("references", "fields"), report);
    }
}

/// If only one side is required, it must hold the key.
fn check_required_side(Sides { forward, back }: Sides<'_>, report: &mut Reporter) {
    if forward.is_required() && (back.relation.fields.is_some() || back.relation.references.is_some()) {
        let (back_model, forward_model) = (back.model.name(), forward.model.name());
        let message = format!(
            "The relation field `{back_model}.{}` defines the `fields` and/or `references` argument. You must set them on the required side of the relation (`{forward_model}.{}`) in order for the constraints to be enforced. Alternatively, you can change this field to be required and the opposite optional, or make both sides of the relation optional.",
            back.name(),
            forward.name()
        );
        back.error(&message, report);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn one_side_must_define_the_key() {
        check(
            r#"
            model A {
              id Int @id
              b B?
            }
            model B {
              id Int @id
              a A?
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@relation": The relation fields `b` on Model `A` and `a` on Model `B` do not provide the `fields` argument in the @relation attribute. You have to provide it on one of the two fields.
                 --> schema.prisma:3:3
                  |
                3 |   b B?
                  |   ^^^^

                error: Error parsing attribute "@relation": The relation fields `a` on Model `B` and `b` on Model `A` do not provide the `fields` argument in the @relation attribute. You have to provide it on one of the two fields.
                 --> schema.prisma:7:3
                  |
                7 |   a A?
                  |   ^^^^

                error: Error parsing attribute "@relation": The relation fields `b` on Model `A` and `a` on Model `B` do not provide the `references` argument in the @relation attribute. You have to provide it on one of the two fields.
                 --> schema.prisma:3:3
                  |
                3 |   b B?
                  |   ^^^^

                error: Error parsing attribute "@relation": The relation fields `a` on Model `B` and `b` on Model `A` do not provide the `references` argument in the @relation attribute. You have to provide it on one of the two fields.
                 --> schema.prisma:7:3
                  |
                7 |   a A?
                  |   ^^^^
            "#]],
        );
    }

    #[test]
    fn only_one_side_may_define_the_key() {
        check(
            r#"
            model A {
              id Int @id
              bId Int? @unique
              b B? @relation(fields: [bId], references: [id])
            }
            model B {
              id Int @id
              aId Int @unique
              a A @relation(fields: [aId], references: [id])
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@relation": The relation fields `a` on Model `B` and `b` on Model `A` both provide the `references` argument in the @relation attribute. You have to provide it only on one of the two fields.
                 --> schema.prisma:9:3
                  |
                9 |   a A @relation(fields: [aId], references: [id])
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@relation": The relation fields `a` on Model `B` and `b` on Model `A` both provide the `references` argument in the @relation attribute. You have to provide it only on one of the two fields.
                 --> schema.prisma:4:3
                  |
                4 |   b B? @relation(fields: [bId], references: [id])
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@relation": The relation fields `a` on Model `B` and `b` on Model `A` both provide the `fields` argument in the @relation attribute. You have to provide it only on one of the two fields.
                 --> schema.prisma:9:3
                  |
                9 |   a A @relation(fields: [aId], references: [id])
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@relation": The relation fields `a` on Model `B` and `b` on Model `A` both provide the `fields` argument in the @relation attribute. You have to provide it only on one of the two fields.
                 --> schema.prisma:4:3
                  |
                4 |   b B? @relation(fields: [bId], references: [id])
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn the_key_must_be_unique() {
        check(
            r#"
            model A {
              id Int @id
              b B?
            }
            model B {
              id Int @id
              aId Int
              a A @relation(fields: [aId], references: [id])
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@relation": A one-to-one relation must use unique fields on the defining side. Either add an `@unique` attribute to the field `aId`, or change the relation to one-to-many.
                 --> schema.prisma:8:3
                  |
                8 |   a A @relation(fields: [aId], references: [id])
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn the_side_without_the_key_cannot_be_required() {
        check(
            r#"
            model A {
              id Int @id
              b B
            }
            model B {
              id Int @id
              aId Int @unique
              a A @relation(fields: [aId], references: [id])
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@relation": The relation field `a` on Model `B` is required. This is no longer valid because it's not possible to enforce this constraint on the database level. Please change the field type from `A` to `A?` to fix this.
                 --> schema.prisma:8:3
                  |
                8 |   a A @relation(fields: [aId], references: [id])
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
