//! Attributes of enums.

use super::{arguments::Attributes, context::Context};
use crate::EnumId;

pub(super) fn read(id: EnumId, context: &mut Context<'_>) {
    let (draft, report) = (&mut context.enums[id], &mut context.report);
    for (value, name) in draft.ast.values.iter().zip(&mut draft.values) {
        let attributes = Attributes::new(&value.attributes);
        if let Some(map) = attributes.map(report) {
            *name = map;
        }
        attributes.finish(report);
    }
    let attributes = Attributes::new(&draft.ast.attributes);
    draft.map = attributes.map(report);
    draft.schema = attributes.schema(report);
    attributes.finish(report);
}
