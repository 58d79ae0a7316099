//! Prisma does not support composite types for PostgreSQL.

use crate::{
    analysis::{context::Context, reporter::Reporter},
    syntax::ModelKind,
};

pub(super) fn check(schema: &Context<'_>, report: &mut Reporter) {
    for model in &schema.models {
        if model.ast.kind == ModelKind::Type {
            report.invalid("Composite types are not supported on Postgres.", model.ast.span);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn composite_types_are_rejected() {
        check(
            r#"
            type Address {
              street String
            }
            model A {
              id Int @id
            }
            "#,
            expect![[r#"
                error: Error validating: Composite types are not supported on Postgres.
                 --> schema.prisma:1:1
                  |
                1 | type Address {
                  | ^^^^^^^^^^^^^^
                2 |   street String
                  |   ^^^^^^^^^^^^^
                3 | }
                  | ^
            "#]],
        );
    }
}
