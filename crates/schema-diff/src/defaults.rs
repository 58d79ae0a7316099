//! Whether two defaults are the same for Prisma.

use prisma_schema::{NativeType, Value as Constant};
use sql_schema::{Column, ColumnType, DefaultValue};

use crate::json;

/// Whether the default of `from` may stay as it is.
pub(crate) fn equal(from: &Column, to: &Column) -> bool {
    use DefaultValue::{DbGenerated, Now, Sequence, Value};
    match (&from.default, &to.default) {
        // `dbgenerated()` means: whatever is there.
        (_, Some(DbGenerated(None))) => true,
        // Sequences come and go with `Column::autoincrement`.
        (Some(Sequence(_)), None) | (_, Some(Sequence(_))) => true,
        (None, None) | (Some(Now), Some(Now)) => true,
        // PostgreSQL prints an instant in too many ways: Prisma takes it for equal to any other default.
        (Some(Value(Constant::DateTime(_))), Some(_)) | (Some(_), Some(Value(Constant::DateTime(_)))) => true,
        (Some(Value(Constant::Json(a))), Some(Value(Constant::Json(b) | Constant::String(b)))) => json::equal(a, b),
        (Some(Value(Constant::List(a))), Some(Value(Constant::List(b)))) => lists_equal((from, a), (to, b)),
        (Some(Value(a)), Some(Value(b))) => a == b,
        (Some(DbGenerated(Some(a))), Some(DbGenerated(Some(b)))) => equal_without_case(a, b),
        _ => false,
    }
}

/// In lists, unlike on their own, whole numbers are equal only if both are `BigInt` or neither is, and JSON is equal only
/// letter by letter.
fn lists_equal((from_column, from): (&Column, &[Constant]), (to_column, to): (&Column, &[Constant])) -> bool {
    let is_big = |column: &Column| column.r#type == ColumnType::Native(NativeType::BigInt);
    let same_integers = is_big(from_column) == is_big(to_column);
    from.len() == to.len()
        && from.iter().zip(to).all(|values| match values {
            (Constant::DateTime(_), Constant::DateTime(_)) => true,
            (Constant::Int(a), Constant::Int(b)) => a == b && same_integers,
            (Constant::Json(a), Constant::String(b)) => json::equal(a, b),
            (a, b) => a == b,
        })
}

fn equal_without_case(a: &str, b: &str) -> bool {
    a == b || a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}
