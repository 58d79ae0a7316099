//! Prints column types.

use std::fmt::{self, Display, Formatter};

use prisma_schema::NativeType;
use sql_schema::{Arity, Column, ColumnType, SqlSchema};

use super::names::QualifiedName;

/// The type of a column in `CREATE TABLE`: for a column with a sequence, the serial type.
pub(crate) struct TypeOf<'a>(pub(crate) &'a SqlSchema, pub(crate) &'a Column);

/// The type of a column in the catalog, where serial types do not exist.
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
            ColumnType::Native(native) => native.sql().fmt(f)?,
            ColumnType::Enum(id) => QualifiedName::from(schema.enum_(*id)).fmt(f)?,
            ColumnType::Unsupported(name) => f.write_str(name)?,
        }
        f.write_str(if column.arity == Arity::List { "[]" } else { "" })
    }
}

/// The pseudo-type that creates a column of this type together with its sequence.
fn serial(native: NativeType) -> Option<&'static str> {
    match native {
        NativeType::SmallInt => Some("SMALLSERIAL"),
        NativeType::Integer => Some("SERIAL"),
        NativeType::BigInt => Some("BIGSERIAL"),
        _ => None,
    }
}
