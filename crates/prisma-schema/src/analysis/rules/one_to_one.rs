//! One-to-one relations: one side holds the key, and its columns are unique.

use crate::analysis::{
    context::Context,
    draft::{FieldDraft, IndexFieldDraft},
    relations::{FieldRef, Inline, field},
    report::Report,
};

pub(super) fn check(inline: &Inline<'_>, schema: &Context<'_>, report: &mut Report) {
    let Some(forward) = inline.forward.map(|at| Side::new(at, schema)) else { return };
    let Some(back) = inline.back.map(|at| Side::new(at, schema)) else {
        report_missing_opposite(forward.at, schema, report);
        check_unique(&forward, schema, report);
        return;
    };
    check_missing(&forward, &back, "fields", |side| side.field.relation().has_fields(), report);
    check_missing(&forward, &back, "references", |side| side.field.relation().has_references(), report);
    check_doubled(&forward, &back, "references", |side| side.field.relation().has_references(), report);
    check_doubled(&forward, &back, "fields", |side| side.field.relation().has_fields(), report);
    check_actions(&forward, &back, report);
    check_unique(&forward, schema, report);
    // The rest would only repeat what is wrong already.
    if !report.has_errors() {
        check_same_side(&forward, &back, report);
    }
    if !report.has_errors() && back.field.is_required() {
        let (why, other) = (schema.flavour.not_valid(), forward.model);
        let message = format!(
            "The relation field {} is required. This is {why} because it's not possible to enforce this constraint on the database level. Please change the field type from `{other}` to `{other}?` to fix this.",
            back.name()
        );
        back.report(&message, report);
    }
    if !report.has_errors() {
        check_required_side(&forward, &back, report);
    }
}

/// A relation field without its opposite.
pub(super) fn report_missing_opposite(at: FieldRef, schema: &Context<'_>, report: &mut Report) {
    let model = &schema.models[at.model];
    let field = field(at, schema);
    let related = field.related_model().map_or("", |related| schema.models[related].name());
    let message = format!(
        "The relation field `{}` on {} `{}` is missing an opposite relation field on the model `{related}`. Either run `prisma format` or add it manually.",
        field.name(),
        model.ast.kind.word(),
        model.name()
    );
    report.field_error(model.ast, at.field, &message);
}

/// One of the two fields of a relation.
struct Side<'s, 'a> {
    at: FieldRef,
    field: &'s FieldDraft<'a>,
    model: &'a str,
}

impl<'s, 'a> Side<'s, 'a> {
    fn new(at: FieldRef, schema: &'s Context<'a>) -> Self {
        Self { at, field: field(at, schema), model: schema.models[at.model].name() }
    }

    /// The field as messages call it.
    fn name(&self) -> String {
        format!("`{}` on Model `{}`", self.field.name(), self.model)
    }

    fn report(&self, message: &str, report: &mut Report) {
        report.attribute_error("@relation", message, self.field.ast.span);
    }
}

/// An argument that one of the sides must have.
fn check_missing(
    forward: &Side<'_, '_>,
    back: &Side<'_, '_>,
    argument: &str,
    has: impl Fn(&Side<'_, '_>) -> bool,
    report: &mut Report,
) {
    if has(forward) || has(back) {
        return;
    }
    for (one, other) in [(forward, back), (back, forward)] {
        let message = format!(
            "The relation fields {} and {} do not provide the `{argument}` argument in the @relation attribute. You have to provide it on one of the two fields.",
            one.name(),
            other.name()
        );
        one.report(&message, report);
    }
}

/// An argument that only one of the sides may have.
fn check_doubled(
    forward: &Side<'_, '_>,
    back: &Side<'_, '_>,
    argument: &str,
    has: impl Fn(&Side<'_, '_>) -> bool,
    report: &mut Report,
) {
    if has(forward) && has(back) {
        let message = format!(
            "The relation fields {} and {} both provide the `{argument}` argument in the @relation attribute. You have to provide it only on one of the two fields.",
            forward.name(),
            back.name()
        );
        forward.report(&message, report);
        back.report(&message, report);
    }
}

fn check_actions(forward: &Side<'_, '_>, back: &Side<'_, '_>, report: &mut Report) {
    if !back.field.relation().has_actions() {
        return;
    }
    if !forward.field.relation().has_actions() {
        let message = format!(
            "The relation field {} must not specify the `onDelete` or `onUpdate` argument in the @relation attribute. You must only specify it on the opposite field `{}` on model `{}`.",
            back.name(),
            forward.field.name(),
            forward.model
        );
        back.report(&message, report);
        return;
    }
    for (one, other) in [(back, forward), (forward, back)] {
        let message = format!(
            "The relation fields {} and {} both provide the `onDelete` or `onUpdate` argument in the @relation attribute. You have to provide it only on one of the two fields.",
            one.name(),
            other.name()
        );
        one.report(&message, report);
    }
}

/// Columns that were not unique would allow many rows to refer to the same one.
fn check_unique(forward: &Side<'_, '_>, schema: &Context<'_>, report: &mut Report) {
    let Some(fields) = &forward.field.relation().fields else { return };
    let model = &schema.models[forward.at.model];
    let covers = |key: &[_]| key.iter().map(|key: &IndexFieldDraft| key.field).eq(fields.iter().copied());
    if model.unique_criteria().any(covers) {
        return;
    }
    let names = model.names(fields.iter().copied());
    let remedy = if fields.len() == 1 {
        format!("`@unique` attribute to the field `{names}`")
    } else {
        format!("`@@unique([{names}])` attribute to the model")
    };
    let message = format!(
        "A one-to-one relation must use unique fields on the defining side. Either add an {remedy}, or change the relation to one-to-many."
    );
    forward.report(&message, report);
}

/// `fields` and `references` go together.
fn check_same_side(forward: &Side<'_, '_>, back: &Side<'_, '_>, report: &mut Report) {
    if forward.field.relation().has_fields() && back.field.relation().has_references() {
        let message = format!(
            "The relation field {} provides the `fields` argument in the @relation attribute. And the related field {} provides the `references` argument. You must provide both arguments on the same side.",
            forward.name(),
            back.name()
        );
        forward.report(&message, report);
        back.report(&message, report);
    }
    if forward.field.relation().has_references() && back.field.relation().has_fields() {
        let message = format!(
            "The relation field {} provides the `references` argument in the @relation attribute. And the related field {} provides the `fields` argument. You must provide both arguments on the same side.",
            forward.name(),
            back.name()
        );
        forward.report(&message, report);
    }
}

/// A key that is required can only be on the side that is.
fn check_required_side(forward: &Side<'_, '_>, back: &Side<'_, '_>, report: &mut Report) {
    let back_relation = back.field.relation();
    if forward.field.is_required() && (back_relation.fields.is_some() || back_relation.references.is_some()) {
        let message = format!(
            "The relation field `{}.{}` defines the `fields` and/or `references` argument. You must set them on the required side of the relation (`{}.{}`) in order for the constraints to be enforced. Alternatively, you can change this field to be required and the opposite optional, or make both sides of the relation optional.",
            back.model,
            back.field.name(),
            forward.model,
            forward.field.name()
        );
        back.report(&message, report);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn one_side_holds_the_key() {
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
    fn only_one_side_holds_it() {
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
    fn the_key_is_unique() {
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
    fn a_row_cannot_be_required_to_be_referred_to() {
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
