//! Collects the defined names, and reports duplicate and invalid ones.

use std::collections::HashMap;

use super::{
    context::Context,
    draft::{DraftFieldId, EnumDraft, FieldDraft, ModelDraft},
    reporter::Reporter,
    reserved_names,
};
use crate::{
    Span,
    name_hash::NameMap,
    syntax::{Attribute, Block, Config, ConfigKind, Enum, Identifier, Model, ModelKind},
};

/// Collects the models and enums of all files.
pub(super) fn collect<'a>(blocks: &'a [Block<'a>], context: &mut Context<'a>) {
    let (mut types, mut datasources, mut generators) = Default::default();
    for block in blocks {
        match block {
            Block::Model(model) => {
                read_model(model, context);
                define(&model.name, model.kind.word(), &mut types, &mut context.report);
            }
            Block::Enum(enum_) => {
                read_enum(enum_, context);
                define(&enum_.name, "enum", &mut types, &mut context.report);
            }
            Block::Config(config) => {
                read_properties(config, &mut context.report);
                let taken = match config.kind {
                    ConfigKind::Datasource => &mut datasources,
                    ConfigKind::Generator => &mut generators,
                };
                define(&config.name, config.kind.word(), taken, &mut context.report);
            }
        }
    }
}

/// Defined names, with the kind and the span of their blocks.
type Taken<'a> = HashMap<&'a str, (&'static str, Span)>;

fn define<'a>(name: &Identifier<'a>, word: &'static str, taken: &mut Taken<'a>, report: &mut Reporter) {
    if let Some((other, first)) = taken.insert(name.name, (word, name.span)) {
        let message =
            format!("The {word} \"{}\" cannot be defined because a {other} with that name already exists.", name.name);
        report.error(message, name.span).with_related("first defined here", first);
    }
}

fn read_model<'a>(model: &'a Model<'a>, context: &mut Context<'a>) {
    let (flavour, report) = (context.flavour, &mut context.report);
    reserved_names::check_scalar_type(&model.name, report);
    let (noun, field_noun) = match model.kind {
        ModelKind::Model => ("Model", "Field"),
        ModelKind::View => ("view", "field"),
        ModelKind::Type => ("Composite type", ""),
    };
    check(&model.name, noun, report);
    if model.kind != ModelKind::Type {
        reserved_names::check_model(model, flavour, report);
    }
    check_attributes(&model.attributes, model.kind, report);
    let mut field_names = NameMap::with_capacity_and_hasher(model.fields.len(), Default::default());
    for (id, field) in (0..).map(DraftFieldId).zip(&model.fields) {
        if model.kind != ModelKind::Type {
            check(&field.name, field_noun, report);
        }
        check_attributes(&field.attributes, model.kind, report);
        if let Some(first) = field_names.insert(field.name.name, id) {
            let word = model.kind.word();
            let message =
                format!("Field \"{}\" is already defined on {word} \"{}\".", field.name.name, model.name.name);
            report.error(message, field.name.span).with_related("first defined here", model.fields[first].name.span);
        }
    }
    context.define_model(ModelDraft {
        ast: model,
        map: None,
        schema: None,
        ignored: false,
        fields: model.fields.iter().map(FieldDraft::new).collect(),
        field_names,
        mapped_names: NameMap::default(),
        primary_key: None,
        indexes: Vec::new(),
    });
}

fn read_enum<'a>(enum_: &'a Enum<'a>, context: &mut Context<'a>) {
    let (flavour, report) = (context.flavour, &mut context.report);
    reserved_names::check_scalar_type(&enum_.name, report);
    check(&enum_.name, "Enum", report);
    reserved_names::check_enum(enum_, flavour, report);
    check_attributes(&enum_.attributes, ModelKind::Model, report);
    let mut value_names = NameMap::with_capacity_and_hasher(enum_.values.len(), Default::default());
    for (index, value) in enum_.values.iter().enumerate() {
        check(&value.name, "Enum Value", report);
        check_attributes(&value.attributes, ModelKind::Model, report);
        if let Some(first) = value_names.insert(value.name.name, index) {
            let (name, first) = (value.name.name, enum_.values[first].name.span);
            let message = format!("Value \"{name}\" is already defined on enum \"{}\".", enum_.name.name);
            report.error(message, value.span).with_related("first defined here", first);
        }
    }
    let values = enum_.values.iter().map(|value| value.name.name).collect();
    context.define_enum(EnumDraft { ast: enum_, map: None, schema: None, values, value_names });
}

fn read_properties(config: &Config<'_>, report: &mut Reporter) {
    reserved_names::check_scalar_type(&config.name, report);
    let mut keys = HashMap::new();
    for property in &config.properties {
        if let Some(first) = keys.insert(property.name.name, property.name.span) {
            let (key, word) = (property.name.name, config.kind.word());
            let message = format!("Key \"{key}\" is already defined in {word} \"{}\".", config.name.name);
            report.error(message, property.name.span).with_related("first defined here", first);
        }
    }
}

fn check_attributes(attributes: &[Attribute<'_>], kind: ModelKind, report: &mut Reporter) {
    if kind != ModelKind::Type {
        for attribute in attributes {
            check(&attribute.name, "Attribute", report);
        }
    }
}

/// Names must not start with a digit or contain `-`.
fn check(name: &Identifier<'_>, noun: &str, report: &mut Reporter) {
    if name.name.starts_with(|first: char| first.is_ascii_digit()) {
        report.invalid(&format!("The name of a {noun} must not start with a number."), name.span);
    } else if name.name.bytes().any(|byte| byte == b'-') {
        report.invalid(&format!("The character `-` is not allowed in {noun} names."), name.span);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn duplicate_definitions_point_at_both() {
        check(
            r#"
            model A {
              id Int @id
              id Int
            }
            enum A {
              X
              X
            }
            "#,
            expect![[r#"
                error: Field "id" is already defined on model "A".
                 --> schema.prisma:3:3
                  |
                3 |   id Int
                  |   ^^
                note: first defined here
                 --> schema.prisma:2:3
                  |
                2 |   id Int @id
                  |   --

                error: Value "X" is already defined on enum "A".
                 --> schema.prisma:7:3
                  |
                7 |   X
                  |   ^
                note: first defined here
                 --> schema.prisma:6:3
                  |
                6 |   X
                  |   -

                error: The enum "A" cannot be defined because a model with that name already exists.
                 --> schema.prisma:5:6
                  |
                5 | enum A {
                  |      ^
                note: first defined here
                 --> schema.prisma:1:7
                  |
                1 | model A {
                  |       -
            "#]],
        );
    }

    #[test]
    fn names_must_start_with_a_letter() {
        check(
            r#"
            model 1A {
              id Int @id
              first-name String
            }
            "#,
            expect![[r#"
                error: Error validating: The name of a Model must not start with a number.
                 --> schema.prisma:1:7
                  |
                1 | model 1A {
                  |       ^^

                error: Error validating: The character `-` is not allowed in Field names.
                 --> schema.prisma:3:3
                  |
                3 |   first-name String
                  |   ^^^^^^^^^^
            "#]],
        );
    }
}
