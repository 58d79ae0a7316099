//! Names of tables and enums in the database: each may be there once in a namespace.

use std::collections::{HashMap, HashSet};

use crate::{
    Span,
    analysis::{context::Context, draft::ModelDraft, report::Report},
};

pub(super) fn check_models(schema: &Context<'_>, report: &mut Report) {
    let mut taken: HashMap<_, &ModelDraft<'_>> = HashMap::with_capacity(schema.models.len());
    for (_, model) in schema.models_then_views() {
        let namespace = model.schema.map(|(name, _)| name);
        let Some(first) = taken.insert((namespace, model.database_name()), model) else { continue };
        // The error belongs to the `@@map` that makes the names equal, on whichever model that is.
        let (mapped, other) = if model.map.is_some() { (model, first) } else { (first, model) };
        let message = format!(
            "The model with database name \"{}\" could not be defined because another model or view with this name exists: \"{}\"",
            model.database_name(),
            other.name()
        );
        report.error(message, map_span(mapped)).with_related("has the same name", other.ast.name.span);
    }
}

fn map_span(model: &ModelDraft<'_>) -> Span {
    let map = model.ast.attributes.iter().find(|attribute| attribute.name.name == "map");
    map.map_or(model.ast.span, |attribute| attribute.span)
}

pub(super) fn check_enums(schema: &Context<'_>, report: &mut Report) {
    let mut taken = HashSet::with_capacity(schema.enums.len());
    for r#enum in &schema.enums {
        let namespace = r#enum.schema.map(|(name, _)| name);
        if !taken.insert((namespace, r#enum.database_name())) {
            report.error("An enum with the same database name is already defined.", r#enum.ast.span);
        }
    }
}
