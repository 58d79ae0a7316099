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
    let sources = [Source::new("schema.prisma", with_datasource(schema))];
    let diagnostics = match data_model(&sources, flavour) {
        Ok((_, warnings)) => warnings,
        Err(diagnostics) => diagnostics,
    };
    expected.assert_eq(&render(&diagnostics, &sources, false));
}

/// Removes the indentation, and appends a datasource unless the schema has one.
fn with_datasource(schema: &str) -> String {
    let schema = schema.trim_start_matches('\n');
    let margin = schema.len() - schema.trim_start().len();
    let mut text: String = schema.lines().map(|line| format!("{}\n", line.get(margin..).unwrap_or_default())).collect();
    if !text.contains("datasource") {
        text.push_str("datasource db {\n  provider = \"postgresql\"\n  url = \"postgres://\"\n}\n");
    }
    text
}
