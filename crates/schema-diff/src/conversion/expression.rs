//! Conversions that PostgreSQL supports and Prisma does not.
//!
//! Where Prisma knows no cast, it drops the column and adds it again. A conversion keeps the values: if one of them does
//! not fit, the migration fails and the database stays unchanged.

use prisma_schema::NativeType;
use sql_schema::{Arity, Column, ColumnType, SqlSchema};

use super::Preserved::{self, All, FirstElements, FittingValues};
use crate::{
    cast::same_type,
    sql::{Name, StoredTypeOf},
};

/// A conversion of the values in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// `SET DATA TYPE` without an expression.
    Assignment,
    /// `SET DATA TYPE` with `USING`.
    Using {
        /// The expression, which names the column.
        expression: String,
        /// The values that it preserves.
        preserved: Preserved,
    },
}

/// The conversion from the type of the column `from` to the type of `to`, a column of the same name; `None` if there is
/// none.
pub(super) fn conversion(
    (from_schema, from): (&SqlSchema, &Column),
    (to_schema, to): (&SqlSchema, &Column),
) -> Option<Conversion> {
    use ColumnType::{Enum, Native, Unsupported};

    let column = Name(&to.name);
    let target = StoredTypeOf(to_schema, to);
    let using = |preserved, expression| Some(Conversion::Using { expression, preserved });
    if to.arity != Arity::List
        && let Some(function) = to_json(&to.ty)
        && (from.arity == Arity::List || !is_json_or_text(&from.ty))
    {
        return using(All, format!("{function}({column})"));
    }
    let is_same = same_type((from_schema, from), (to_schema, to));
    let list = match (from.arity == Arity::List, to.arity == Arity::List) {
        (false, true) if is_same => {
            return using(All, format!("CASE WHEN {column} IS NOT NULL THEN ARRAY[{column}]::{target} END"));
        }
        (true, false) if matches!(to.ty, Native(native) if is_text(native)) => return Some(Conversion::Assignment),
        (true, false) if is_same => return using(FirstElements, format!("{column}[1]")),
        (false, true) | (true, false) => return None,
        (true, true) => "[]",
        (false, false) => "",
    };
    match (&from.ty, &to.ty) {
        _ if is_same => Some(Conversion::Assignment),
        // A cast to a text with a length would shorten the values, so the expression omits the length.
        (Enum(_) | Unsupported(_), Native(to)) if is_text(*to) => {
            using(preserved_by_text(*to), format!("{column}::text{list}"))
        }
        (Native(from), Enum(_)) if is_text(*from) => using(FittingValues, format!("{column}::text{list}::{target}")),
        (Enum(_), Native(_)) | (Native(_), Enum(_)) => None,
        (Native(from), Native(to)) => native((*from, *to), list, &column, &target),
        _ => using(FittingValues, format!("{column}::text{list}::{target}")),
    }
}

fn native(
    types: (NativeType, NativeType),
    list: &str,
    column: &Name<'_>,
    target: &StoredTypeOf<'_>,
) -> Option<Conversion> {
    use NativeType::{
        BigInt, Boolean, ByteA, Decimal, DoublePrecision, Integer, Money, Real, SmallInt, Text, Timestamp, Timetz,
        VarChar,
    };

    let (preserved, expression) = match types {
        (from, to) if is_assignable(from, to) => return Some(Conversion::Assignment),
        (_, ByteA) => return None,
        (Text | VarChar(_), _) => (FittingValues, format!("{column}::{target}")),
        (from, _) if is_text(from) => (FittingValues, format!("{column}::text{list}::{target}")),
        (SmallInt | Integer | BigInt, Boolean) => (FittingValues, format!("{column}::integer{list}::boolean{list}")),
        (Boolean, SmallInt | Integer | BigInt | Decimal(_) | Real | DoublePrecision) => {
            (All, format!("{column}::integer{list}"))
        }
        (SmallInt | Real | DoublePrecision, Money)
        | (Money, SmallInt | Integer | BigInt | Decimal(_) | Real | DoublePrecision) => {
            (FittingValues, format!("{column}::numeric{list}"))
        }
        (Timestamp(_), Timetz(_)) => (FittingValues, format!("{column}::time{list}")),
        _ => return None,
    };
    Some(Conversion::Using { expression, preserved })
}

/// Whether PostgreSQL has an assignment cast between the types, so that `SET DATA TYPE` needs no expression.
fn is_assignable(from: NativeType, to: NativeType) -> bool {
    use NativeType::{
        BigInt, Bit, Date, Decimal, DoublePrecision, Integer, Json, JsonB, Money, Oid, Real, SmallInt, Time, Timestamp,
        Timestamptz, Timetz, VarBit,
    };
    match (from, to) {
        (_, to) if is_text(to) => true,
        (
            SmallInt | Integer | BigInt | Decimal(_) | Real | DoublePrecision,
            SmallInt | Integer | BigInt | Decimal(_) | Real | DoublePrecision,
        )
        | (SmallInt | Integer | BigInt, Oid)
        | (Oid, Integer | BigInt)
        | (Integer | BigInt | Decimal(_) | Money, Money)
        | (Timestamp(_) | Timestamptz(_), Timestamp(_) | Timestamptz(_) | Date | Time(_))
        | (Timestamptz(_), Timetz(_))
        | (Date, Timestamp(_) | Timestamptz(_) | Date)
        | (Time(_) | Timetz(_), Time(_) | Timetz(_))
        | (Bit(_) | VarBit(_), Bit(_) | VarBit(_))
        | (Json | JsonB, Json | JsonB) => true,
        _ => false,
    }
}

fn is_text(native: NativeType) -> bool {
    matches!(native, NativeType::Text | NativeType::VarChar(_) | NativeType::Char(_) | NativeType::Citext)
}

/// The values that a conversion to a text type preserves.
fn preserved_by_text(text: NativeType) -> Preserved {
    match text {
        NativeType::Text | NativeType::VarChar(None) | NativeType::Citext => All,
        _ => FittingValues,
    }
}

/// Whether the values are JSON, or text that may contain JSON.
fn is_json_or_text(ty: &ColumnType) -> bool {
    matches!(ty, ColumnType::Native(native) if matches!(native, NativeType::Json | NativeType::JsonB) || is_text(*native))
}

/// The function that converts every value to this JSON type.
fn to_json(ty: &ColumnType) -> Option<&'static str> {
    match ty {
        ColumnType::Native(NativeType::Json) => Some("to_json"),
        ColumnType::Native(NativeType::JsonB) => Some("to_jsonb"),
        _ => None,
    }
}
