//! Names of keys, indexes and foreign keys in the database: uniqueness and length.

use crate::{
    ModelId, Span,
    analysis::{
        context::Context,
        draft::{IndexDraft, ModelDraft},
        relations::{InferredRelation, InlineRelation, RelationField},
        reporter::Reporter,
    },
    name_hash::NameMap,
    names::MAX_IDENTIFIER,
    syntax::{Attribute, Model},
};

/// The number of uses of each name.
pub(super) struct ConstraintNames<'s> {
    /// Primary keys and indexes, by namespace.
    global: NameMap<(Option<&'s str>, &'s str), usize>,
    /// Primary keys, indexes and foreign keys, by model.
    local: NameMap<(ModelId, &'s str), usize>,
}

impl<'s> ConstraintNames<'s> {
    pub(super) fn new(relations: &'s [InferredRelation<'_>], schema: &'s Context<'_>) -> Self {
        let mut names = Self { global: NameMap::default(), local: NameMap::default() };
        for (id, model) in schema.models_then_views() {
            let key = model.primary_key.iter().map(|key| &*key.database_name);
            for name in key.chain(model.indexes.iter().map(|index| &*index.database_name)) {
                *names.global.entry((namespace(model), name)).or_default() += 1;
                *names.local.entry((id, name)).or_default() += 1;
            }
        }
        for relation in relations {
            if let InferredRelation::Inline(inline) = relation {
                // Without a forward field, the relation counts for the model of the list.
                let model = if inline.forward.is_some() { inline.referencing } else { inline.referenced };
                *names.local.entry((model, &*inline.constraint_name)).or_default() += 1;
            }
        }
        names
    }

    fn is_taken_globally(&self, model: &ModelDraft<'s>, name: &str) -> bool {
        self.global.get(&(namespace(model), name)).is_some_and(|&count| count > 1)
    }

    fn is_taken_locally(&self, model: ModelId, name: &str) -> bool {
        self.local.get(&(model, name)).is_some_and(|&count| count > 1)
    }

    pub(super) fn check_primary_key(&self, id: ModelId, model: &ModelDraft<'_>, report: &mut Reporter) {
        let Some(key) = &model.primary_key else { return };
        let name = &*key.database_name;
        check_length(name, key.attribute, key.attribute_name(), model.ast, report);
        let span = span(key.attribute, &["map"]);
        if self.is_taken_globally(model, name) {
            report_taken(name, GLOBAL, key.attribute_name(), span, report);
        }
        if self.is_taken_locally(id, name) {
            report_taken(name, &local(model), key.attribute_name(), span, report);
        }
    }

    pub(super) fn check_index(&self, index: &IndexDraft<'_>, model: &ModelDraft<'_>, report: &mut Reporter) {
        if self.is_taken_globally(model, &index.database_name) {
            let span = span(index.attribute, &["map", "name"]);
            report_taken(&index.database_name, GLOBAL, index.attribute_name(), span, report);
        }
    }

    pub(super) fn check_relation(&self, inline: &InlineRelation<'_>, schema: &Context<'_>, report: &mut Reporter) {
        if !self.is_taken_locally(inline.referencing, &inline.constraint_name) {
            return;
        }
        let span = match inline.forward {
            Some(forward) => {
                let map = forward.relation.attribute.and_then(|attribute| attribute.argument("map"));
                map.map_or(forward.span(), |argument| argument.span)
            }
            None => schema.models[inline.referenced].ast.span,
        };
        let namespace = local(&schema.models[inline.referencing]);
        report_taken(&inline.constraint_name, &namespace, "@relation", span, report);
    }
}

fn namespace<'a>(model: &ModelDraft<'a>) -> Option<&'a str> {
    model.schema.map(|(name, _)| name)
}

const GLOBAL: &str = "global for primary key, indexes and unique constraints";

fn local(model: &ModelDraft<'_>) -> String {
    format!("on model `{}` for primary key, indexes, unique constraints and foreign keys", model.name())
}

