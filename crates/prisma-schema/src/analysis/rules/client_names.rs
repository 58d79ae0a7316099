//! The names of keys and unique indexes in Prisma's client. They become members of its types, next to the fields.

use std::collections::HashMap;

use crate::{
    analysis::{
        draft::{FieldDraft, IndexDraft, IndexFieldDraft, ModelDraft},
        reporter::Reporter,
    },
    syntax::Attribute,
};

/// The names from `name: "…"` in one model, and their counts.
pub(super) struct ClientNames<'a> {
    key: Option<&'a str>,
    counts: HashMap<&'a str, usize>,
}

impl<'a> ClientNames<'a> {
    pub(super) fn new(model: &ModelDraft<'a>) -> Self {
        let key = model.primary_key.as_ref().and_then(|key| key.name);
        let mut counts = HashMap::new();
        for name in key.into_iter().chain(model.indexes.iter().filter_map(|index| index.name)) {
            *counts.entry(name).or_default() += 1;
        }
        Self { key, counts }
    }

    /// A field must not have the name of a key or index.
    pub(super) fn check_field(&self, model: &ModelDraft<'_>, field: &FieldDraft<'_>, report: &mut Reporter) {
        if self.counts.is_empty() {
            return;
        }
        let name = field.name();
        let is_key = self.key == Some(name);
        let is_index = self.counts.get(name).is_some_and(|&count| count > usize::from(is_key));
        for attribute in is_index.then_some("@@unique").into_iter().chain(is_key.then_some("@@id")) {
            let message = format!(
                "The custom name `{name}` specified for the `{attribute}` attribute is already used as a name for a field. Please choose a different name."
            );
            report.model_error(model.ast, &message, model.ast.span);
        }
    }

    /// A name must be unique.
    pub(super) fn check_once(
        &self,
        name: Option<&str>,
        attribute: &Attribute<'_>,
        attribute_name: &str,
        report: &mut Reporter,
    ) {
        let Some(name) = name.filter(|&name| self.counts[name] > 1) else { return };
        let message = format!(
            "The given custom name `{name}` has to be unique on the model. Please provide a different name for the `name` argument."
        );
        let span = attribute.argument("name").map_or(attribute.span, |argument| argument.span);
        report.attribute_error(attribute_name, &message, span);
    }
}

/// The default name of several fields is their joined names, which no column must have. Prisma reports the conflict even
/// if another name is set.
pub(super) fn joined_name<'a>(model: &ModelDraft<'a>, fields: &[IndexFieldDraft]) -> Option<&'a str> {
    if fields.len() < 2 {
        return None;
    }
    let names: Vec<&str> = fields.iter().map(|field| model.fields[field.field].name()).collect();
    let clash = &model.fields[model.find_field(&names.join("_"))?];
    clash.is_column().then(|| clash.name())
}

/// The joined name of a unique index must not equal a column.
pub(super) fn check_unique_index(model: &ModelDraft<'_>, index: &IndexDraft<'_>, report: &mut Reporter) {
    if let Some(name) = joined_name(model, &index.fields) {
        let attribute = index.attribute_name();
        let message = format!(
            "The field `{name}` clashes with the `{attribute}` name. Please resolve the conflict by providing a custom id name: `{attribute}([...], name: \"custom_name\")`"
        );
        report.model_error(model.ast, &message, index.attribute.span);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn client_names_must_be_unique() {
        check(
            r#"
            model A {
              a Int
              b Int
              @@id([a, b], name: "a")
              @@unique([b, a], name: "both")
              @@unique([b], name: "both")
            }
            "#,
            expect![[r#"
                error: Error validating model "A": The custom name `a` specified for the `@@id` attribute is already used as a name for a field. Please choose a different name.
                 --> schema.prisma:1:1
                  |
                1 | model A {
                  | ^^^^^^^^^
                2 |   a Int
                  |   ^^^^^
                3 |   b Int
                  |   ^^^^^
                4 |   @@id([a, b], name: "a")
                  |   ^^^^^^^^^^^^^^^^^^^^^^^
                  ...
                7 | }
                  | ^

                error: Error parsing attribute "@@unique": The given custom name `both` has to be unique on the model. Please provide a different name for the `name` argument.
                 --> schema.prisma:5:20
                  |
                5 |   @@unique([b, a], name: "both")
                  |                    ^^^^^^^^^^^^

                error: Error parsing attribute "@@unique": The given custom name `both` has to be unique on the model. Please provide a different name for the `name` argument.
                 --> schema.prisma:6:17
                  |
                6 |   @@unique([b], name: "both")
                  |                 ^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn joined_names_must_not_equal_a_field() {
        check(
            r#"
            model A {
              id Int @id
              a Int
              b Int
              a_b Int
              @@unique([a, b])
            }
            "#,
            expect![[r#"
                error: Error validating model "A": The field `a_b` clashes with the `@@unique` name. Please resolve the conflict by providing a custom id name: `@@unique([...], name: "custom_name")`
                 --> schema.prisma:6:3
                  |
                6 |   @@unique([a, b])
                  |   ^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
