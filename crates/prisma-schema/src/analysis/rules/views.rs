//! `view` blocks.

use crate::{
    analysis::{
        context::Context,
        draft::{IndexKind, ModelDraft},
        reporter::Reporter,
    },
    syntax::ModelKind,
};

/// Whether the rules for keys and indexes apply to a model.
pub(super) fn may_have_keys(model: &ModelDraft<'_>, schema: &Context<'_>) -> bool {
    model.ast.kind != ModelKind::View || schema.flavour.views_have_keys()
}

pub(super) fn check(model: &ModelDraft<'_>, schema: &Context<'_>, report: &mut Reporter) {
    if model.ast.kind == ModelKind::View && !schema.configuration.has_feature("views") {
        report.invalid("View definitions are only available with the `views` preview feature.", model.ast.span);
    }
    if may_have_keys(model, schema) {
        return;
    }
    if let Some(key) = &model.primary_key {
        report.invalid("Views cannot have primary keys.", key.attribute.span);
    }
}

/// The database does not enforce the unique criteria of a view.
pub(super) fn check_indexes(model: &ModelDraft<'_>, report: &mut Reporter) {
    for index in &model.indexes {
        let span = index.attribute.span;
        if index.kind != IndexKind::Unique {
            report.invalid("Views cannot have indexes.", span);
        }
        if index.has_map {
            let message = "@@unique annotations on views are not backed by unique indexes in the database and cannot specify a mapped database name.";
            report.invalid(message, span);
        }
        if index.has_clustered {
            let message = "@@unique annotations on views are not backed by unique indexes in the database and cannot be clustered.";
            report.invalid(message, span);
        }
        let has_arguments =
            index.fields.iter().any(|field| field.sort.is_some() || field.has_length || field.operator_class.is_some());
        if has_arguments {
            let message = "Scalar fields in @@unique attributes in views cannot have arguments.";
            report.attribute_error(index.attribute_name(), message, span);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::{
        Flavour,
        testing::{check, check_as},
    };

    #[test]
    fn views_are_a_preview_feature() {
        check(
            r#"
            view A {
              id Int @unique
            }
            "#,
            expect![[r#"
                error: Error validating: View definitions are only available with the `views` preview feature.
                 --> schema.prisma:1:1
                  |
                1 | view A {
                  | ^^^^^^^^
                2 |   id Int @unique
                  |   ^^^^^^^^^^^^^^
                3 | }
                  | ^
            "#]],
        );
    }

    #[test]
    fn views_have_no_keys_in_prisma_7() {
        check_as(
            Flavour::V7,
            r#"
            generator client {
              provider = "prisma-client"
              previewFeatures = ["views"]
            }
            view A {
              id Int @id
              a Int @unique(sort: Desc)
              @@index([a])
            }
            view B {
              a Int
            }
            "#,
            expect![[r#"
                error: Error validating: Views cannot have primary keys.
                 --> schema.prisma:6:10
                  |
                6 |   id Int @id
                  |          ^^^

                error: Error parsing attribute "@unique": Scalar fields in @@unique attributes in views cannot have arguments.
                 --> schema.prisma:7:9
                  |
                7 |   a Int @unique(sort: Desc)
                  |         ^^^^^^^^^^^^^^^^^^^

                error: Error validating: Views cannot have indexes.
                 --> schema.prisma:8:3
                  |
                8 |   @@index([a])
                  |   ^^^^^^^^^^^^
            "#]],
        );
    }
}
