//! PostgreSQL's column types that the schema language can name.

use std::fmt;

/// A column type of PostgreSQL that a schema can name, such as `@db.VarChar(10)`. Each scalar type has a default one.
///
/// A parameter is a length in characters or bits, or a count of fractional digits of seconds. It may be absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NativeType {
    /// `SMALLINT`, 16 bits.
    SmallInt,
    /// `INTEGER`, 32 bits.
    Integer,
    /// `BIGINT`, 64 bits.
    BigInt,
    /// `DECIMAL(precision, scale)`.
    Decimal(Option<(u32, u32)>),
    /// `MONEY`.
    Money,
    /// `INET`.
    Inet,
    /// `OID`.
    Oid,
    /// `CITEXT`, from the extension with that name.
    Citext,
    /// `REAL`, 32 bits.
    Real,
    /// `DOUBLE PRECISION`, 64 bits.
    DoublePrecision,
    /// `VARCHAR(length)`.
    VarChar(Option<u32>),
    /// `CHAR(length)`.
    Char(Option<u32>),
    /// `TEXT`.
    Text,
    /// `BYTEA`.
    ByteA,
    /// `TIMESTAMP(precision)` without time zone.
    Timestamp(Option<u32>),
    /// `TIMESTAMPTZ(precision)`.
    Timestamptz(Option<u32>),
    /// `DATE`.
    Date,
    /// `TIME(precision)` without time zone.
    Time(Option<u32>),
    /// `TIMETZ(precision)`.
    Timetz(Option<u32>),
    /// `BOOLEAN`.
    Boolean,
    /// `BIT(length)`.
    Bit(Option<u32>),
    /// `VARBIT(length)`.
    VarBit(Option<u32>),
    /// `UUID`.
    Uuid,
    /// `XML`.
    Xml,
    /// `JSON`.
    Json,
    /// `JSONB`.
    JsonB,
}

impl NativeType {
    /// The type as SQL writes it.
    #[must_use]
    pub fn sql(self) -> impl fmt::Display {
        let (_, name, parameters) = self.parts();
        WithParameters(name, parameters)
    }

    /// The name in `@db.…`, the name in SQL, and the parameters.
    #[rustfmt::skip]
    fn parts(self) -> (&'static str, &'static str, [Option<u32>; 2]) {
        let none = [None, None];
        match self {
            Self::SmallInt => ("SmallInt", "SMALLINT", none),
            Self::Integer => ("Integer", "INTEGER", none),
            Self::BigInt => ("BigInt", "BIGINT", none),
            Self::Decimal(parameters) => ("Decimal", "DECIMAL", parameters.map_or(none, |(precision, scale)| [Some(precision), Some(scale)])),
            Self::Money => ("Money", "MONEY", none),
            Self::Inet => ("Inet", "INET", none),
            Self::Oid => ("Oid", "OID", none),
            Self::Citext => ("Citext", "CITEXT", none),
            Self::Real => ("Real", "REAL", none),
            Self::DoublePrecision => ("DoublePrecision", "DOUBLE PRECISION", none),
            Self::VarChar(length) => ("VarChar", "VARCHAR", [length, None]),
            Self::Char(length) => ("Char", "CHAR", [length, None]),
            Self::Text => ("Text", "TEXT", none),
            Self::ByteA => ("ByteA", "BYTEA", none),
            Self::Timestamp(precision) => ("Timestamp", "TIMESTAMP", [precision, None]),
            Self::Timestamptz(precision) => ("Timestamptz", "TIMESTAMPTZ", [precision, None]),
            Self::Date => ("Date", "DATE", none),
            Self::Time(precision) => ("Time", "TIME", [precision, None]),
            Self::Timetz(precision) => ("Timetz", "TIMETZ", [precision, None]),
            Self::Boolean => ("Boolean", "BOOLEAN", none),
            Self::Bit(length) => ("Bit", "BIT", [length, None]),
            Self::VarBit(length) => ("VarBit", "VARBIT", [length, None]),
            Self::Uuid => ("Uuid", "UUID", none),
            Self::Xml => ("Xml", "XML", none),
            Self::Json => ("Json", "JSON", none),
            Self::JsonB => ("JsonB", "JSONB", none),
        }
    }
}

/// As `@db.…` writes the type.
impl fmt::Display for NativeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, _, parameters) = self.parts();
        WithParameters(name, parameters).fmt(f)
    }
}

/// A name, followed by its parameters in brackets if there are any.
struct WithParameters(&'static str, [Option<u32>; 2]);

impl fmt::Display for WithParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(name, [Some(first), Some(second)]) => write!(f, "{name}({first},{second})"),
            Self(name, [Some(only), None]) => write!(f, "{name}({only})"),
            Self(name, _) => f.write_str(name),
        }
    }
}
