//! Prisma's casts between column types.
//!
//! Prisma knows fewer casts than PostgreSQL, and some of its rules are historical: it counts three digits in a `SMALLINT`.
//! The rules decide which SQL Prisma prints, so this module keeps them unchanged.

use prisma_schema::NativeType;
use sql_schema::{Arity, Column, ColumnType, EnumId, SqlSchema};

use Cast::{Impossible, Risky, Safe};

/// The effect of a new column type on the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cast {
    /// The new type holds every value: `SET DATA TYPE`.
    Safe,
    /// PostgreSQL may change or reject some values: `SET DATA TYPE`, and a warning.
    Risky,
    /// Prisma knows no cast: the column is dropped and added again, and all values are lost.
    Impossible,
}

/// The cast from the type of the column `from` to the type of `to`; `None` if the type does not change.
pub(crate) fn cast((from_schema, from): (&SqlSchema, &Column), (to_schema, to): (&SqlSchema, &Column)) -> Option<Cast> {
    use ColumnType::{Enum, Native, Unsupported};
    let is_list = (from.arity == Arity::List, to.arity == Arity::List);
    match (&from.ty, &to.ty) {
        (&Enum(from), &Enum(to)) => (!same_enum((from_schema, from), (to_schema, to))).then_some(Impossible),
        (Enum(_), _) | (_, Enum(_)) => Some(Impossible),
        (_, to) if is_list == (true, false) => Some(list_to_scalar(to)),
        _ if is_list == (false, true) => Some(Impossible),
        (&Native(from), &Native(to)) => native(from, to),
        (Unsupported(_), Unsupported(_)) => None,
        (Unsupported(_), Native(_)) | (Native(_), Unsupported(_)) => Some(Risky),
    }
}

/// Whether the types are equal. The arity may differ.
pub(crate) fn same_type((from_schema, from): (&SqlSchema, &Column), (to_schema, to): (&SqlSchema, &Column)) -> bool {
    match (&from.ty, &to.ty) {
        (&ColumnType::Enum(from), &ColumnType::Enum(to)) => same_enum((from_schema, from), (to_schema, to)),
        (from, to) => from == to,
    }
}

fn same_enum((from_schema, from): (&SqlSchema, EnumId), (to_schema, to): (&SqlSchema, EnumId)) -> bool {
    from_schema.enum_(from).qualified_name() == to_schema.enum_(to).qualified_name()
}

/// A list can only be cast to a text.
fn list_to_scalar(to: &ColumnType) -> Cast {
    match to {
        ColumnType::Native(NativeType::Text | NativeType::VarChar(None)) => Safe,
        ColumnType::Native(NativeType::VarChar(_) | NativeType::Char(_)) => Risky,
        _ => Impossible,
    }
}

fn native(from: NativeType, to: NativeType) -> Option<Cast> {
    use NativeType::{
        BigInt, Bit, Char, Citext, Date, Decimal, DoublePrecision, Inet, Integer, Json, JsonB, Money, Oid, Real,
        SmallInt, Text, Time, Timestamp, Timestamptz, Timetz, VarBit, VarChar,
    };
    if from == to || differ_by_absent_precision(from, to) {
        return None;
    }
    Some(match (from, to) {
        (_, Text | VarChar(None)) => Safe,
        (_, VarChar(Some(length))) => to_varchar(from, length),
        (_, Char(length)) => to_char(from, length),

        (SmallInt, Integer | BigInt | Real | DoublePrecision)
        | (Integer, BigInt | Real | DoublePrecision)
        | (BigInt, Real | DoublePrecision)
        | (Real, DoublePrecision)
        | (Oid, Integer | BigInt)
        | (SmallInt | Integer | BigInt | Decimal(_), Decimal(None)) => Safe,
        (Integer, SmallInt) | (BigInt, SmallInt | Integer) => Risky,
        (SmallInt | Integer | BigInt, Decimal(Some((precision, scale)))) => {
            safe_if(precision.saturating_sub(scale) >= digits(from), Risky)
        }
        (Decimal(Some((precision, scale))), SmallInt | Integer | BigInt) => {
            safe_if(scale == 0 && precision < digits(to), Risky)
        }
        (Decimal(Some((precision, scale))), Decimal(Some((to_precision, to_scale)))) => {
            let keeps_whole = to_precision.saturating_sub(to_scale) >= precision.saturating_sub(scale);
            safe_if(keeps_whole && to_scale >= scale, Risky)
        }
        (Decimal(_) | Real | DoublePrecision, SmallInt | Integer | BigInt | Decimal(_) | Real | DoublePrecision) => {
            Risky
        }

        (Inet | Money | Text, Citext) => Safe,
        (Citext | Money, _) => Risky,
        (Json, JsonB) | (JsonB, Json) => Safe,

        (Timestamp(_) | Timestamptz(_), Timestamp(_) | Timestamptz(_) | Date | Time(_) | Timetz(_))
        | (Date, Timestamp(_) | Timestamptz(_))
        | (Time(_), Timetz(_))
        | (Timetz(_), Time(_) | Timetz(_)) => Safe,

        (Bit(_) | VarBit(_), VarBit(None)) | (Bit(None), VarBit(_)) => Safe,
        (Bit(Some(from)) | VarBit(Some(from)), VarBit(Some(to))) => safe_if(to >= from, Impossible),
        (VarBit(from), Bit(to)) if to.is_none_or(|to| from.is_none_or(|from| to <= from)) => Risky,

        _ => Impossible,
    })
}

