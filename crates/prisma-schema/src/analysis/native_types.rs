//! `@db.…`.

use super::{context::Context, draft::FieldKind};
use crate::{
    NativeType, ScalarType,
    syntax::{Attribute, Expression},
};

/// Reads the native type of a field; `attributes` are all of its attributes with a dot.
pub(super) fn read<'a>(model: usize, field: usize, attributes: &[&'a Attribute<'a>], context: &mut Context<'a>) {
    let [attribute] = attributes else {
        for attribute in attributes {
            let message = format!("Attribute \"@{}\" can only be defined once.", attribute.name.name);
            context.error(message, attribute.span);
        }
        return;
    };
    let Some((prefix, name)) = attribute.name.name.split_once('.') else { return };
    if let Some(datasource) = context.configuration.datasource
        && prefix != datasource.name
    {
        let message = format!(
            "The prefix {prefix} is invalid. It must be equal to the name of an existing datasource e.g. {0}. Did you mean to use {0}.{name}?",
            datasource.name
        );
        context.error(message, attribute.span);
    }
    let Some(arguments) = texts(attribute, context) else { return };
    let FieldKind::Scalar(scalar) = context.models[model].fields[field].kind else {
        if find(name).is_none() {
            context.error(format!("Native type {name} is not supported for postgresql connector."), attribute.span);
        } else {
            not_compatible(model, field, name, attribute, context);
        }
        return;
    };
    let Some(r#type) = find(name) else {
        context.error(format!("Native type {name} is not supported for postgresql connector."), attribute.span);
        return;
    };
    if !r#type.scalars.contains(&scalar) {
        not_compatible(model, field, name, attribute, context);
        return;
    }
    context.models[model].fields[field].native_type = construct(r#type, &arguments, attribute, context);
}

fn not_compatible(model: usize, field: usize, name: &str, attribute: &Attribute<'_>, context: &mut Context<'_>) {
    let field_type = match context.models[model].fields[field].kind {
        FieldKind::Scalar(scalar) => scalar.name(),
        FieldKind::Enum(id) => context.enums[id].ast.name.name,
        FieldKind::Unsupported(_) => "Unsupported",
        FieldKind::Model(other) | FieldKind::Composite(other) => context.models[other].name(),
    };
    let scalars: Vec<&str> =
        find(name).map(|found| found.scalars.iter().map(|scalar| scalar.name()).collect()).unwrap_or_default();
    let message = format!(
        "Native type {name} is not compatible with declared field type {field_type}, expected field type {}.",
        scalars.join(" or ")
    );
    context.error(message, attribute.span);
}

fn texts<'a>(attribute: &'a Attribute<'a>, context: &mut Context<'a>) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    for argument in &attribute.arguments.list {
        match &argument.value {
            Expression::Number(text, _) | Expression::Constant(text, _) => texts.push((*text).to_owned()),
            Expression::String(text, _) => texts.push(text.to_string()),
            other => {
                super::arguments::expected("constant literal", other, context);
                return None;
            }
        }
    }
    Some(texts)
}

fn construct(
    r#type: &Constructor,
    arguments: &[String],
    attribute: &Attribute<'_>,
    context: &mut Context<'_>,
) -> Option<NativeType> {
    let written = || match arguments {
        [] => r#type.name.to_owned(),
        arguments => format!("{}({})", r#type.name, arguments.join(",")),
    };
    let most = match r#type.build {
        Build::Plain(_) => 0,
        Build::Length(..) => 1,
        Build::Decimal => 2,
    };
    if most == 2 && arguments.len() == 1 || arguments.len() > most {
        let name = r#type.name;
        let message = if most == 0 {
            format!("Native type {name} does not take any arguments, but received {}.", arguments.len())
        } else {
            format!("Native type {name} takes {most} optional arguments, but received {}.", arguments.len())
        };
        context.error(message, attribute.span);
        return None;
    }
    let mut numbers = Vec::new();
    for argument in arguments {
        match argument.parse::<u32>() {
            Ok(number) => numbers.push(number),
            Err(_) => {
                let expected = format!(
                    "Expected a numeric value, but failed while parsing \"{argument}\": invalid digit found in string."
                );
                context.error(expected, attribute.span);
                return None;
            }
        }
    }
    let out_of_range = |range: &str, context: &mut Context<'_>| {
        let message = format!(
            "Argument M is out of range for native type `{}` of Postgres: M can range from {range}.",
            written()
        );
        context.error(message, attribute.span);
    };
    match r#type.build {
        Build::Plain(native) => Some(native),
        Build::Length(build, least, most) => {
            if let Some(&number) = numbers.first()
                && (number < least || number > most)
            {
                let range = if least == 0 { format!("0 to {most}") } else { format!("{least} to {most}") };
                out_of_range(&range, context);
                return None;
            }
            Some(build(numbers.first().copied()))
        }
        Build::Decimal => match *numbers {
            [precision, scale] if scale > precision => {
                let message = format!(
                    "The scale must not be larger than the precision for the {} native type in Postgres.",
                    written()
                );
                context.error(message, attribute.span);
                None
            }
            [precision, _] if !(1..=1000).contains(&precision) => {
                let message = format!(
                    "Argument M is out of range for native type `{}` of Postgres: Precision must be positive with a maximum value of 1000.",
                    written()
                );
                context.error(message, attribute.span);
                None
            }
            [precision, scale] => Some(NativeType::Decimal(Some((precision, scale)))),
            _ => Some(NativeType::Decimal(None)),
        },
    }
}

