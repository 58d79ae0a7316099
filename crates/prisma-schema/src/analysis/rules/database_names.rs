//! Names of tables and enums must be unique in their namespace.

use std::collections::{HashMap, HashSet};

use crate::{
    Span,
    analysis::{context::Context, draft::ModelDraft, reporter::Reporter},
};

pub(super) fn check_models(schema: &Context<'_>, report: &mut Reporter) {
    let mut taken: HashMap<_, &ModelDraft<'_>> = HashMap::with_capacity(schema.models.len());
    for (_, model) in schema.models_then_views() {
        let namespace = model.schema.map(|(name, _)| name);
        let Some(first) = taken.insert((namespace, model.database_name()), model) else { continue };
        // The error points at the `@@map` that makes the names equal, which may belong to either model.
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

pub(super) fn check_enums(schema: &Context<'_>, report: &mut Reporter) {
    let mut taken = HashSet::with_capacity(schema.enums.len());
    for enum_ in &schema.enums {
        let namespace = enum_.schema.map(|(name, _)| name);
        if !taken.insert((namespace, enum_.database_name())) {
            report.error("An enum with the same database name is already defined.", enum_.ast.span);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn two_models_cannot_share_a_table() {
        check(
            r#"
            model A {
              id Int @id
              @@map("things")
            }
            model B {
              id Int @id
              @@map("things")
            }
            "#,
            expect![[r#"
                error: The model with database name "things" could not be defined because another model or view with this name exists: "A"
                 --> schema.prisma:7:3
                  |
                7 |   @@map("things")
                  |   ^^^^^^^^^^^^^^^
                note: has the same name
                 --> schema.prisma:1:7
                  |
                1 | model A {
                  |       -

                error: Error parsing attribute "@id": The given constraint name `things_pkey` has to be unique in the following namespace: global for primary key, indexes and unique constraints. Please provide a different name using the `map` argument.
                 --> schema.prisma:2:10
                  |
                2 |   id Int @id
                  |          ^^^

                error: Error parsing attribute "@id": The given constraint name `things_pkey` has to be unique in the following namespace: global for primary key, indexes and unique constraints. Please provide a different name using the `map` argument.
                 --> schema.prisma:6:10
                  |
                6 |   id Int @id
                  |          ^^^
            "#]],
        );
    }

    #[test]
    fn two_enums_cannot_share_a_type() {
        check(
            r#"
            model A {
              id Int @id
            }
            enum E {
              X
            }
            enum F {
              X
              @@map("E")
            }
            "#,
            expect![[r#"
                error: An enum with the same database name is already defined.
                  --> schema.prisma:7:1
                   |
                 7 | enum F {
                   | ^^^^^^^^
                 8 |   X
                   |   ^
                 9 |   @@map("E")
                   |   ^^^^^^^^^^
                10 | }
                   | ^
            "#]],
        );
    }
}
