//! `@id` and `@@id`.

use super::{
    client_names::{self, ClientNames},
    constraint_names::ConstraintNames,
};
use crate::{
    ModelId,
    analysis::{draft::ModelDraft, reporter::Reporter},
};

pub(super) fn check(
    id: ModelId,
    model: &ModelDraft<'_>,
    names: &ConstraintNames<'_>,
    client_names: &ClientNames<'_>,
    report: &mut Reporter,
) {
    let Some(key) = &model.primary_key else { return };
    let attribute = key.attribute_name();
    names.check_primary_key(id, model, report);
    client_names.check_once(key.name, key.attribute, attribute, report);
    if key.fields.is_empty() {
        let message = format!(
            "The list of fields in an `{attribute}()` attribute cannot be empty. Please specify at least one field."
        );
        report.attribute_error(attribute, &message, key.attribute.span);
    }
    if let Some(name) = client_names::joined_name(model, &key.fields) {
        let message = format!(
            "The field `{name}` clashes with the `@@id` attribute's name. Please resolve the conflict by providing a custom id name: `@@id([...], name: \"custom_name\")`"
        );
        report.model_error(model.ast, &message, key.attribute.span);
    }
    if key.fields.iter().any(|field| field.has_length) {
        let message = "The length argument is not supported in the primary key with the current connector";
        report.attribute_error(attribute, message, key.attribute.span);
    }
    if key.fields.iter().any(|field| field.sort.is_some()) {
        let message = "The sort argument is not supported in the primary key with the current connector";
        report.attribute_error(attribute, message, key.attribute.span);
    }
}

pub(super) fn check_clustering(model: &ModelDraft<'_>, report: &mut Reporter) {
    if let Some(key) = &model.primary_key
        && key.has_clustered
    {
        let message = "Defining clustering is not supported in the current connector.";
        report.attribute_error(key.attribute_name(), message, key.attribute.span);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn length_sort_and_clustering_are_rejected() {
        check(
            r#"
            model A {
              id String @id(length: 3, sort: Desc, clustered: true)
            }
            model B {
              id Int
              @@id([])
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@id": The length argument is not supported in the primary key with the current connector
                 --> schema.prisma:2:13
                  |
                2 |   id String @id(length: 3, sort: Desc, clustered: true)
                  |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@id": The sort argument is not supported in the primary key with the current connector
                 --> schema.prisma:2:13
                  |
                2 |   id String @id(length: 3, sort: Desc, clustered: true)
                  |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@id": Defining clustering is not supported in the current connector.
                 --> schema.prisma:2:13
                  |
                2 |   id String @id(length: 3, sort: Desc, clustered: true)
                  |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@id": The list of fields in an `@@id()` attribute cannot be empty. Please specify at least one field.
                 --> schema.prisma:6:3
                  |
                6 |   @@id([])
                  |   ^^^^^^^^
            "#]],
        );
    }
}
