//! Column types in SQL.

use std::fmt::{self, Display, Formatter};

use prisma_schema::NativeType;
use sql_schema::{Arity, Column, ColumnType, SqlSchema};

use super::names::QualifiedName;

/// The type of a column, as it stands in `CREATE TABLE`.
pub(crate) struct TypeOf<'a>(pub(crate) &'a SqlSchema, pub(crate) &'a Column);

/// The type that a column has once it is there: a serial type is none.
pub(crate) struct StoredTypeOf<'a>(pub(crate) &'a SqlSchema, pub(crate) &'a Column);

impl Display for TypeOf<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(schema, column) = self;
        let serial = match column.ty {
            ColumnType::Native(native) if column.autoincrement => serial(native),
            _ => None,
        };
        match serial {
            Some(serial) => f.write_str(serial),
            None => StoredTypeOf(schema, column).fmt(f),
        }
    }
}

impl Display for StoredTypeOf<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(schema, column) = self;
        match &column.ty {
            ColumnType::Native(native) => write_native(f, *native)?,
            ColumnType::Enum(id) => QualifiedName::from(schema.enum_(*id)).fmt(f)?,
            ColumnType::Unsupported(name) => f.write_str(name)?,
        }
        f.write_str(if column.arity == Arity::List { "[]" } else { "" })
    }
}

/// The pseudo-type that makes a column of this type and its sequence at once.
fn serial(native: NativeType) -> Option<&'static str> {
    match native {
        NativeType::SmallInt => Some("SMALLSERIAL"),
        NativeType::Integer => Some("SERIAL"),
        NativeType::BigInt => Some("BIGSERIAL"),
        _ => None,
    }
}

fn write_native(f: &mut Formatter<'_>, native: NativeType) -> fmt::Result {
    let (name, parameter) = match native {
        NativeType::Decimal(Some((precision, scale))) => return write!(f, "DECIMAL({precision},{scale})"),
        NativeType::Decimal(None) => ("DECIMAL", None),
        NativeType::SmallInt => ("SMALLINT", None),
        NativeType::Integer => ("INTEGER", None),
        NativeType::BigInt => ("BIGINT", None),
        NativeType::Money => ("MONEY", None),
        NativeType::Inet => ("INET", None),
        NativeType::Oid => ("OID", None),
        NativeType::Citext => ("CITEXT", None),
        NativeType::Real => ("REAL", None),
        NativeType::DoublePrecision => ("DOUBLE PRECISION", None),
        NativeType::VarChar(length) => ("VARCHAR", length),
        NativeType::Char(length) => ("CHAR", length),
        NativeType::Text => ("TEXT", None),
        NativeType::ByteA => ("BYTEA", None),
        NativeType::Timestamp(precision) => ("TIMESTAMP", precision),
        NativeType::Timestamptz(precision) => ("TIMESTAMPTZ", precision),
        NativeType::Date => ("DATE", None),
        NativeType::Time(precision) => ("TIME", precision),
        NativeType::Timetz(precision) => ("TIMETZ", precision),
        NativeType::Boolean => ("BOOLEAN", None),
        NativeType::Bit(length) => ("BIT", length),
        NativeType::VarBit(length) => ("VARBIT", length),
        NativeType::Uuid => ("UUID", None),
        NativeType::Xml => ("XML", None),
        NativeType::Json => ("JSON", None),
        NativeType::JsonB => ("JSONB", None),
    };
    f.write_str(name)?;
    parameter.map_or(Ok(()), |parameter| write!(f, "({parameter})"))
}
