//! Rules of each index that do not depend on the types of its fields.

use super::{
    client_names::{self, ClientNames},
    constraint_names::{self, ConstraintNames},
};
use crate::{
    IndexAlgorithm,
    analysis::{
        context::Context,
        draft::{IndexDraft, IndexKind, ModelDraft},
        report::Report,
    },
};

pub(super) fn check(
    index: &IndexDraft<'_>,
    model: &ModelDraft<'_>,
    names: &ConstraintNames<'_>,
    client_names: &ClientNames<'_>,
    schema: &Context<'_>,
    report: &mut Report,
) {
    let attribute = index.attribute_name();
    let wrong = |message: &str, report: &mut Report| {
        report.attribute_error(attribute, message, index.attribute.span);
    };
    if index.fields.is_empty() {
        wrong("The list of fields in an index cannot be empty. Please specify at least one field.", report);
    }
    names.check_index(index, model, report);
    if index.kind == IndexKind::Unique {
        client_names::check_unique_index(model, index, report);
    }
    client_names.check_once(index.name, index.attribute, attribute, report);
    if index.fields.iter().any(|field| field.has_length) {
        wrong("The length argument is not supported in an index definition with the current connector", report);
    }
    if index.algorithm == Some(IndexAlgorithm::Hash) && index.fields.iter().any(|field| field.sort.is_some()) {
        wrong("Hash type does not support sort option.", report);
    }
    if index.kind == IndexKind::Fulltext {
        if schema.flavour.fulltext_needs_preview_feature() && !schema.configuration.has_feature("fullTextIndex") {
            wrong("You must enable `fullTextIndex` preview feature to be able to define a @@fulltext index.", report);
        }
        wrong("Defining fulltext indexes is not supported with the current connector.", report);
    }
    constraint_names::check_index_length(index, model, report);
    if index.has_clustered {
        wrong("Defining clustering is not supported in the current connector.", report);
    }
    if let Some(predicate) = &index.predicate
        && !schema.configuration.has_feature("partialIndexes")
    {
        let message =
            "Partial indexes are a preview feature. Add \"partialIndexes\" to previewFeatures in your generator block.";
        report.attribute_error(attribute, message, predicate.span);
    }
    if index.kind != IndexKind::Normal && index.fields.iter().any(|field| field.operator_class.is_some()) {
        wrong("Operator classes can only be defined to fields in an @@index attribute.", report);
    }
}
