//! Operator classes of index fields: `ops: JsonbPathOps`, `ops: raw("…")`.

use super::reporter::Reporter;
use crate::{
    IndexAlgorithm, OperatorClass, ScalarType,
    syntax::{Argument, Expression},
};

/// `ops: …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OperatorClassDraft {
    /// By its name in the schema language.
    Named(&'static NamedOperatorClass),
    /// By its name in PostgreSQL.
    Raw(String),
}

/// An operator class with a name in the schema language.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamedOperatorClass {
    /// The name in the schema language.
    pub(super) name: &'static str,
    /// The name in PostgreSQL.
    pub(super) sql: &'static str,
    /// Whether it is PostgreSQL's default for its type.
    pub(super) is_default: bool,
    /// The access methods that support it.
    pub(super) algorithms: &'static [IndexAlgorithm],
    /// The type of its fields; `None` for lists of any type.
    pub(super) scalar: Option<ScalarType>,
    /// The native types of its fields.
    pub(super) native_types: &'static [&'static str],
    /// Whether it also accepts fields without `@db.…`.
    pub(super) fits_default_type: bool,
}

/// Reads `ops: …`.
pub(super) fn read(argument: &Argument<'_>, report: &mut Reporter) -> Option<OperatorClassDraft> {
    let (message, span) = match &argument.value {
        Expression::Constant(name, span) => match CLASSES.iter().find(|class| class.name == *name) {
            Some(class) => return Some(OperatorClassDraft::Named(class)),
            None => (format!("Invalid operator class: {name}"), *span),
        },
        Expression::Function("raw", arguments, span) => match arguments.list.as_slice() {
            [Argument { value: Expression::String(text, _), .. }] => {
                return Some(OperatorClassDraft::Raw(text.to_string()));
            }
            [_] => ("Invalid parameter type: expected string".to_owned(), *span),
            list => (format!("Wrong number of arguments. Expected: 1, got: {}", list.len()), *span),
        },
        _ => ("operator class".to_owned(), argument.span),
    };
    report.error(format!("Unexpected token. Expected one of: {message}"), span);
    None
}

impl OperatorClass {
    /// The class that a live database calls `name`.
    #[must_use]
    pub fn from_database(name: String, is_default: bool) -> Self {
        let is_raw = !CLASSES.iter().any(|class| class.sql == name);
        Self { name, is_default, is_raw }
    }
}

impl From<&OperatorClassDraft> for OperatorClass {
    fn from(draft: &OperatorClassDraft) -> Self {
        match draft {
            OperatorClassDraft::Named(class) => {
                Self { name: class.sql.to_owned(), is_default: class.is_default, is_raw: false }
            }
            OperatorClassDraft::Raw(name) => Self { name: name.clone(), is_default: false, is_raw: true },
        }
    }
}

/// Whether an access method has an operator class for a native type.
pub(super) fn has_class_for(native_type: &str, algorithm: IndexAlgorithm) -> bool {
    CLASSES.iter().any(|class| class.algorithms.contains(&algorithm) && class.native_types.contains(&native_type))
}

const fn class(
    name: &'static str,
    sql: &'static str,
    is_default: bool,
    algorithms: &'static [IndexAlgorithm],
    scalar: Option<ScalarType>,
    native_types: &'static [&'static str],
    fits_default_type: bool,
) -> NamedOperatorClass {
    NamedOperatorClass { name, sql, is_default, algorithms, scalar, native_types, fits_default_type }
}

