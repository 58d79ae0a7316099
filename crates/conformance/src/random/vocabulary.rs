//! The words of generated schemas.

use super::schema::{Arity, Field, Type};

/// A scalar type, and the native types and defaults of its fields.
pub(super) struct Scalar {
    pub(super) name: &'static str,
    pub(super) native_types: &'static [&'static str],
    pub(super) constants: &'static [&'static str],
    pub(super) functions: &'static [&'static str],
}

pub(super) const SCALARS: &[Scalar] = &[
    Scalar {
        name: "Int",
        native_types: &["Integer", "SmallInt", "Oid"],
        constants: &["0", "1", "-5", "42", "2147483647"],
        functions: &["autoincrement()", "dbgenerated(\"1 + 1\")", "dbgenerated()"],
    },
    Scalar {
        name: "BigInt",
        native_types: &["BigInt"],
        constants: &["1", "-9", "9007199254740993", "42"],
        functions: &["autoincrement()", "dbgenerated(\"2\")"],
    },
    Scalar {
        name: "Float",
        native_types: &["Real", "DoublePrecision"],
        constants: &["1", "1.5", "-0.25", "1.50", "3", "1000.0001"],
        functions: &["dbgenerated(\"1.0\")", "dbgenerated(\"random()\")"],
    },
    Scalar {
        name: "Decimal",
        native_types: &["Decimal", "Decimal(10, 2)", "Decimal(5, 0)", "Decimal(5,2)", "Decimal(20, 10)", "Money"],
        constants: &["1", "1.0", "2.50", "10", "-7", "0.000001", "123456789.123456789"],
        functions: &["dbgenerated(\"1.0\")"],
    },
    Scalar {
        name: "Boolean",
        native_types: &["Boolean"],
        constants: &["true", "false"],
        functions: &["dbgenerated(\"true\")"],
    },
    Scalar {
        name: "String",
        native_types: &[
            "Text",
            "VarChar",
            "VarChar(3)",
            "VarChar(10)",
            "VarChar(40)",
            "Char",
            "Char(4)",
            "Char(5)",
            "Char(30)",
            "Uuid",
            "Xml",
            "Inet",
            "Citext",
            "Bit",
            "Bit(3)",
            "VarBit",
            "VarBit(4)",
        ],
        constants: &[
            "\"a\"",
            "\"A\"",
            "\"it's\"",
            "\"\"",
            "\"x y\"",
            "\"1\"",
            "\"back\\\\slash\"",
            "\"line\\nbreak\"",
            "\"ü\"",
            "\"\\\"q\\\"\"",
        ],
        functions: &[
            "uuid()",
            "uuid(4)",
            "uuid(7)",
            "cuid()",
            "cuid(2)",
            "nanoid()",
            "nanoid(7)",
            "ulid()",
            "dbgenerated()",
            "dbgenerated(\"gen_random_uuid()\")",
            "dbgenerated(\"GEN_RANDOM_UUID()\")",
            "dbgenerated(\"'a'::text\")",
        ],
    },
    Scalar {
        name: "DateTime",
        native_types: &[
            "Timestamp",
            "Timestamp(3)",
            "Timestamp(6)",
            "Timestamptz",
            "Timestamptz(3)",
            "Timestamptz(0)",
            "Date",
            "Time",
            "Time(3)",
            "Timetz",
            "Timetz(2)",
        ],
        constants: &["\"2020-01-01T00:00:00Z\"", "\"2021-06-01T12:30:00.123Z\"", "\"2020-01-01T00:00:00+02:00\""],
        functions: &["now()", "now()", "now()", "dbgenerated(\"now()\")", "dbgenerated(\"NOW()\")", "dbgenerated()"],
    },
    Scalar {
        name: "Json",
        native_types: &["Json", "JsonB"],
        constants: &[
            "\"{}\"",
            "\"[]\"",
            "\"{\\\"a\\\":1,\\\"b\\\":[true,null]}\"",
            "\"{\\\"b\\\": [true, null], \\\"a\\\": 1}\"",
            "\"1\"",
            "\"1.0\"",
            "\"\\\"it's\\\"\"",
        ],
        functions: &["dbgenerated(\"'{}'\")"],
    },
    Scalar {
        name: "Bytes",
        native_types: &["ByteA"],
        constants: &["\"AQID\"", "\"AA==\"", "\"\""],
        functions: &["dbgenerated(\"'a'\")"],
    },
];

/// The scalar type of this name.
pub(super) fn scalar(name: &str) -> &'static Scalar {
    SCALARS.iter().find(|scalar| scalar.name == name).unwrap_or(&SCALARS[0])
}

pub(super) const UNSUPPORTED: &[&str] = &["circle", "box", "tsvector", "interval", "int4range", "POINT"];

pub(super) const ACTIONS: &[&str] = &["Cascade", "Restrict", "NoAction", "SetNull", "SetDefault"];

pub(super) const NAMESPACES: &[&str] = &["public", "b", "c d"];

pub(super) const PREVIEW_FEATURES: &[&str] =
    &["fullTextIndex", "fullTextSearchPostgres", "driverAdapters", "nativeTypes", "relationJoins"];

pub(super) const EXTENSIONS: &[&str] = &["citext", "pg_trgm", "uuid_ossp", "ltree"];

