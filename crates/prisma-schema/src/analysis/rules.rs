//! Rules for the whole schema, in the order of Prisma's validation. Each file holds the rules for one subject.

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
    relations::{self, InferredRelation, RelationFields},
    reporter::Reporter,
};
use client_names::ClientNames;
use constraint_names::ConstraintNames;

/// Checks a schema whose names and types are known.
pub(super) fn check(
    relations: &[InferredRelation<'_>],
    relation_fields: &RelationFields<'_>,
    schema: &Context<'_>,
    report: &mut Reporter,
) {
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
        for field in model.fields.iter().filter(|field| field.related_model().is_none()) {
            client_names.check_field(model, field, report);
            native_types::check(field, schema, report);
            default_values::check(model, field, report);
            unsupported_types::check(field, schema, report);
        }
        for field in relations::fields_of(id, schema) {
            if !ambiguous_relations::check(field, relation_fields, report) {
                return;
            }
            client_names.check_field(model, field.field, report);
            ignored_models::check(field, report);
            referential_actions::check_supported(field, schema, report);
            constraint_names::check_relation_length(field, report);
            relation_indexes::check(field, schema, report);
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
            InferredRelation::Inline(inline) => {
                cycles.check(inline, report);
                if let Some(forward) = inline.forward {
                    references::check(forward, report);
                }
                names.check_relation(inline, schema, report);
                if let Some(forward) = inline.forward {
                    referential_actions::check_set_null(forward, schema, report);
                }
                if inline.one_to_one {
                    one_to_one::check(inline, schema, report);
                } else {
                    one_to_many::check(inline, report);
                }
            }
            InferredRelation::ManyToMany(sides) => many_to_many::check_implicit(sides, schema, report),
            InferredRelation::Embedded(sides) => many_to_many::reject_embedded(sides, report),
        }
    }
}
