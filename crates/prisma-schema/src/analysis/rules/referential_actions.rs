//! `onDelete` and `onUpdate`.

use crate::{
    ReferentialAction,
    analysis::{context::Context, draft::FieldDraft, relations::RelationField, reporter::Reporter},
};

/// Without foreign keys, Prisma's client performs the actions, and does not support all of them.
pub(super) fn check_supported(field: RelationField<'_>, schema: &Context<'_>, report: &mut Reporter) {
    if !schema.configuration.emulates_foreign_keys() {
        return;
    }
    for draft in field.relation.actions() {
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

/// Required columns cannot be set to NULL. PostgreSQL accepts such a foreign key and fails later, so this is a warning;
/// without a datasource the database is unknown, so it is an error.
pub(super) fn check_set_null(forward: RelationField<'_>, schema: &Context<'_>, report: &mut Reporter) {
    if forward.relation.fields.is_some() && !forward.columns().any(FieldDraft::is_required) {
        return;
    }
    let configuration = &schema.configuration;
    let is_accepted = configuration.datasource.is_some() && !configuration.emulates_foreign_keys();
    for (argument, draft) in [("onDelete", forward.relation.on_delete), ("onUpdate", forward.relation.on_update)] {
        if !draft.is_some_and(|draft| draft.action == ReferentialAction::SetNull) {
            continue;
        }
        if is_accepted {
            let message = format!(
                "The `{argument}` referential action of a relation should not be set to `SetNull` when a referenced field is required. We recommend either to choose another referential action, or to make the referenced fields optional. Read more at https://pris.ly/d/postgres-set-null "
            );
            report.warning(message, forward.span());
        } else {
            let message = format!(
                "The `{argument}` referential action of a relation must not be set to `SetNull` when a referenced field is required.\nEither choose another referential action, or make the referenced fields optional.\n"
            );
            forward.error(&message, report);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, check_without_foreign_keys};

    #[test]
    fn set_null_needs_optional_columns() {
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
    fn the_client_supports_only_some_actions() {
        check_without_foreign_keys(
            r#"
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
                 --> schema.prisma:8:50
                  |
                8 |   a A @relation(fields: [aId], references: [id], onDelete: NoAction, onUpdate: SetDefault)
                  |                                                  ^^^^^^^^^^^^^^^^^^

                error: Error validating: Invalid referential action: `SetDefault`. Allowed values: (`Cascade`, `Restrict`, `SetNull`)
                 --> schema.prisma:8:70
                  |
                8 |   a A @relation(fields: [aId], references: [id], onDelete: NoAction, onUpdate: SetDefault)
                  |                                                                      ^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
