//! `view` blocks.

use crate::{
    analysis::{context::Context, draft::ModelDraft, report::Report},
    syntax::ModelKind,
};

pub(super) fn check(model: &ModelDraft<'_>, schema: &Context<'_>, report: &mut Report) {
    if model.ast.kind == ModelKind::View && !schema.configuration.has_feature("views") {
        report.invalid("View definitions are only available with the `views` preview feature.", model.ast.span);
    }
}
