//! Attributes of enums.

use super::{
    arguments::{ArgumentReader, Attributes, string},
    context::Context,
    fields::{read_map, read_schema},
};

pub(super) fn read(id: usize, context: &mut Context<'_>) {
    let ast = context.enums[id].ast;
    for (index, value) in ast.values.iter().enumerate() {
        let mut attributes = Attributes::new(&value.attributes);
        if let Some(attribute) = attributes.single("map", context) {
            let mut arguments = ArgumentReader::new(attribute, context);
            if let Some(argument) = arguments.required("name", context)
                && let Some((name, _)) = string(&argument.value, context)
            {
                context.enums[id].values[index] = name;
            }
            arguments.finish(context);
        }
        attributes.finish(context);
    }
    let mut attributes = Attributes::new(&ast.attributes);
    if let Some(attribute) = attributes.single("map", context) {
        context.enums[id].database_name = read_map(attribute, context);
    }
    if let Some(attribute) = attributes.single("schema", context) {
        context.enums[id].schema = read_schema(attribute, context);
    }
    attributes.finish(context);
}
