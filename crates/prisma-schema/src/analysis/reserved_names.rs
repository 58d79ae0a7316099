//! Reserved names.

use super::reporter::Reporter;
use crate::{
    Flavour, ScalarType,
    syntax::{Enum, Identifier, Model},
};

/// Blocks cannot have the names of built-in types.
pub(super) fn check_scalar_type(name: &Identifier<'_>, report: &mut Reporter) {
    if ScalarType::from_name(name.name).is_some() {
        report.error(format!("\"{}\" is a reserved scalar type name and cannot be used.", name.name), name.span);
    }
}

/// The generated client cannot use reserved names.
pub(super) fn check_model(model: &Model<'_>, flavour: Flavour, report: &mut Reporter) {
    let (name, word) = (model.name.name, model.kind.word());
    if is_reserved(name, flavour) {
        let message = format!(
            "The {word} name `{name}` is invalid. It is a reserved name. Please change it. Read more at https://pris.ly/d/naming-models"
        );
        report.definition_error(model, &message, model.span);
    }
}

/// The generated client cannot use reserved names.
pub(super) fn check_enum(enum_: &Enum<'_>, flavour: Flavour, report: &mut Reporter) {
    let name = enum_.name.name;
    if is_reserved(name, flavour) {
        let message = format!(
            "Error validating enum `{name}`: The enum name `{name}` is invalid. It is a reserved name. Please change it. Read more at https://www.prisma.io/docs/reference/tools-and-interfaces/prisma-schema/data-model#naming-enums"
        );
        report.error(message, enum_.span);
    }
}

/// JavaScript's keywords and the name of the client are reserved.
#[rustfmt::skip]
fn is_reserved(name: &str, flavour: Flavour) -> bool {
    match name {
        "PrismaClient" | "break" | "case" | "catch" | "class" | "const" | "continue" | "debugger" | "default" | "delete"
        | "do" | "else" | "enum" | "export" | "extends" | "false" | "finally" | "for" | "function" | "if"
        | "implements" | "import" | "in" | "instanceof" | "interface" | "let" | "new" | "null" | "package" | "private"
        | "protected" | "public" | "return" | "super" | "switch" | "this" | "throw" | "true" | "try" | "typeof" | "var"
        | "void" | "while" | "with" | "yield" => true,
        "async" | "await" | "using" => flavour.reserves_contextual_keywords(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn reserved_names_are_rejected() {
        check(
            r#"
            model class {
              id Int @id
            }
            model Int {
              id Int @id
            }
            "#,
            expect![[r#"
                error: Error validating model "class": The model name `class` is invalid. It is a reserved name. Please change it. Read more at https://pris.ly/d/naming-models
                 --> schema.prisma:1:1
                  |
                1 | model class {
                  | ^^^^^^^^^^^^^
                2 |   id Int @id
                  |   ^^^^^^^^^^
                3 | }
                  | ^

                error: "Int" is a reserved scalar type name and cannot be used.
                 --> schema.prisma:4:7
                  |
                4 | model Int {
                  |       ^^^
            "#]],
        );
    }
}
