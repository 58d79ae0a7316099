//! Attributes of enums.

use super::{arguments::Attributes, context::Context, read_map, read_schema};
use crate::EnumId;

pub(super) fn read(id: EnumId, context: &mut Context<'_>) {
    let (draft, report) = (&mut context.enums[id], &mut context.report);
    for (value, name) in draft.ast.values.iter().zip(&mut draft.values) {
        let mut attributes = Attributes::new(&value.attributes);
        if let Some(mut arguments) = attributes.single("map", report) {
            if let Some(map) = read_map(&mut arguments, report) {
                *name = map;
            }
            arguments.finish(report);
        }
        attributes.finish(report);
    }
    let mut attributes = Attributes::new(&draft.ast.attributes);
    if let Some(mut arguments) = attributes.single("map", report) {
        draft.map = read_map(&mut arguments, report);
        arguments.finish(report);
    }
    if let Some(mut arguments) = attributes.single("schema", report) {
        draft.schema = read_schema(&mut arguments, report);
        arguments.finish(report);
    }
    attributes.finish(report);
}