/// Prisma considers `TIMESTAMP` and `TIMESTAMP(3)` equal, although PostgreSQL's default precision is 6.
fn differ_by_absent_precision(from: NativeType, to: NativeType) -> bool {
    use NativeType::{Time, Timestamp, Timestamptz, Timetz};
    match (from, to) {
        (Timestamp(from), Timestamp(to))
        | (Timestamptz(from), Timestamptz(to))
        | (Time(from), Time(to))
        | (Timetz(from), Timetz(to)) => from.is_none() || to.is_none(),
        _ => false,
    }
}

fn to_varchar(from: NativeType, length: u32) -> Cast {
    match from {
        NativeType::Oid | NativeType::Inet | NativeType::Money | NativeType::Citext | NativeType::Boolean => Safe,
        _ => to_bounded_text(from, length),
    }
}

fn to_char(from: NativeType, length: Option<u32>) -> Cast {
    match (from, length) {
        (NativeType::Oid | NativeType::Inet, _) | (NativeType::Bit(Some(_)), None) => Impossible,
        (NativeType::Money | NativeType::Citext, _) | (NativeType::VarBit(_), None) => Risky,
        (NativeType::Boolean, Some(4)) => Risky,
        // `CHAR` alone holds one character.
        _ => to_bounded_text(from, length.unwrap_or(1)),
    }
}

/// Compares `length` with the longest text that Prisma expects of a type.
fn to_bounded_text(from: NativeType, length: u32) -> Cast {
    use NativeType::{
        BigInt, Bit, Boolean, ByteA, Char, Date, Decimal, DoublePrecision, Integer, Real, SmallInt, Time, Timestamp,
        Timestamptz, Timetz, Uuid, VarBit, VarChar,
    };
    match from {
        SmallInt => safe_if(length >= 4, Risky),
        Integer => safe_if(length >= 11, Risky),
        BigInt => safe_if(length >= 20, Risky),
        Real => safe_if(length >= 47, Risky),
        DoublePrecision => safe_if(length >= 317, Risky),
        // A sign, and a point if there is a fraction.
        Decimal(Some((precision, scale))) => safe_if(length > precision + u32::from(scale > 0), Risky),
        VarChar(Some(from)) | VarBit(Some(from)) => safe_if(length >= from, Risky),
        Char(from) => safe_if(length >= from.unwrap_or(1), Risky),
        Bit(from) => safe_if(length >= from.unwrap_or(1), Impossible),
        Boolean => safe_if(length >= 5, Impossible),
        Time(_) => safe_if(length >= 14, Impossible),
        Timetz(_) => safe_if(length >= 19, Impossible),
        Timestamp(_) => safe_if(length >= 23, Impossible),
        Timestamptz(_) | Date => safe_if(length >= 28, Impossible),
        Uuid => safe_if(length >= 32, Impossible),
        ByteA if length < 3 => Impossible,
        // Texts of any length.
        _ => Risky,
    }
}

/// The number of digits that Prisma counts for an integer type.
fn digits(integer: NativeType) -> u32 {
    match integer {
        NativeType::SmallInt => 3,
        NativeType::Integer => 10,
        _ => 19,
    }
}

fn safe_if(fits: bool, otherwise: Cast) -> Cast {
    if fits { Safe } else { otherwise }
}

#[cfg(test)]
mod tests {
    use NativeType::*;
    use prisma_schema::NativeType;

    use super::Cast::{self, Impossible, Risky, Safe};
    use crate::testing::{check_empty_table, table_sql};

    #[track_caller]
    fn check(from: NativeType, cases: &[(NativeType, Option<Cast>)]) {
        for &(to, cast) in cases {
            assert_eq!(super::native(from, to), cast, "{from:?} to {to:?}");
        }
    }

