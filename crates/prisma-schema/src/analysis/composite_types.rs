//! Attributes of composite types. Their errors precede the error that PostgreSQL does not support the types.

use super::{arguments::Attributes, context::Context, defaults, draft::FieldKind};
use crate::ModelId;

pub(super) fn read(model: ModelId, context: &mut Context<'_>) {
    let ast = context.models[model].ast;
    for field in context.models[model].field_ids() {
        let attributes = Attributes::new(&ast.fields[field].attributes);
        if let FieldKind::Scalar(_) = context.models[model].fields[field].kind {
            attributes.native_type(&mut context.report);
        }
        attributes.map(&mut context.report);
        if let Some(arguments) = attributes.single("default", &mut context.report) {
            defaults::read_of_composite_type(model, field, arguments, context);
        }
        attributes.finish(&mut context.report);
    }
}
