//! PostgreSQL's column types, as the schema language names them in `@db.…`.

use std::fmt;

/// A column type of PostgreSQL that a schema can name (`@db.VarChar(10)`) and that a scalar field has by default.
///
/// A parameter is a length, a count of bits or a precision of fractional seconds; `None` is a type written without it.
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
    /// `CITEXT`, of the extension of that name.
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

/// As `@db.…` writes it.
impl fmt::Display for NativeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, parameter) = match *self {
            Self::Decimal(Some((precision, scale))) => return write!(f, "Decimal({precision},{scale})"),
            Self::Decimal(None) => ("Decimal", None),
            Self::SmallInt => ("SmallInt", None),
            Self::Integer => ("Integer", None),
            Self::BigInt => ("BigInt", None),
            Self::Money => ("Money", None),
            Self::Inet => ("Inet", None),
            Self::Oid => ("Oid", None),
            Self::Citext => ("Citext", None),
            Self::Real => ("Real", None),
            Self::DoublePrecision => ("DoublePrecision", None),
            Self::VarChar(length) => ("VarChar", length),
            Self::Char(length) => ("Char", length),
            Self::Text => ("Text", None),
            Self::ByteA => ("ByteA", None),
            Self::Timestamp(precision) => ("Timestamp", precision),
            Self::Timestamptz(precision) => ("Timestamptz", precision),
            Self::Date => ("Date", None),
            Self::Time(precision) => ("Time", precision),
            Self::Timetz(precision) => ("Timetz", precision),
            Self::Boolean => ("Boolean", None),
            Self::Bit(length) => ("Bit", length),
            Self::VarBit(length) => ("VarBit", length),
            Self::Uuid => ("Uuid", None),
            Self::Xml => ("Xml", None),
            Self::Json => ("Json", None),
            Self::JsonB => ("JsonB", None),
        };
        match parameter {
            Some(parameter) => write!(f, "{name}({parameter})"),
            None => f.write_str(name),
        }
    }
}
