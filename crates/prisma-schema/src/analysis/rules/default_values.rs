//! Rules for `@default(…)`.

use super::constraint_names::check_length;
use crate::{
    analysis::{
        context::Context,
        draft::{DefaultDraftValue, FieldDraft, ModelDraft},
        reporter::Reporter,
    },
    syntax::ModelKind,
};

/// Reports the unknown functions of all models.
pub(super) fn check_functions(schema: &Context<'_>, report: &mut Reporter) {
    for model in schema.models.iter().filter(|model| model.ast.kind != ModelKind::Type) {
        for default in model.fields.iter().filter_map(|field| field.default.as_ref()) {
            if let DefaultDraftValue::Unknown(name, span) = default.value {
                let message = format!(
                    "Unknown function in @default(): `{name}` is not known. You can read about the available functions here: https://pris.ly/d/attribute-functions"
                );
                report.error(message, span);
            }
        }
    }
}

pub(super) fn check(model: &ModelDraft<'_>, field: &FieldDraft<'_>, report: &mut Reporter) {
    let Some(default) = &field.default else { return };
    if let Some(map) = default.map {
        let message = "You defined a database name for the default value of a field on the model. This is not supported by the provider.";
        report.attribute_error("@default", message, default.attribute.span);
        check_length(map, default.attribute, "@default", model.ast, report);
    }
    match &default.value {
        DefaultDraftValue::Malformed(values) => {
            for (message, span) in values {
                report.error(message, *span);
            }
        }
        DefaultDraftValue::Auto(span) => {
            let message = "The current connector does not support the `auto()` function.";
            report.attribute_error("@default", message, *span);
        }
        DefaultDraftValue::Known(_) | DefaultDraftValue::Unknown(..) => {}
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn defaults_must_be_well_formed() {
        check(
            r#"
            model A {
              id Int @id
              json Json @default("{")
              bytes Bytes @default("?")
              time DateTime @default("today")
              list Int[] @default([1, 2.5])
              decimal Decimal @default("1,5")
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@default": Parse error: "{" is not a valid JSON string. (EOF while parsing an object at line 1 column 1)
                 --> schema.prisma:3:22
                  |
                3 |   json Json @default("{")
                  |                      ^^^

                error: Error parsing attribute "@default": Parse error: "?" is not a valid base64 string. (Could not convert from `base64 encoded bytes` to `PrismaValue::Bytes`)
                 --> schema.prisma:4:24
                  |
                4 |   bytes Bytes @default("?")
                  |                        ^^^

                error: Error parsing attribute "@default": Parse error: "today" is not a valid rfc3339 datetime string. (input contains invalid characters)
                 --> schema.prisma:5:26
                  |
                5 |   time DateTime @default("today")
                  |                          ^^^^^^^

                error: Error parsing attribute "@default": Parse error: "2.5" is not a valid integer. (invalid digit found in string)
                 --> schema.prisma:6:27
                  |
                6 |   list Int[] @default([1, 2.5])
                  |                           ^^^

                error: Error parsing attribute "default": Parse error: "1,5" is not a valid decimal. (invalid digit found in string)
                 --> schema.prisma:7:28
                  |
                7 |   decimal Decimal @default("1,5")
                  |                            ^^^^^
            "#]],
        );
    }

    #[test]
    fn functions_must_be_known() {
        check(
            r#"
            model A {
              id Int @id @default(sequence())
              name String @default(auto())
            }
            "#,
            expect![[r#"
                error: Unknown function in @default(): `sequence` is not known. You can read about the available functions here: https://pris.ly/d/attribute-functions
                 --> schema.prisma:2:23
                  |
                2 |   id Int @id @default(sequence())
                  |                       ^^^^^^^^^^

                error: Error parsing attribute "@default": The current connector does not support the `auto()` function.
                 --> schema.prisma:3:24
                  |
                3 |   name String @default(auto())
                  |                        ^^^^^^
            "#]],
        );
    }

    #[test]
    fn defaults_cannot_have_a_database_name() {
        check(
            r#"
            model A {
              id Int @id @default(1, map: "one")
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@default": You defined a database name for the default value of a field on the model. This is not supported by the provider.
                 --> schema.prisma:2:14
                  |
                2 |   id Int @id @default(1, map: "one")
                  |              ^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
