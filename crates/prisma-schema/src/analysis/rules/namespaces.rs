//! `schemas` and `@@schema`: PostgreSQL's namespaces.

use crate::{
    Span,
    analysis::{
        context::Context,
        draft::{EnumDraft, ModelDraft},
        reporter::Reporter,
    },
};

pub(super) fn check_datasource(schema: &Context<'_>, report: &mut Reporter) {
    if let Some(schemas) = &schema.configuration.schemas
        && !schema.has_multi_schema()
    {
        let message = "The `schemas` property is only availably with the `multiSchema` preview feature.";
        report.error(message, schemas.span);
    }
}

pub(super) fn check_model(model: &ModelDraft<'_>, schema: &Context<'_>, report: &mut Reporter) {
    if check_namespace(model.schema, schema, report) {
        let message = format!("This {} is missing an `@@schema` attribute.", model.ast.kind.word());
        report.model_error(model.ast, &message, model.ast.span);
    }
}

pub(super) fn check_enum(enum_: &EnumDraft<'_>, schema: &Context<'_>, report: &mut Reporter) {
    if check_namespace(enum_.schema, schema, report) {
        report.error("This enum is missing an `@@schema` attribute.", enum_.ast.span);
    }
}

/// Checks `@@schema`. Returns `true` if the attribute is missing but required.
fn check_namespace(namespace: Option<(&str, Span)>, schema: &Context<'_>, report: &mut Reporter) -> bool {
    let known = schema.configuration.schemas.as_ref();
    match namespace {
        Some((_, span)) if !schema.has_multi_schema() => {
            report.error("@@schema is only available with the `multiSchema` preview feature.", span);
        }
        Some((name, span)) if known.is_none_or(|known| known.names.binary_search(&name).is_err()) => {
            let message = "This schema is not defined in the datasource. Read more on `@@schema` at https://pris.ly/d/multi-schema";
            report.error(message, span);
        }
        Some(_) => {}
        None => return known.is_some() && schema.has_multi_schema(),
    }
    false
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn namespaces_are_a_preview_feature() {
        check(
            r#"
            model A {
              id Int @id
              @@schema("one")
            }
            datasource db {
              provider = "postgresql"
              url = "postgres://"
              schemas = ["one"]
            }
            "#,
            expect![[r#"
                error: The `schemas` property is only availably with the `multiSchema` preview feature.
                 --> schema.prisma:8:13
                  |
                8 |   schemas = ["one"]
                  |             ^^^^^^^

                error: @@schema is only available with the `multiSchema` preview feature.
                 --> schema.prisma:3:12
                  |
                3 |   @@schema("one")
                  |            ^^^^^
            "#]],
        );
    }

    #[test]
    fn models_and_enums_need_a_known_namespace() {
        check(
            r#"
            generator client {
              provider = "prisma-client-js"
              previewFeatures = ["multiSchema"]
            }
            datasource db {
              provider = "postgresql"
              url = "postgres://"
              schemas = ["two", "one"]
            }
            model A {
              id Int @id
              @@schema("one")
            }
            model B {
              id Int @id
              @@schema("three")
            }
            enum E {
              X
            }
            "#,
            expect![[r#"
                error: This schema is not defined in the datasource. Read more on `@@schema` at https://pris.ly/d/multi-schema
                  --> schema.prisma:16:12
                   |
                16 |   @@schema("three")
                   |            ^^^^^^^

                error: This enum is missing an `@@schema` attribute.
                  --> schema.prisma:18:1
                   |
                18 | enum E {
                   | ^^^^^^^^
                19 |   X
                   |   ^
                20 | }
                   | ^
            "#]],
        );
    }
}
