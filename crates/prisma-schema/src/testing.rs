//! Test helpers: schemas and their rendered diagnostics.

#![expect(clippy::needless_pass_by_value, reason = "`expect!` creates a temporary value")]

use expect_test::Expect;

use crate::{Flavour, Source, data_model, render};

/// Compares the rendered diagnostics of a schema with a snapshot.
pub(crate) fn check(schema: &str, expected: Expect) {
    check_as(Flavour::V5, schema, expected);
}

/// Like [`check`], for one version of Prisma.
pub(crate) fn check_as(flavour: Flavour, schema: &str, expected: Expect) {
    let mut text = unindented(schema);
    if !text.contains("datasource") {
        text += &unindented(
            r#"
            datasource db {
              provider = "postgresql"
              url = "postgres://"
            }
            "#,
        );
    }
    check_text(flavour, text, expected);
}

/// Like [`check`], with a datasource without foreign keys.
pub(crate) fn check_without_foreign_keys(schema: &str, expected: Expect) {
    let datasource = unindented(
        r#"
        datasource db {
          provider = "postgresql"
          url = "postgres://"
          relationMode = "prisma"
        }
        "#,
    );
    check_text(Flavour::V5, unindented(schema) + &datasource, expected);
}

fn check_text(flavour: Flavour, text: String, expected: Expect) {
    let sources = [Source::new("schema.prisma", text)];
    let diagnostics = match data_model(&sources, flavour) {
        Ok((_, warnings)) => warnings,
        Err(diagnostics) => diagnostics,
    };
    expected.assert_eq(&render(&diagnostics, &sources, false));
}

/// Removes the indentation of the first line from each line.
pub(crate) fn unindented(text: &str) -> String {
    let text = text.trim_start_matches('\n');
    let indentation = text.len() - text.trim_start().len();
    text.lines().map(|line| format!("{}\n", line.get(indentation..).unwrap_or_default())).collect()
}
