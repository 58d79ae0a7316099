//! Rules of the whole schema, one file for each kind, in the order of Prisma's validation.

mod ambiguous_relations;
mod client_names;
mod composite_types;
mod constraint_names;
mod database_names;
mod default_values;
mod extensions;
mod ignored_models;
mod index_types;
mod indexes;
mod many_to_many;
mod namespaces;
mod native_types;
mod one_to_many;
mod one_to_one;
mod primary_keys;
mod reference_cycles;
mod references;
mod referential_actions;
mod relation_indexes;
mod unique_criteria;
mod unsupported_types;
mod views;

use super::{
    context::Context,
    relations::{Index, Relation},
    report::Report,
};
use client_names::ClientNames;
use constraint_names::ConstraintNames;

/// Checks a schema whose names and types are known.
pub(super) fn check(relations: &[Relation<'_>], relation_fields: &Index<'_>, context: &mut Context<'_>) {
    let mut report = std::mem::take(&mut context.report);
    check_all(relations, relation_fields, context, &mut report);
    context.report = report;
}

fn check_all(relations: &[Relation<'_>], relation_fields: &Index<'_>, schema: &Context<'_>, report: &mut Report) {
    let names = ConstraintNames::new(relations, schema);
    composite_types::check(schema, report);
    default_values::check_functions(schema, report);
    namespaces::check_datasource(schema, report);
    extensions::check(schema, report);
    database_names::check_models(schema, report);
    for (id, model) in schema.models_then_views() {
        let client_names = ClientNames::new(model);
        views::check(model, schema, report);
        let may_have_keys = views::may_have_keys(model, schema);
        if may_have_keys {
            unique_criteria::check(model, report);
            primary_keys::check(id, model, &names, &client_names, report);
        }
        namespaces::check_model(model, schema, report);
        if may_have_keys {
            index_types::check(model, report);
            primary_keys::check_clustering(model, report);
        }
        let (relation_fields_here, columns): (Vec<_>, Vec<_>) =
            (0..model.fields.len()).partition(|&field| model.fields[field].related_model().is_some());
        for field in columns {
            client_names.check_field(model, field, report);
            native_types::check(&model.fields[field], schema, report);
            default_values::check(model, field, report);
            unsupported_types::check(&model.fields[field], schema, report);
        }
        for field in relation_fields_here {
            if !ambiguous_relations::check(id, field, relation_fields, schema, report) {
                return;
            }
            client_names.check_field(model, field, report);
            ignored_models::check(model, field, schema, report);
            referential_actions::check_supported(&model.fields[field], schema, report);
            constraint_names::check_relation_length(model, field, report);
            relation_indexes::check(model, field, schema, report);
        }
        if !may_have_keys {
            views::check_indexes(model, report);
            continue;
        }
        for index in &model.indexes {
            indexes::check(index, model, &names, &client_names, schema, report);
        }
    }
    database_names::check_enums(schema, report);
    for enum_ in &schema.enums {
        namespaces::check_enum(enum_, schema, report);
    }
    let cycles = reference_cycles::ReferenceCycles::new(relations, schema);
    for relation in relations {
        match relation {
            Relation::Inline(inline) => {
                cycles.check(inline, schema, report);
                references::check(inline, schema, report);
                names.check_relation(inline, schema, report);
                referential_actions::check_set_null(inline, schema, report);
                if inline.one_to_one {
                    one_to_one::check(inline, schema, report);
                } else {
                    one_to_many::check(inline, schema, report);
                }
            }
            Relation::ManyToMany { a, b } => many_to_many::check_implicit([*a, *b], schema, report),
            Relation::Embedded { a, b } => many_to_many::refuse_embedded([*a, *b], schema, report),
        }
    }
}
