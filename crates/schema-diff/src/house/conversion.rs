//! How the values of a column get its new type.
//!
//! Prisma drops and adds the column again wherever it knows no cast. PostgreSQL knows more, and an expression can say the
//! rest. A value that does not fit makes the migration fail, and nothing is lost.

use prisma_schema::NativeType;
use sql_schema::{Arity, Column, ColumnType, SqlSchema};

use crate::{
    casts::same_type,
    render::{names::Name, types::StoredTypeOf},
};

use Keeps::{All, First, WhatFits};

/// A way to keep the values of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// PostgreSQL converts them when it is told the type.
    Assignment,
    /// By an expression.
    Using {
        /// The expression, which names the column.
        expression: String,
        /// What is left of the values.
        keeps: Keeps,
    },
}

/// What is left of values that are converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeps {
    /// All of them, whole.
    All,
    /// Those that fit. Others are shortened, or refused, so that nothing is done at all.
    WhatFits,
    /// The first of each list.
    First,
}

/// How values of the column `from` get the type of the column `to`, which has the same name; `None` if no value of the one
/// type makes one of the other.
pub(crate) fn conversion(
    (from_schema, from): (&SqlSchema, &Column),
    (to_schema, to): (&SqlSchema, &Column),
) -> Option<Conversion> {
    use ColumnType::{Enum, Native, Unsupported};

    let column = Name(&to.name);
    let target = StoredTypeOf(to_schema, to);
    let using = |keeps, expression| Some(Conversion::Using { expression, keeps });
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
        (true, false) if is_same => return using(First, format!("{column}[1]")),
        (false, true) | (true, false) => return None,
        (true, true) => "[]",
        (false, false) => "",
    };
    match (&from.ty, &to.ty) {
        _ if is_same => Some(Conversion::Assignment),
        // Without the greatest length, lest the text is cut to it.
        (Enum(_) | Unsupported(_), Native(to)) if is_text(*to) => {
            using(text_keeps(*to), format!("{column}::text{list}"))
        }
        (Native(from), Enum(_)) if is_text(*from) => using(WhatFits, format!("{column}::text{list}::{target}")),
        (Enum(_), Native(_)) | (Native(_), Enum(_)) => None,
        (Native(from), Native(to)) => native((*from, *to), list, &column, &target),
        _ => using(WhatFits, format!("{column}::text{list}::{target}")),
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

    let (keeps, expression) = match types {
        (from, to) if is_assignable(from, to) => return Some(Conversion::Assignment),
        (_, ByteA) => return None,
        (Text | VarChar(_), _) => (WhatFits, format!("{column}::{target}")),
        (from, _) if is_text(from) => (WhatFits, format!("{column}::text{list}::{target}")),
        (SmallInt | Integer | BigInt, Boolean) => (WhatFits, format!("{column}::integer{list}::boolean{list}")),
        (Boolean, SmallInt | Integer | BigInt | Decimal(_) | Real | DoublePrecision) => {
            (All, format!("{column}::integer{list}"))
        }
        (SmallInt | Real | DoublePrecision, Money)
        | (Money, SmallInt | Integer | BigInt | Decimal(_) | Real | DoublePrecision) => {
            (WhatFits, format!("{column}::numeric{list}"))
        }
        (Timestamp(_), Timetz(_)) => (WhatFits, format!("{column}::time{list}")),
        _ => return None,
    };
    Some(Conversion::Using { expression, keeps })
}

/// Whether PostgreSQL converts one type to the other where a value is assigned, and so by `SET DATA TYPE` alone.
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

/// What is left of values that turn into text.
fn text_keeps(text: NativeType) -> Keeps {
    match text {
        NativeType::Text | NativeType::VarChar(None) | NativeType::Citext => All,
        _ => WhatFits,
    }
}

/// Whether values are JSON, or can be read as such.
fn is_json_or_text(ty: &ColumnType) -> bool {
    matches!(ty, ColumnType::Native(native) if matches!(native, NativeType::Json | NativeType::JsonB) || is_text(*native))
}

/// The function that makes JSON of this type of anything.
fn to_json(ty: &ColumnType) -> Option<&'static str> {
    match ty {
        ColumnType::Native(NativeType::Json) => Some("to_json"),
        ColumnType::Native(NativeType::JsonB) => Some("to_jsonb"),
        _ => None,
    }
}