    #[test]
    fn integers() {
        check(Integer, &[(Integer, None), (BigInt, Some(Safe)), (SmallInt, Some(Risky)), (Real, Some(Safe))]);
        check(Integer, &[(Boolean, Some(Impossible)), (Text, Some(Safe)), (Oid, Some(Impossible))]);
        check(Integer, &[(VarChar(Some(11)), Some(Safe)), (VarChar(Some(10)), Some(Risky)), (Char(None), Some(Risky))]);
        check(SmallInt, &[(Decimal(Some((4, 1))), Some(Safe)), (Decimal(Some((3, 1))), Some(Risky))]);
        check(BigInt, &[(Decimal(None), Some(Safe)), (Decimal(Some((18, 0))), Some(Risky))]);
        check(Oid, &[(Integer, Some(Safe)), (VarChar(Some(1)), Some(Safe)), (Char(Some(9)), Some(Impossible))]);
    }

    #[test]
    fn decimals() {
        let decimal = |precision, scale| Decimal(Some((precision, scale)));
        check(
            decimal(5, 2),
            &[(decimal(6, 3), Some(Safe)), (decimal(6, 1), Some(Risky)), (decimal(5, 3), Some(Risky))],
        );
        check(decimal(5, 2), &[(Decimal(None), Some(Safe)), (Integer, Some(Risky)), (DoublePrecision, Some(Risky))]);
        check(
            decimal(2, 0),
            &[(SmallInt, Some(Safe)), (VarChar(Some(3)), Some(Safe)), (VarChar(Some(2)), Some(Risky))],
        );
        check(Decimal(None), &[(decimal(65, 30), Some(Risky)), (VarChar(Some(99)), Some(Risky))]);
    }

    #[test]
    fn text() {
        check(Text, &[(VarChar(None), Some(Safe)), (VarChar(Some(9)), Some(Risky)), (Uuid, Some(Impossible))]);
        check(
            VarChar(Some(9)),
            &[(VarChar(Some(9)), None), (VarChar(Some(8)), Some(Risky)), (Char(Some(9)), Some(Safe))],
        );
        check(Char(None), &[(Char(Some(1)), Some(Safe)), (VarChar(None), Some(Safe))]);
        check(Citext, &[(Text, Some(Safe)), (Boolean, Some(Risky))]);
        check(Uuid, &[(VarChar(Some(32)), Some(Safe)), (VarChar(Some(31)), Some(Impossible))]);
        check(ByteA, &[(VarChar(Some(3)), Some(Risky)), (VarChar(Some(2)), Some(Impossible)), (Text, Some(Safe))]);
        check(Boolean, &[(Char(Some(5)), Some(Safe)), (Char(Some(4)), Some(Risky)), (Char(Some(3)), Some(Impossible))]);
    }

    #[test]
    fn timestamps() {
        check(Timestamp(None), &[(Timestamp(Some(3)), None), (Timestamptz(None), Some(Safe)), (Date, Some(Safe))]);
        check(Timestamp(Some(3)), &[(Timestamp(Some(6)), Some(Safe)), (VarChar(Some(22)), Some(Impossible))]);
        check(Time(Some(3)), &[(Time(None), None), (Time(Some(6)), Some(Impossible)), (Timetz(Some(6)), Some(Safe))]);
        check(Date, &[(Timestamp(Some(3)), Some(Safe)), (Time(None), Some(Impossible))]);
    }

    #[test]
    fn bits() {
        check(Bit(None), &[(Bit(Some(1)), Some(Impossible)), (VarBit(Some(3)), Some(Safe)), (Char(None), Some(Safe))]);
        check(
            Bit(Some(5)),
            &[(VarBit(Some(5)), Some(Safe)), (VarBit(Some(4)), Some(Impossible)), (Char(None), Some(Impossible))],
        );
        check(
            VarBit(Some(5)),
            &[(Bit(Some(5)), Some(Risky)), (Bit(Some(6)), Some(Impossible)), (VarBit(None), Some(Safe))],
        );
    }

    #[test]
    fn lists_are_cast_only_to_text() {
        let recreated = |from: &str, to: &str| table_sql(from, to).contains("DROP COLUMN");
        assert!(!recreated("x Int[]", "x String"));
        assert!(recreated("x Int[]", "x Int"));
        assert!(recreated("x Int", "x Int[]"));
        assert!(!recreated("x Int[]", "x BigInt[]"));
    }

    #[test]
    fn enums_have_no_casts() {
        let recreated = |from: &str, to: &str| table_sql(from, to).contains("DROP COLUMN");
        assert!(recreated("x Size", "x String"));
        assert!(recreated("x String", "x Size"));
        assert!(!recreated("x Size", "x Size[]"));
    }

    #[test]
    fn only_the_arity_of_unsupported_types_is_compared() {
        let recreated = |from: &str, to: &str| table_sql(from, to).contains("DROP COLUMN");
        check_empty_table(r#"x Unsupported("box")?"#, r#"x Unsupported("circle")?"#);
        assert!(!recreated(r#"x Unsupported("box")?"#, "x String?"));
        assert!(recreated(r#"x Unsupported("box")?"#, r#"x Unsupported("box")[]"#));
    }
}
