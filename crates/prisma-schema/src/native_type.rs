//! PostgreSQL's column types, as the schema language names them in `@db.…`.

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
