//! `onDelete` and `onUpdate`.

use crate::{
    FieldArity, ReferentialAction, RelationMode,
    analysis::{
        context::Context,
        draft::FieldDraft,
        relations::{Inline, field},
        report::Report,
    },
};

/// Without foreign keys, Prisma's client does some of the actions in place of the database.
pub(super) fn check_supported(field: &FieldDraft<'_>, schema: &Context<'_>, report: &mut Report) {
    if schema.configuration.relation_mode == RelationMode::ForeignKeys {
        return;
    }
    for draft in field.relation().on_delete.iter().chain(&field.relation().on_update) {
        let hint = match draft.action {
            ReferentialAction::NoAction => {
                ". `NoAction` is not implemented for Postgres when using `relationMode = \"prisma\"`, you could try using `Restrict` instead. Learn more at https://pris.ly/d/relation-mode"
            }
            ReferentialAction::SetDefault => "",
            ReferentialAction::Cascade | ReferentialAction::Restrict | ReferentialAction::SetNull => continue,
        };
        let message = format!(
            "Invalid referential action: `{}`. Allowed values: (`Cascade`, `Restrict`, `SetNull`){hint}",
            draft.action.name()
        );
        report.invalid(&message, draft.argument);
    }
}

/// A column that must have a value cannot be set to none. PostgreSQL takes such a foreign key all the same, and fails later;
/// without a datasource, nothing says that it is PostgreSQL.
pub(super) fn check_set_null(inline: &Inline<'_>, schema: &Context<'_>, report: &mut Report) {
    let Some(forward) = inline.forward.map(|at| field(at, schema)) else { return };
    let model = &schema.models[inline.referencing];
    let is_required = |column: &usize| model.fields[*column].arity() == FieldArity::Required;
    if forward.relation().fields.as_ref().is_some_and(|fields| !fields.iter().any(is_required)) {
        return;
    }
    let configuration = &schema.configuration;
    let is_taken = configuration.datasource.is_some() && configuration.relation_mode == RelationMode::ForeignKeys;
    let relation = forward.relation();
    for (argument, draft) in [("onDelete", relation.on_delete), ("onUpdate", relation.on_update)] {
        if !draft.is_some_and(|draft| draft.action == ReferentialAction::SetNull) {
            continue;
        }
        if is_taken {
            let message = format!(
                "The `{argument}` referential action of a relation should not be set to `SetNull` when a referenced field is required. We recommend either to choose another referential action, or to make the referenced fields optional. Read more at https://pris.ly/d/postgres-set-null "
            );
            report.warning(message, forward.ast.span);
        } else {
            let message = format!(
                "The `{argument}` referential action of a relation must not be set to `SetNull` when a referenced field is required.\nEither choose another referential action, or make the referenced fields optional.\n"
            );
            report.attribute_error("@relation", &message, forward.ast.span);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn a_required_column_is_not_set_to_null() {
        check(
            r#"
            model A {
              id Int @id
              bs B[]
            }
            model B {
              id Int @id
              aId Int
              a A @relation(fields: [aId], references: [id], onDelete: SetNull)
            }
            "#,
            expect![[r#"
                warning: The `onDelete` referential action of a relation should not be set to `SetNull` when a referenced field is required. We recommend either to choose another referential action, or to make the referenced fields optional. Read more at https://pris.ly/d/postgres-set-null 
                 --> schema.prisma:8:3
                  |
                8 |   a A @relation(fields: [aId], references: [id], onDelete: SetNull)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn the_client_does_not_do_all_actions() {
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
              aId Int @unique
              a A @relation(fields: [aId], references: [id], onDelete: NoAction, onUpdate: SetDefault)
            }
            "#,
            expect![[r#"
                error: Error validating: Invalid referential action: `NoAction`. Allowed values: (`Cascade`, `Restrict`, `SetNull`). `NoAction` is not implemented for Postgres when using `relationMode = "prisma"`, you could try using `Restrict` instead. Learn more at https://pris.ly/d/relation-mode
                  --> schema.prisma:13:50
                   |
                13 |   a A @relation(fields: [aId], references: [id], onDelete: NoAction, onUpdate: SetDefault)
                   |                                                  ^^^^^^^^^^^^^^^^^^

                error: Error validating: Invalid referential action: `SetDefault`. Allowed values: (`Cascade`, `Restrict`, `SetNull`)
                  --> schema.prisma:13:70
                   |
                13 |   a A @relation(fields: [aId], references: [id], onDelete: NoAction, onUpdate: SetDefault)
                   |                                                                      ^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
