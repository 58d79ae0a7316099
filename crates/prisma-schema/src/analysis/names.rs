//! Which names are defined, and which more than once.

use std::collections::HashMap;

use super::{
    context::{Context, TypeId},
    draft::{EnumDraft, FieldDraft, FieldKind, ModelDraft},
};
use crate::{
    ScalarType,
    syntax::{Block, Enum, Identifier, Model, ModelKind},
};

/// Collects the models and enums of all files.
pub(super) fn read<'a>(blocks: &'a [Block<'a>], context: &mut Context<'a>) {
    let mut taken: HashMap<&str, &'static str> = HashMap::new();
    for block in blocks {
        match block {
            Block::Model(model) => read_model(model, &mut taken, context),
            Block::Enum(r#enum) => read_enum(r#enum, &mut taken, context),
            Block::Config(_) => {}
        }
    }
}

fn read_model<'a>(model: &'a Model<'a>, taken: &mut HashMap<&'a str, &'static str>, context: &mut Context<'a>) {
    define(&model.name, model.kind.word(), taken, context);
    let id = context.models.len();
    context.types.entry(model.name.name).or_insert(TypeId::Model(id));
    let mut names = HashMap::new();
    for field in &model.fields {
        if names.insert(field.name.name, ()).is_some() {
            let word = model.kind.word();
            let message =
                format!("Field \"{}\" is already defined on {word} \"{}\".", field.name.name, model.name.name);
            context.error(message, field.name.span);
        }
    }
    let fields = model.fields.iter().map(|field| FieldDraft {
        ast: field,
        kind: FieldKind::Unsupported(""),
        database_name: None,
        ignored: false,
        updated_at: false,
        default: None,
        native_type: None,
        relation: None,
    });
    context.models.push(ModelDraft {
        ast: model,
        database_name: None,
        schema: None,
        ignored: false,
        fields: fields.collect(),
        primary_key: None,
        indexes: Vec::new(),
    });
    let reserved = reserved_model_name(model.name.name);
    if reserved && model.kind == ModelKind::Model {
        let message = format!(
            "The model name `{}` is invalid. It is a reserved name. Please change it. Read more at https://pris.ly/d/naming-models",
            model.name.name
        );
        context.model_error(id, &message, model.span);
    }
}

fn read_enum<'a>(r#enum: &'a Enum<'a>, taken: &mut HashMap<&'a str, &'static str>, context: &mut Context<'a>) {
    define(&r#enum.name, "enum", taken, context);
    let id = context.enums.len();
    context.types.entry(r#enum.name.name).or_insert(TypeId::Enum(id));
    let mut names = HashMap::new();
    for value in &r#enum.values {
        if names.insert(value.name.name, ()).is_some() {
            let name = value.name.name;
            let message = format!("Value \"{name}\" is already defined on enum \"{}\".", r#enum.name.name);
            context.error(message, value.span);
        }
    }
    let values = r#enum.values.iter().map(|value| value.name.name).collect();
    context.enums.push(EnumDraft { ast: r#enum, database_name: None, schema: None, values });
}

fn define<'a>(
    name: &Identifier<'a>,
    word: &'static str,
    taken: &mut HashMap<&'a str, &'static str>,
    context: &mut Context<'a>,
) {
    if ScalarType::from_name(name.name).is_some() {
        context.error(format!("\"{}\" is a reserved scalar type name and cannot be used.", name.name), name.span);
    }
    if let Some(other) = taken.get(name.name) {
        let message =
            format!("The {word} \"{}\" cannot be defined because a {other} with that name already exists.", name.name);
        context.error(message, name.span);
    } else {
        taken.insert(name.name, word);
    }
}

/// Names that Prisma's client needs for itself.
fn reserved_model_name(name: &str) -> bool {
    const RESERVED: [&str; 52] = [
        "PrismaClient",
        "async",
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "implements",
        "import",
        "in",
        "instanceof",
        "interface",
        "let",
        "new",
        "null",
        "package",
        "private",
        "protected",
        "public",
        "return",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "using",
        "try",
        "typeof",
        "var",
        "void",
        "while",
        "with",
        "yield",
        "undefined",
        "Prisma",
        "client",
        "model",
    ];
    RESERVED[..48].contains(&name)
}
