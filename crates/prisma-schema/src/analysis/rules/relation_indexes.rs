//! Without foreign keys, nothing makes the index that a relation is looked up by.

use crate::{
    RelationMode,
    analysis::{context::Context, draft::ModelDraft, report::Report},
};

pub(super) fn check(model: &ModelDraft<'_>, field: usize, schema: &Context<'_>, report: &mut Report) {
    if schema.configuration.relation_mode == RelationMode::ForeignKeys {
        return;
    }
    let field = &model.fields[field];
    let Some(fields) = &field.relation().fields else { return };
    let starts_with_fields = |index: Vec<usize>| index.len() >= fields.len() && index[..fields.len()] == fields[..];
    let mut indexes = model.indexes.iter().map(|index| index.field_indexes().collect());
    let key = model.primary_key.as_ref().map(|key| key.field_indexes().collect());
    if indexes.any(starts_with_fields) || key.is_some_and(starts_with_fields) {
        return;
    }
    let span = field.relation().attribute.map_or(field.ast.span, |attribute| attribute.span);
    let message = "With `relationMode = \"prisma\"`, no foreign keys are used, so relation fields will not benefit from the index usually created by the relational database under the hood. This can lead to poor performance when querying these fields. We recommend adding an index manually. Learn more at https://pris.ly/d/relation-mode-prisma-indexes\" ";
    report.warning(message, span);
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn without_a_foreign_key_an_index_is_missed() {
        check(
            r#"
            datasource db {
              provider = "postgresql"
              url = "postgres://"
              relationMode = "prisma"
            }
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
                  --> schema.prisma:13:7
                   |
                13 |   a A @relation(fields: [aId], references: [id])
                   |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
