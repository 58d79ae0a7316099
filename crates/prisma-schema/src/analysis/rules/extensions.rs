//! The `extensions` of the datasource.

use crate::analysis::{context::Context, reporter::Reporter};

pub(super) fn check(schema: &Context<'_>, report: &mut Reporter) {
    let Some(extensions) = &schema.configuration.extensions else { return };
    if !schema.configuration.has_feature("postgresqlExtensions") {
        let message = "The `extensions` property is only available with the `postgresqlExtensions` preview feature.";
        report.error(message, extensions.span);
        return;
    }
    for (name, _) in &extensions.list {
        if name.name.starts_with(|first: char| first.is_ascii_digit()) {
            report.invalid("The name of an extension must not start with a number.", name.span);
        } else if name.name.contains('-') {
            report.invalid("The character `-` is not allowed in extension names.", name.span);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn extensions_are_a_preview_feature() {
        check(
            r#"
            datasource db {
              provider = "postgresql"
              url = "postgres://"
              extensions = [citext]
            }
            "#,
            expect![[r#"
                error: The `extensions` property is only available with the `postgresqlExtensions` preview feature.
                 --> schema.prisma:4:3
                  |
                4 |   extensions = [citext]
                  |   ^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn extension_names_are_checked() {
        check(
            r#"
            generator client {
              provider = "prisma-client-js"
              previewFeatures = ["postgresqlExtensions"]
            }
            datasource db {
              provider = "postgresql"
              url = "postgres://"
              extensions = [uuid-ossp, uuid_ossp(map: "uuid-ossp")]
            }
            "#,
            expect![[r#"
                error: Error validating: The character `-` is not allowed in extension names.
                 --> schema.prisma:8:17
                  |
                8 |   extensions = [uuid-ossp, uuid_ossp(map: "uuid-ossp")]
                  |                 ^^^^^^^^^
            "#]],
        );
    }
}