#[rustfmt::skip]
static CLASSES: &[NamedOperatorClass] = &[
    class("InetOps", "inet_ops", true, &[IndexAlgorithm::Gist, IndexAlgorithm::SpGist], Some(ScalarType::String), &["Inet"], false),
    class("JsonbOps", "jsonb_ops", true, &[IndexAlgorithm::Gin], Some(ScalarType::Json), &["JsonB"], true),
    class("JsonbPathOps", "jsonb_path_ops", false, &[IndexAlgorithm::Gin], Some(ScalarType::Json), &["JsonB"], true),
    class("ArrayOps", "array_ops", true, &[IndexAlgorithm::Gin], None, &[], true),
    class("TextOps", "text_ops", true, &[IndexAlgorithm::SpGist], Some(ScalarType::String), &["Text", "VarChar", "Char"], true),
    class("BitMinMaxOps", "bit_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::String), &["Bit"], false),
    class("VarBitMinMaxOps", "varbit_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::String), &["VarBit"], false),
    class("BpcharBloomOps", "bpchar_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::String), &["Char"], false),
    class("BpcharMinMaxOps", "bpchar_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::String), &["Char"], false),
    class("ByteaBloomOps", "bytea_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::Bytes), &["ByteA"], true),
    class("ByteaMinMaxOps", "bytea_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::Bytes), &["ByteA"], true),
    class("DateBloomOps", "date_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Date"], false),
    class("DateMinMaxOps", "date_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Date"], false),
    class("DateMinMaxMultiOps", "date_minmax_multi_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Date"], false),
    class("Float4BloomOps", "float4_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::Float), &["Real"], false),
    class("Float4MinMaxOps", "float4_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::Float), &["Real"], false),
    class("Float4MinMaxMultiOps", "float4_minmax_multi_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::Float), &["Real"], false),
    class("Float8BloomOps", "float8_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::Float), &["DoublePrecision"], true),
    class("Float8MinMaxOps", "float8_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::Float), &["DoublePrecision"], true),
    class("Float8MinMaxMultiOps", "float8_minmax_multi_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::Float), &["DoublePrecision"], true),
    class("InetInclusionOps", "inet_inclusion_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::String), &["Inet"], false),
    class("InetBloomOps", "inet_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::String), &["Inet"], false),
    class("InetMinMaxOps", "inet_minmax_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::String), &["Inet"], false),
    class("InetMinMaxMultiOps", "inet_minmax_multi_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::String), &["Inet"], false),
    class("Int2BloomOps", "int2_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::Int), &["SmallInt"], false),
    class("Int2MinMaxOps", "int2_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::Int), &["SmallInt"], false),
    class("Int2MinMaxMultiOps", "int2_minmax_multi_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::Int), &["SmallInt"], false),
    class("Int4BloomOps", "int4_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::Int), &["Integer"], true),
    class("Int4MinMaxOps", "int4_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::Int), &["Integer"], true),
    class("Int4MinMaxMultiOps", "int4_minmax_multi_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::Int), &["Integer"], true),
    class("Int8BloomOps", "int8_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::BigInt), &["BigInt"], true),
    class("Int8MinMaxOps", "int8_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::BigInt), &["BigInt"], true),
    class("Int8MinMaxMultiOps", "int8_minmax_multi_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::BigInt), &["BigInt"], true),
    class("NumericBloomOps", "numeric_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::Decimal), &["Decimal"], true),
    class("NumericMinMaxOps", "numeric_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::Decimal), &["Decimal"], true),
    class("NumericMinMaxMultiOps", "numeric_minmax_multi_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::Decimal), &["Decimal"], true),
    class("OidBloomOps", "oid_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::Int), &["Oid"], false),
    class("OidMinMaxOps", "oid_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::Int), &["Oid"], false),
    class("OidMinMaxMultiOps", "oid_minmax_multi_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::Int), &["Oid"], false),
    class("TextBloomOps", "text_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::String), &["Text", "VarChar"], true),
    class("TextMinMaxOps", "text_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::String), &["Text", "VarChar"], true),
    class("TimestampBloomOps", "timestamp_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Timestamp"], true),
    class("TimestampMinMaxOps", "timestamp_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Timestamp"], true),
    class("TimestampMinMaxMultiOps", "timestamp_minmax_multi_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Timestamp"], true),
    class("TimestampTzBloomOps", "timestamptz_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Timestamptz"], false),
    class("TimestampTzMinMaxOps", "timestamptz_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Timestamptz"], false),
    class("TimestampTzMinMaxMultiOps", "timestamptz_minmax_multi_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Timestamptz"], false),
    class("TimeBloomOps", "time_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Time"], false),
    class("TimeMinMaxOps", "time_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Time"], false),
    class("TimeMinMaxMultiOps", "time_minmax_multi_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Time"], false),
    class("TimeTzBloomOps", "timetz_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Timetz"], false),
    class("TimeTzMinMaxOps", "timetz_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Timetz"], false),
    class("TimeTzMinMaxMultiOps", "timetz_minmax_multi_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::DateTime), &["Timetz"], false),
    class("UuidBloomOps", "uuid_bloom_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::String), &["Uuid"], false),
    class("UuidMinMaxOps", "uuid_minmax_ops", true, &[IndexAlgorithm::Brin], Some(ScalarType::String), &["Uuid"], false),
    class("UuidMinMaxMultiOps", "uuid_minmax_multi_ops", false, &[IndexAlgorithm::Brin], Some(ScalarType::String), &["Uuid"], false),
];
