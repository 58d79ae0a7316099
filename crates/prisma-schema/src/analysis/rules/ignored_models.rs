//! A relation to a model that the client does not know must be unknown to it as well.

use crate::analysis::{context::Context, draft::ModelDraft, report::Report};

pub(super) fn check(model: &ModelDraft<'_>, field: usize, schema: &Context<'_>, report: &mut Report) {
    let field = &model.fields[field];
    let Some(related) = field.related_model().map(|related| &schema.models[related]) else { return };
    if related.ignored && !field.ignored && !model.ignored {
        let message = format!(
            "The relation field `{}` on Model `{}` must specify the `@ignore` attribute, because the model {} it is pointing to is marked ignored.",
            field.name(),
            model.name(),
            related.name()
        );
        report.attribute_error("@ignore", &message, field.ast.span);
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
