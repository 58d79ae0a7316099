//! Native types: `@db.…`.

use std::borrow::Cow;

use super::draft::NativeTypeDraft;
use crate::{NativeType, ScalarType, syntax::Attribute};

/// Reads the attribute `@prefix.name(…)`.
pub(super) fn read<'a>(attribute: &'a Attribute<'a>, prefix: &'a str, name: &'a str) -> NativeTypeDraft<'a> {
    let arguments: Vec<Cow<'_, str>> =
        attribute.arguments.list.iter().map(|argument| argument.value.to_source()).collect();
    let ty = find(name).and_then(|constructor| constructor.construct(&arguments));
    NativeTypeDraft { attribute, prefix, name, arguments, ty }
}

/// The constructor with this name.
pub(super) fn find(name: &str) -> Option<&'static Constructor> {
    CONSTRUCTORS.iter().find(|constructor| constructor.name == name)
}

/// Creates native types from a name and arguments.
pub(super) struct Constructor {
    pub(super) name: &'static str,
    /// The scalar type of its fields.
    pub(super) scalar: ScalarType,
    pub(super) parameters: Parameters,
}

#[derive(Clone, Copy)]
pub(super) enum Parameters {
    None(NativeType),
    /// One optional parameter.
    One(fn(Option<u32>) -> NativeType),
    /// Both precision and scale, or none.
    Two(fn(Option<(u32, u32)>) -> NativeType),
}

impl Constructor {
    /// The native type with these arguments; `None` if they are invalid. A type without parameters ignores its arguments.
    pub(super) fn construct(&self, arguments: &[impl AsRef<str>]) -> Option<NativeType> {
        let number = |argument: &dyn AsRef<str>| argument.as_ref().parse().ok();
        match (self.parameters, arguments) {
            (Parameters::None(native_type), _) => Some(native_type),
            (Parameters::One(build), []) => Some(build(None)),
            (Parameters::One(build), [length]) => Some(build(Some(number(length)?))),
            (Parameters::Two(build), []) => Some(build(None)),
            (Parameters::Two(build), [precision, scale]) => Some(build(Some((number(precision)?, number(scale)?)))),
            _ => None,
        }
    }
}

#[rustfmt::skip]
static CONSTRUCTORS: &[Constructor] = &[
    none("SmallInt", ScalarType::Int, NativeType::SmallInt),
    none("Integer", ScalarType::Int, NativeType::Integer),
    none("BigInt", ScalarType::BigInt, NativeType::BigInt),
    Constructor { name: "Decimal", scalar: ScalarType::Decimal, parameters: Parameters::Two(NativeType::Decimal) },
    none("Money", ScalarType::Decimal, NativeType::Money),
    none("Inet", ScalarType::String, NativeType::Inet),
    none("Oid", ScalarType::Int, NativeType::Oid),
    none("Citext", ScalarType::String, NativeType::Citext),
    none("Real", ScalarType::Float, NativeType::Real),
    none("DoublePrecision", ScalarType::Float, NativeType::DoublePrecision),
    one("VarChar", ScalarType::String, NativeType::VarChar),
    one("Char", ScalarType::String, NativeType::Char),
    none("Text", ScalarType::String, NativeType::Text),
    none("ByteA", ScalarType::Bytes, NativeType::ByteA),
    one("Timestamp", ScalarType::DateTime, NativeType::Timestamp),
    one("Timestamptz", ScalarType::DateTime, NativeType::Timestamptz),
    none("Date", ScalarType::DateTime, NativeType::Date),
    one("Time", ScalarType::DateTime, NativeType::Time),
    one("Timetz", ScalarType::DateTime, NativeType::Timetz),
    none("Boolean", ScalarType::Boolean, NativeType::Boolean),
    one("Bit", ScalarType::String, NativeType::Bit),
    one("VarBit", ScalarType::String, NativeType::VarBit),
    none("Uuid", ScalarType::String, NativeType::Uuid),
    none("Xml", ScalarType::String, NativeType::Xml),
    none("Json", ScalarType::Json, NativeType::Json),
    none("JsonB", ScalarType::Json, NativeType::JsonB),
];

const fn none(name: &'static str, scalar: ScalarType, native_type: NativeType) -> Constructor {
    Constructor { name, scalar, parameters: Parameters::None(native_type) }
}

const fn one(name: &'static str, scalar: ScalarType, build: fn(Option<u32>) -> NativeType) -> Constructor {
    Constructor { name, scalar, parameters: Parameters::One(build) }
}
