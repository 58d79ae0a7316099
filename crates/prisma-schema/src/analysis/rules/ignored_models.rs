//! A relation to a model that the client does not know must be unknown to it as well.

use crate::analysis::{context::Context, draft::ModelDraft, report::Report};

pub(super) fn check(model: &ModelDraft<'_>, field: usize, schema: &Context<'_>, report: &mut Report) {
    let field = &model.fields[field];
    let Some(related) = field.related_model().map(|related| &schema.models[related]) else { return };
    if related.ignored && !field.ignored && !model.ignored {
        let message = format!(
            "The relation field `{}` on Model `{}` must specify the `@ignore` attribute, because the model {} it is pointing to is marked ignored.",
            field.name(),
            model.name(),
            related.name()
        );
        report.attribute_error("@ignore", &message, field.ast.span);
    }
}
