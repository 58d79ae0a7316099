//! A relation to an ignored model must be ignored as well.

use crate::analysis::{relations::RelationField, reporter::Reporter};

pub(super) fn check(field: RelationField<'_>, report: &mut Reporter) {
    if field.related.ignored && !field.field.ignored && !field.model.ignored {
        let message = format!(
            "The relation field {} must specify the `@ignore` attribute, because the model {} it is pointing to is marked ignored.",
            field.label(),
            field.related.name()
        );
        report.attribute_error("@ignore", &message, field.span());
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn a_relation_to_an_ignored_model_is_ignored() {
        check(
            r#"
            model A {
              id Int @id
              bs B[]
            }
            model B {
              id Int @id
              aId Int
              a A @relation(fields: [aId], references: [id])
              @@ignore
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@ignore": The relation field `bs` on Model `A` must specify the `@ignore` attribute, because the model B it is pointing to is marked ignored.
                 --> schema.prisma:3:3
                  |
                3 |   bs B[]
                  |   ^^^^^^
            "#]],
        );
    }
}