struct Constructor {
    name: &'static str,
    scalars: &'static [ScalarType],
    build: Build,
}

#[derive(Clone, Copy)]
enum Build {
    Plain(NativeType),
    /// A length or precision, with its least and greatest value.
    Length(fn(Option<u32>) -> NativeType, u32, u32),
    Decimal,
}

fn find(name: &str) -> Option<&'static Constructor> {
    CONSTRUCTORS.iter().find(|constructor| constructor.name == name)
}

const MAX_LENGTH: u32 = 10_485_760;
/// Bits of `BIT` and `VARBIT`.
const MAX_BITS: u32 = 83_886_080;

const fn plain(name: &'static str, scalars: &'static [ScalarType], native: NativeType) -> Constructor {
    Constructor { name, scalars, build: Build::Plain(native) }
}

const fn length(
    name: &'static str,
    scalars: &'static [ScalarType],
    build: fn(Option<u32>) -> NativeType,
    least: u32,
    most: u32,
) -> Constructor {
    Constructor { name, scalars, build: Build::Length(build, least, most) }
}

static CONSTRUCTORS: &[Constructor] = &[
    plain("SmallInt", &[ScalarType::Int], NativeType::SmallInt),
    plain("Integer", &[ScalarType::Int], NativeType::Integer),
    plain("BigInt", &[ScalarType::BigInt], NativeType::BigInt),
    Constructor { name: "Decimal", scalars: &[ScalarType::Decimal], build: Build::Decimal },
    plain("Money", &[ScalarType::Decimal], NativeType::Money),
    plain("Inet", &[ScalarType::String], NativeType::Inet),
    plain("Oid", &[ScalarType::Int], NativeType::Oid),
    plain("Citext", &[ScalarType::String], NativeType::Citext),
    plain("Real", &[ScalarType::Float], NativeType::Real),
    plain("DoublePrecision", &[ScalarType::Float], NativeType::DoublePrecision),
    length("VarChar", &[ScalarType::String], NativeType::VarChar, 1, MAX_LENGTH),
    length("Char", &[ScalarType::String], NativeType::Char, 1, MAX_LENGTH),
    plain("Text", &[ScalarType::String], NativeType::Text),
    plain("ByteA", &[ScalarType::Bytes], NativeType::ByteA),
    length("Timestamp", &[ScalarType::DateTime], NativeType::Timestamp, 0, 6),
    length("Timestamptz", &[ScalarType::DateTime], NativeType::Timestamptz, 0, 6),
    plain("Date", &[ScalarType::DateTime], NativeType::Date),
    length("Time", &[ScalarType::DateTime], NativeType::Time, 0, 6),
    length("Timetz", &[ScalarType::DateTime], NativeType::Timetz, 0, 6),
    plain("Boolean", &[ScalarType::Boolean], NativeType::Boolean),
    length("Bit", &[ScalarType::String], NativeType::Bit, 1, MAX_BITS),
    length("VarBit", &[ScalarType::String], NativeType::VarBit, 1, MAX_BITS),
    plain("Uuid", &[ScalarType::String], NativeType::Uuid),
    plain("Xml", &[ScalarType::String], NativeType::Xml),
    plain("Json", &[ScalarType::Json], NativeType::Json),
    plain("JsonB", &[ScalarType::Json], NativeType::JsonB),
];
