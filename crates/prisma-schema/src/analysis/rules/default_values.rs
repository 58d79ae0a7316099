//! What `@default(…)` says must be known to PostgreSQL.

use super::constraint_names::check_length;
use crate::{
    analysis::{
        context::Context,
        draft::{DefaultDraftValue, ModelDraft},
        report::Report,
    },
    syntax::ModelKind,
};

/// Functions that nobody knows, of all models.
pub(super) fn check_functions(schema: &Context<'_>, report: &mut Report) {
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

pub(super) fn check(model: &ModelDraft<'_>, field: usize, report: &mut Report) {
    let Some(default) = &model.fields[field].default else { return };
    if let Some(map) = default.map {
        let message = "You defined a database name for the default value of a field on the model. This is not supported by the provider.";
        report.attribute_error("@default", message, default.attribute.span);
        check_length(map, default.attribute, "@default", model.ast, report);
    }
    match &default.value {
        DefaultDraftValue::Unreadable(values) => {
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