/// The span of the first of these arguments that exists, or of the whole attribute.
fn span(attribute: &Attribute<'_>, arguments: &[&str]) -> Span {
    let argument = arguments.iter().find_map(|name| attribute.argument(name));
    argument.map_or(attribute.span, |argument| argument.span)
}

fn report_taken(name: &str, namespace: &str, attribute: &str, span: Span, report: &mut Reporter) {
    let message = format!(
        "The given constraint name `{name}` has to be unique in the following namespace: {namespace}. Please provide a different name using the `map` argument."
    );
    report.attribute_error(attribute, &message, span);
}

/// Checks the length of an index name from `map`.
pub(super) fn check_index_length(index: &IndexDraft<'_>, model: &ModelDraft<'_>, report: &mut Reporter) {
    if index.has_map {
        let at = if index.source_field.is_some() { "@" } else { "@@" };
        let name = format!("{at}{}", index.attribute.name.name);
        check_length(&index.database_name, index.attribute, &name, model.ast, report);
    }
}

/// Checks the length of a foreign key name from `map`.
pub(super) fn check_relation_length(field: RelationField<'_>, report: &mut Reporter) {
    if let (Some(map), Some(attribute)) = (field.relation.map, field.relation.attribute) {
        check_length(map, attribute, "@relation", field.model.ast, report);
    }
}

/// Checks the length of a name, in bytes.
pub(super) fn check_length(
    name: &str,
    attribute: &Attribute<'_>,
    attribute_name: &str,
    model: &Model<'_>,
    report: &mut Reporter,
) {
    if name.len() > MAX_IDENTIFIER {
        let message = format!(
            "The constraint name '{name}' specified in the `map` argument for the `{attribute_name}` constraint is too long for your chosen provider. The maximum allowed length is {MAX_IDENTIFIER} bytes."
        );
        report.definition_error(model, &message, attribute.span);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn keys_and_indexes_share_a_namespace() {
        check(
            r#"
            model A {
              id Int @id
              a Int @unique(map: "taken")
            }
            model B {
              id Int @id(map: "taken")
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@unique": The given constraint name `taken` has to be unique in the following namespace: global for primary key, indexes and unique constraints. Please provide a different name using the `map` argument.
                 --> schema.prisma:3:17
                  |
                3 |   a Int @unique(map: "taken")
                  |                 ^^^^^^^^^^^^

                error: Error parsing attribute "@id": The given constraint name `taken` has to be unique in the following namespace: global for primary key, indexes and unique constraints. Please provide a different name using the `map` argument.
                 --> schema.prisma:6:14
                  |
                6 |   id Int @id(map: "taken")
                  |              ^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn foreign_keys_share_the_namespace_of_their_model() {
        check(
            r#"
            model A {
              id Int @id(map: "taken")
              bId Int
              b B @relation(fields: [bId], references: [id], map: "taken")
            }
            model B {
              id Int @id
              as A[]
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@id": The given constraint name `taken` has to be unique in the following namespace: on model `A` for primary key, indexes, unique constraints and foreign keys. Please provide a different name using the `map` argument.
                 --> schema.prisma:2:14
                  |
                2 |   id Int @id(map: "taken")
                  |              ^^^^^^^^^^^^

                error: Error parsing attribute "@relation": The given constraint name `taken` has to be unique in the following namespace: on model `A` for primary key, indexes, unique constraints and foreign keys. Please provide a different name using the `map` argument.
                 --> schema.prisma:4:50
                  |
                4 |   b B @relation(fields: [bId], references: [id], map: "taken")
                  |                                                  ^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn a_name_has_at_most_63_bytes() {
        check(
            r#"
            model A {
              id Int @id(map: "éééééééééééééééééééééééééééééééé")
            }
            "#,
            expect![[r#"
                error: Error validating model "A": The constraint name 'éééééééééééééééééééééééééééééééé' specified in the `map` argument for the `@id` constraint is too long for your chosen provider. The maximum allowed length is 63 bytes.
                 --> schema.prisma:2:10
                  |
                2 |   id Int @id(map: "éééééééééééééééééééééééééééééééé")
                  |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
