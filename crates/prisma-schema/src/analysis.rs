//! Turns the syntax tree into the data model.
//!
//! The passes follow Prisma's, so that errors appear in the same order: names, types of fields, attributes, configuration,
//! then the rules for the whole schema. After errors, passes that would repeat them do not run.

mod arguments;
mod build;
mod composite_types;
mod configuration;
mod context;
mod defaults;
mod definitions;
mod draft;
mod enums;
mod index_fields;
mod indexes;
mod models;
mod native_types;
mod operator_classes;
mod predicates;
mod relation_fields;
mod relations;
mod reporter;
mod reserved_names;
mod rules;
mod scalar_fields;
mod types;

use crate::{
    DataModel, Diagnostic, Flavour, Source,
    parser::{self, Input},
    syntax::{Block, ModelKind},
};
use context::{Context, TypeId};
use relations::RelationFields;

/// Parses and validates a schema of one or more files.
///
/// Returns the data model and the warnings.
///
/// # Errors
/// The diagnostics of an invalid schema: the errors, then the warnings.
pub fn data_model(sources: &[Source], flavour: Flavour) -> Result<(DataModel, Vec<Diagnostic>), Vec<Diagnostic>> {
    let inputs: Vec<_> = (0..).zip(sources).map(|(file, source)| Input::new(source, file, flavour)).collect();
    let mut diagnostics = Vec::new();
    let mut blocks = Vec::new();
    for input in &inputs {
        blocks.append(&mut parser::parse(input, &mut diagnostics));
    }
    analyse(&blocks, Context::new(flavour, diagnostics))
}

fn analyse<'a>(
    blocks: &'a [Block<'a>],
    mut context: Context<'a>,
) -> Result<(DataModel, Vec<Diagnostic>), Vec<Diagnostic>> {
    definitions::collect(blocks, &mut context);
    let stops = |context: &Context<'_>| context.flavour.stops_at_unknown_names() && context.report.has_errors();
    if !stops(&context) {
        types::resolve(&mut context);
    }
    if !stops(&context) {
        read_attributes(&mut context);
    }
    configuration::read(blocks, &mut context);
    if context.report.has_errors() {
        return Err(context.report.into_diagnostics());
    }
    let mut report = std::mem::take(&mut context.report);
    let schema = &context;
    let relation_fields = RelationFields::new(schema);
    let relations = relations::infer(&relation_fields, schema);
    rules::check(&relations, &relation_fields, schema, &mut report);
    if report.has_errors() {
        return Err(report.into_diagnostics());
    }
    Ok((build::data_model(schema, &relations), report.into_diagnostics()))
}

fn read_attributes(context: &mut Context<'_>) {
    for model in context.model_ids() {
        if context.models[model].ast.kind == ModelKind::Type {
            continue;
        }
        for field in context.models[model].field_ids() {
            if context.models[model].fields[field].related_model().is_some() {
                relation_fields::read(model, field, context);
            }
        }
    }
    for index in 0..context.order.len() {
        match context.order[index] {
            TypeId::Model(model) if context.models[model].ast.kind == ModelKind::Type => {
                composite_types::read(model, context);
            }
            TypeId::Model(model) => models::read(model, context),
            TypeId::Enum(id) => enums::read(id, context),
        }
    }
}
