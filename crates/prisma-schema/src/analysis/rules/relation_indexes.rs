//! Without foreign keys, a relation needs an index on its columns.

use crate::analysis::{context::Context, draft::IndexFieldDraft, relations::RelationField, reporter::Reporter};

pub(super) fn check(field: RelationField<'_>, schema: &Context<'_>, report: &mut Reporter) {
    let Some(fields) = field.relation.fields.as_ref().filter(|_| schema.configuration.emulates_foreign_keys()) else {
        return;
    };
    let starts_with_fields = |index: &[IndexFieldDraft]| {
        index.len() >= fields.len() && index.iter().zip(fields).all(|(index, field)| index.field == *field)
    };
    let key = field.model.primary_key.iter().map(|key| &key.fields);
    if key.chain(field.model.indexes.iter().map(|index| &index.fields)).any(|index| starts_with_fields(index)) {
        return;
    }
    let span = field.relation.attribute.map_or(field.span(), |attribute| attribute.span);
    let message = "With `relationMode = \"prisma\"`, no foreign keys are used, so relation fields will not benefit from the index usually created by the relational database under the hood. This can lead to poor performance when querying these fields. We recommend adding an index manually. Learn more at https://pris.ly/d/relation-mode-prisma-indexes\" ";
    report.warning(message, span);
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check_without_foreign_keys;

    #[test]
    fn a_relation_without_foreign_key_needs_an_index() {
        check_without_foreign_keys(
            r#"
            model A {
              id Int @id
              bs B[]
            }
            model B {
              id Int @id
              aId Int
              a A @relation(fields: [aId], references: [id])
              @@index([id, aId])
            }
            "#,
            expect![[r#"
                warning: With `relationMode = "prisma"`, no foreign keys are used, so relation fields will not benefit from the index usually created by the relational database under the hood. This can lead to poor performance when querying these fields. We recommend adding an index manually. Learn more at https://pris.ly/d/relation-mode-prisma-indexes" 
                 --> schema.prisma:8:7
                  |
                8 |   a A @relation(fields: [aId], references: [id])
                  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
