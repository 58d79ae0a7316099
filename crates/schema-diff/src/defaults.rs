//! Whether two defaults are the same for Prisma.

use sql_schema::{Column, ColumnType, DefaultValue};

use prisma_schema::{NativeType, Value};

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
        (Some(Value(a)), Some(Value(b))) => match (a, b) {
            (prisma_schema::Value::Json(a), prisma_schema::Value::Json(b)) => json::equal(a, b),
            (prisma_schema::Value::List(a), prisma_schema::Value::List(b)) => lists_equal((from, a), (to, b)),
            _ => values_equal(a, b),
        },
        (Some(DbGenerated(Some(a))), Some(DbGenerated(Some(b)))) => equal_without_case(a, b),
        _ => false,
    }
}

fn values_equal(from: &Value, to: &Value) -> bool {
    match (from, to) {
        // PostgreSQL prints an instant in too many ways: Prisma never sees that it changes.
        (Value::DateTime(_), Value::DateTime(_)) => true,
        _ => from == to,
    }
}

/// Unlike on their own, whole numbers in lists are equal only if both are `BigInt` or neither is.
fn lists_equal((from_column, from): (&Column, &[Value]), (to_column, to): (&Column, &[Value])) -> bool {
    let is_big = |column: &Column| column.r#type == ColumnType::Native(NativeType::BigInt);
    let same_integers = is_big(from_column) == is_big(to_column);
    from.len() == to.len()
        && from
            .iter()
            .zip(to)
            .all(|(a, b)| values_equal(a, b) && (same_integers || !matches!(a, Value::Int(_))))
}

fn equal_without_case(a: &str, b: &str) -> bool {
    a == b || a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}
