//! PostgreSQL's schemas have no composite types.

use crate::{
    analysis::{context::Context, report::Report},
    syntax::ModelKind,
};

pub(super) fn check(schema: &Context<'_>, report: &mut Report) {
    for model in &schema.models {
        if model.ast.kind == ModelKind::Type {
            report.invalid("Composite types are not supported on Postgres.", model.ast.span);
        }
    }
}
