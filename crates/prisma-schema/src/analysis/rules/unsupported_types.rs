//! `Unsupported("…")` is only for types without a name in the schema language.

use crate::analysis::{
    context::Context,
    draft::{FieldDraft, FieldKind},
    native_types::find,
    reporter::Reporter,
};

pub(super) fn check(field: &FieldDraft<'_>, schema: &Context<'_>, report: &mut Reporter) {
    let FieldKind::Unsupported(text) = field.kind else { return };
    let Some((name, arguments)) = split(text) else { return };
    let Some(constructor) = find(name) else { return };
    let Some(native_type) = constructor.construct(&arguments) else { return };
    let datasource = schema.configuration.datasource.map_or("db", |datasource| datasource.name);
    let message = format!(
        "The type `Unsupported(\"{text}\")` you specified in the type definition for the field `{}` is supported as a native type by Prisma. Please use the native type notation `{} @{datasource}.{native_type}` for full support.",
        field.name(),
        constructor.scalar.name()
    );
    report.invalid(&message, field.ast.span);
}

/// Splits `Name(a, b)` into name and arguments. Any text after the bracket is ignored.
fn split(text: &str) -> Option<(&str, Vec<&str>)> {
    let (name, rest) = text.split_once('(').unwrap_or((text, ""));
    if name.is_empty() || rest.contains('\n') {
        return None;
    }
    let arguments = rest.split_once(')').map(|(arguments, _)| arguments.split(',').map(str::trim).collect());
    Some((name.trim(), arguments.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn native_types_cannot_be_unsupported() {
        check(
            r#"
            model A {
              id Int @id
              a Unsupported("point")
              b Unsupported("VarChar(10)")
            }
            "#,
            expect![[r#"
                error: Error validating: The type `Unsupported("VarChar(10)")` you specified in the type definition for the field `b` is supported as a native type by Prisma. Please use the native type notation `String @db.VarChar(10)` for full support.
                 --> schema.prisma:4:3
                  |
                4 |   b Unsupported("VarChar(10)")
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
