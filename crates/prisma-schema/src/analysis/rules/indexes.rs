//! Rules for each index that do not depend on the types of its fields.

use super::{
    client_names::{self, ClientNames},
    constraint_names::{self, ConstraintNames},
};
use crate::{
    IndexAlgorithm,
    analysis::{
        context::Context,
        draft::{IndexDraft, IndexKind, ModelDraft},
        reporter::Reporter,
    },
};

pub(super) fn check(
    index: &IndexDraft<'_>,
    model: &ModelDraft<'_>,
    names: &ConstraintNames<'_>,
    client_names: &ClientNames<'_>,
    schema: &Context<'_>,
    report: &mut Reporter,
) {
    let attribute = index.attribute_name();
    let wrong = |message: &str, report: &mut Reporter| {
        report.attribute_error(attribute, message, index.attribute.span);
    };
    if index.fields.is_empty() {
        wrong("The list of fields in an index cannot be empty. Please specify at least one field.", report);
    }
    names.check_index(index, model, report);
    if index.kind == IndexKind::Unique {
        client_names::check_unique_index(model, index, report);
    }
    client_names.check_once(index.name, index.attribute, attribute, report);
    if index.fields.iter().any(|field| field.has_length) {
        wrong("The length argument is not supported in an index definition with the current connector", report);
    }
    if index.algorithm == Some(IndexAlgorithm::Hash) && index.fields.iter().any(|field| field.sort.is_some()) {
        wrong("Hash type does not support sort option.", report);
    }
    if index.kind == IndexKind::Fulltext {
        if schema.flavour.fulltext_needs_preview_feature() && !schema.configuration.has_feature("fullTextIndex") {
            wrong("You must enable `fullTextIndex` preview feature to be able to define a @@fulltext index.", report);
        }
        wrong("Defining fulltext indexes is not supported with the current connector.", report);
    }
    constraint_names::check_index_length(index, model, report);
    if index.has_clustered {
        wrong("Defining clustering is not supported in the current connector.", report);
    }
    if let Some(predicate) = &index.predicate
        && !schema.configuration.has_feature("partialIndexes")
    {
        let message =
            "Partial indexes are a preview feature. Add \"partialIndexes\" to previewFeatures in your generator block.";
        report.attribute_error(attribute, message, predicate.span);
    }
    if index.kind != IndexKind::Normal && index.fields.iter().any(|field| field.operator_class.is_some()) {
        wrong("Operator classes can only be defined to fields in an @@index attribute.", report);
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
    fn unsupported_index_options_are_rejected() {
        check(
            r#"
            model A {
              id Int @id
              a String
              @@index([])
              @@index([a(length: 3)], map: "a")
              @@index([a(sort: Desc)], type: Hash, map: "b")
              @@unique([a(ops: raw("x"))], clustered: true)
              @@fulltext([a], map: "c")
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@@index": The list of fields in an index cannot be empty. Please specify at least one field.
                 --> schema.prisma:4:3
                  |
                4 |   @@index([])
                  |   ^^^^^^^^^^^

                error: Error parsing attribute "@@index": The length argument is not supported in an index definition with the current connector
                 --> schema.prisma:5:3
                  |
                5 |   @@index([a(length: 3)], map: "a")
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": Hash type does not support sort option.
                 --> schema.prisma:6:3
                  |
                6 |   @@index([a(sort: Desc)], type: Hash, map: "b")
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@unique": Defining clustering is not supported in the current connector.
                 --> schema.prisma:7:3
                  |
                7 |   @@unique([a(ops: raw("x"))], clustered: true)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@unique": Operator classes can only be defined to fields in an @@index attribute.
                 --> schema.prisma:7:3
                  |
                7 |   @@unique([a(ops: raw("x"))], clustered: true)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@fulltext": You must enable `fullTextIndex` preview feature to be able to define a @@fulltext index.
                 --> schema.prisma:8:3
                  |
                8 |   @@fulltext([a], map: "c")
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@fulltext": Defining fulltext indexes is not supported with the current connector.
                 --> schema.prisma:8:3
                  |
                8 |   @@fulltext([a], map: "c")
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn partial_indexes_are_a_preview_feature() {
        check_as(
            Flavour::V7,
            r#"
            model A {
              id Int @id
              done Boolean
              @@index([id], where: { done: false })
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@@index": Partial indexes are a preview feature. Add "partialIndexes" to previewFeatures in your generator block.
                 --> schema.prisma:4:17
                  |
                4 |   @@index([id], where: { done: false })
                  |                 ^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
