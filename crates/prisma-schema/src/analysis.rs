//! Syntax tree to data model.
//!
//! The passes follow Prisma's, so that the same mistakes are reported in the same order: configuration, names, types of
//! fields, attributes, relations, then the rules of the whole. A pass that finds errors may keep later ones from running,
//! where those would only repeat them.

mod arguments;
mod build;
mod configuration;
mod context;
mod defaults;
mod draft;
mod enums;
mod fields;
mod indexes;
mod names;
mod native_types;
mod operator_classes;
mod relation_attribute;
mod relations;
mod rules;

use crate::{
    DataModel, Diagnostic, Flavour, Severity, Source, parser,
    syntax::{Block, ModelKind},
};
use context::Context;

/// Reads and validates a schema of one or more files.
///
/// The warnings come with the data model; the errors come with any warnings before them, in the order found.
///
/// # Errors
/// If there is any error, nothing but the diagnostics is returned.
pub fn data_model(sources: &[Source], flavour: Flavour) -> Result<(DataModel, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let mut blocks = Vec::new();
    for (file, source) in (0..).zip(sources) {
        blocks.append(&mut parser::parse(source, file, &mut diagnostics));
    }
    if has_errors(&diagnostics) {
        return Err(diagnostics);
    }
    analyse(&blocks, flavour, diagnostics)
}

fn analyse(
    blocks: &[Block<'_>],
    flavour: Flavour,
    diagnostics: Vec<Diagnostic>,
) -> Result<(DataModel, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut context = Context::new(flavour, diagnostics);
    configuration::read(blocks, &mut context);
    names::read(blocks, &mut context);
    if context.has_new_errors() {
        return Err(context.diagnostics);
    }
    fields::resolve_types(&mut context);
    if context.has_new_errors() {
        return Err(context.diagnostics);
    }
    for model in 0..context.models.len() {
        fields::read_model(model, &mut context);
    }
    for id in 0..context.enums.len() {
        enums::read(id, &mut context);
    }
    let relations = relations::infer(&context);
    if context.has_new_errors() {
        return Err(context.diagnostics);
    }
    rules::check(&relations, &mut context);
    if has_errors(&context.diagnostics) {
        return Err(context.diagnostics);
    }
    let model = build::data_model(&context, &relations);
    Ok((model, context.diagnostics))
}

fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// Whether this kind of block becomes something in the database that fields can refer to.
fn is_composite(kind: ModelKind) -> bool {
    kind == ModelKind::Type
}
