//! `extensions` in the datasource.

use crate::analysis::{context::Context, report::Report};

pub(super) fn check(schema: &Context<'_>, report: &mut Report) {
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