/// An index type, and the arguments that its fields may have.
pub(super) struct IndexType {
    pub(super) name: &'static str,
    /// `""` stands for no argument.
    pub(super) arguments: &'static [&'static str],
    /// The scalar type of the field; `""` for any, and `"[]"` for lists.
    pub(super) scalar: &'static str,
    /// The native type of the field.
    pub(super) native_type: Option<&'static str>,
}

impl IndexType {
    /// Whether an index of this type can contain the field.
    pub(super) fn fits(&self, field: &Field) -> bool {
        match &field.ty {
            _ if field.arity == Arity::List => self.scalar == "[]",
            Type::Scalar(name, native_type) => {
                self.scalar.is_empty() || self.scalar == *name && self.native_type == *native_type
            }
            Type::Enum(_) => self.scalar.is_empty(),
            Type::Unsupported(_) => false,
        }
    }
}

const fn index(
    name: &'static str,
    scalar: &'static str,
    native_type: Option<&'static str>,
    arguments: &'static [&'static str],
) -> IndexType {
    IndexType { name, arguments, scalar, native_type }
}

#[rustfmt::skip]
pub(super) const INDEX_TYPES: &[IndexType] = &[
    index("BTree", "", None, &["", "sort: Desc", "sort: Asc"]),
    index("Hash", "", None, &[""]),
    index("Gin", "[]", None, &["", "ops: ArrayOps"]),
    index("Gin", "Json", None, &["", "ops: JsonbOps", "ops: JsonbPathOps", "ops: raw(\"jsonb_ops\")", "ops: raw(\"jsonb_path_ops\")"]),
    index("Gin", "String", None, &["ops: raw(\"gin_trgm_ops\")"]),
    index("Gist", "String", None, &["ops: raw(\"gist_trgm_ops\")"]),
    index("Gist", "String", Some("Inet"), &["ops: InetOps"]),
    index("SpGist", "String", None, &["", "ops: TextOps", "ops: raw(\"text_ops\")"]),
    index("SpGist", "String", Some("Inet"), &["", "ops: InetOps"]),
    index("Brin", "Int", None, &["", "ops: Int4MinMaxOps", "ops: Int4BloomOps", "ops: Int4MinMaxMultiOps"]),
    index("Brin", "Int", Some("SmallInt"), &["ops: Int2MinMaxOps", "ops: Int2BloomOps"]),
    index("Brin", "Int", Some("Oid"), &["ops: OidMinMaxOps", "ops: OidMinMaxMultiOps"]),
    index("Brin", "BigInt", None, &["", "ops: Int8BloomOps", "ops: Int8MinMaxOps"]),
    index("Brin", "Float", Some("Real"), &["ops: Float4BloomOps", "ops: Float4MinMaxOps"]),
    index("Brin", "Float", None, &["ops: Float8BloomOps", "ops: Float8MinMaxOps"]),
    index("Brin", "Decimal", None, &["ops: NumericBloomOps", "ops: NumericMinMaxOps", ""]),
    index("Brin", "String", None, &["ops: TextBloomOps", "ops: TextMinMaxOps", "ops: raw(\"text_bloom_ops\")"]),
    index("Brin", "String", Some("Uuid"), &["ops: UuidBloomOps", "ops: UuidMinMaxOps", ""]),
    index("Brin", "String", Some("Inet"), &["ops: InetInclusionOps", "ops: InetBloomOps", "ops: InetMinMaxOps"]),
    index("Brin", "String", Some("Char(5)"), &["ops: BpcharBloomOps", "ops: BpcharMinMaxOps"]),
    index("Brin", "String", Some("Bit(3)"), &["ops: BitMinMaxOps"]),
    index("Brin", "String", Some("VarBit(4)"), &["ops: VarBitMinMaxOps"]),
    index("Brin", "DateTime", None, &["ops: TimestampBloomOps", "ops: TimestampMinMaxOps", ""]),
    index("Brin", "DateTime", Some("Timestamptz"), &["ops: TimestampTzBloomOps", "ops: TimestampTzMinMaxMultiOps"]),
    index("Brin", "DateTime", Some("Date"), &["ops: DateBloomOps", "ops: DateMinMaxOps"]),
    index("Brin", "DateTime", Some("Time"), &["ops: TimeBloomOps", "ops: TimeMinMaxOps"]),
    index("Brin", "DateTime", Some("Timetz"), &["ops: TimeTzBloomOps", "ops: TimeTzMinMaxOps"]),
    index("Brin", "Bytes", None, &["ops: ByteaBloomOps", "ops: ByteaMinMaxOps"]),
];

/// Arguments of `where:`.
pub(super) const PREDICATES: &[&str] = &[
    "raw(\"id > 0\")",
    "raw(\"id IS NOT NULL\")",
    "raw(\" id is not null \")",
    "{ id: 1 }",
    "{ id: \"it's\" }",
    "{ id: { not: null } }",
    "{ id: { not: 5 }, a: true }",
    "{ b: null }",
];

/// Field names in no particular order.
pub(super) const FIELD_NAMES: &[&str] =
    &["a", "b", "c", "d", "e", "f", "G", "h_i", "J1", "k", "l", "zeta", "Alpha", "order", "user_id", "createdAt"];

pub(super) const ENUM_VALUES: &[&str] = &["A", "B", "C", "D", "F", "on", "Off_1"];
