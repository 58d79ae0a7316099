//! Compares two defaults as Prisma does.

use prisma_schema::{NativeType, Value as Constant};
use serde_json::Value as Json;
use sql_schema::{Column, ColumnType, DefaultValue};

/// Whether the default of `from` can stay.
pub(crate) fn equal(from: &Column, to: &Column) -> bool {
    use DefaultValue::{DbGenerated, Now, Sequence, Value};
    let (Some(from_default), Some(to_default)) = (&from.default, &to.default) else {
        return match (&from.default, &to.default) {
            // `Column::autoincrement` covers sequences, and `dbgenerated()` accepts any default and none.
            (Some(Sequence(_)), None) | (None, Some(Sequence(_)) | Some(DbGenerated(None))) => true,
            (from, to) => from.is_none() && to.is_none(),
        };
    };
    match (from_default, to_default) {
        (_, Sequence(_) | DbGenerated(None)) => true,
        (Now, Now) => true,
        (DbGenerated(Some(a)), DbGenerated(Some(b))) => equal_without_case(a, b),
        // PostgreSQL prints a timestamp in many ways, so Prisma considers it equal to every other default.
        (Value(Constant::DateTime(_)), _) | (_, Value(Constant::DateTime(_))) => true,
        (Value(Constant::List(_)), DbGenerated(_)) | (DbGenerated(_), Value(Constant::List(_))) => {
            holds_timestamps(from) || holds_timestamps(to)
        }
        (Value(Constant::List(a)), Value(Constant::List(b))) => lists_equal(a, b),
        (Value(Constant::Json(a)), Value(Constant::Json(b))) => json_equal(a, b),
        (Value(a), Value(b)) => constants_equal(a, b),
        _ => false,
    }
}

/// In a list, an `Int` never equals a `BigInt`, and JSON is compared as text. Outside a list, both comparisons are looser.
fn lists_equal(from: &[Constant], to: &[Constant]) -> bool {
    let item_equal = |(a, b): (&Constant, &Constant)| match (a, b) {
        (Constant::Int(_), Constant::BigInt(_)) | (Constant::BigInt(_), Constant::Int(_)) => false,
        _ => constants_equal(a, b),
    };
    from.len() == to.len() && from.iter().zip(to).all(item_equal)
}

fn constants_equal(from: &Constant, to: &Constant) -> bool {
    match (from, to) {
        (Constant::DateTime(_), _) | (_, Constant::DateTime(_)) => true,
        (Constant::Json(a), Constant::String(b)) | (Constant::String(a), Constant::Json(b)) => json_equal(a, b),
        (Constant::Int(a), Constant::BigInt(b)) | (Constant::BigInt(a), Constant::Int(b)) => a == b,
        _ => from == to,
    }
}

/// Whether two texts are the same JSON value. Like Prisma, this considers invalid JSON equal to every other text.
fn json_equal(a: &str, b: &str) -> bool {
    let parse = |text: &str| serde_json::from_str::<Json>(text).ok();
    a == b || parse(a).zip(parse(b)).is_none_or(|(a, b)| a == b)
}

fn holds_timestamps(column: &Column) -> bool {
    use NativeType::{Date, Time, Timestamp, Timestamptz, Timetz};
    matches!(column.ty, ColumnType::Native(Timestamp(_) | Timestamptz(_) | Date | Time(_) | Timetz(_)))
}

fn equal_without_case(a: &str, b: &str) -> bool {
    a == b || a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}

#[cfg(test)]
mod tests {
    use super::json_equal;
    use crate::testing::{EMPTY_MIGRATION, table_sql};

    fn same(ty: &str, from: &str, to: &str) -> bool {
        let field = |default: &str| match default {
            "" => format!("x {ty}"),
            _ => format!("x {ty} @default({default})"),
        };
        table_sql(&field(from), &field(to)) == EMPTY_MIGRATION
    }

    #[test]
    fn json_is_compared_by_structure() {
        assert!(json_equal(r#"{"a": [1, {"b": null}], "c": true}"#, r#"{"c":true,"a":[1,{"b":null}]}"#));
        assert!(json_equal("1e2", "100.0"));
        assert!(!json_equal("[1,2]", "[2,1]"));
        assert!(!json_equal("1", "1.0"));
        assert!(json_equal("{", "1"));
    }

    #[test]
    fn constants_are_compared_by_meaning() {
        assert!(same("Decimal", "1.50", "1.5"));
        assert!(!same("String", r#""a""#, r#""A""#));
        assert!(same("Json", r#""{\"a\":1,\"b\":2}""#, r#""{\"b\": 2, \"a\": 1}""#));
        assert!(same("Int[]", "[1, 2]", "[1, 2]"));
        assert!(!same("Int[]", "[1, 2]", "[2, 1]"));
        assert!(!same("Json[]", r#"["{}"]"#, r#"["{ }"]"#));
    }

    #[test]
    fn a_constant_timestamp_equals_every_other_default() {
        let (old, new) = (r#""2020-01-01T00:00:00Z""#, r#""2021-01-01T00:00:00Z""#);
        assert!(same("DateTime", old, new));
        assert!(same("DateTime", "now()", new));
        assert!(same("DateTime[]", r#"["2020-01-01T00:00:00Z"]"#, r#"dbgenerated("x")"#));
        assert!(!same("DateTime", "", new));
        assert!(!same("DateTime", old, ""));
    }

    #[test]
    fn expressions_are_compared_without_case() {
        assert!(same("String", r#"dbgenerated("Foo()")"#, r#"dbgenerated("FOO()")"#));
        assert!(!same("DateTime", "now()", r#"dbgenerated("now()")"#));
        assert!(!same("Int", "1", r#"dbgenerated("1")"#));
    }

    #[test]
    fn dbgenerated_without_an_expression_accepts_every_default() {
        assert!(same("Int", "1", "dbgenerated()"));
        assert!(same("Int", "", "dbgenerated()"));
        assert!(!same("Int", "dbgenerated()", "1"));
        assert!(!same("Int", "dbgenerated()", ""));
    }

    #[test]
    fn integers_in_lists_distinguish_int_and_big_int() {
        let sql = table_sql(
            r#"
                    x Int @default(1)
                    y Int[] @default([1])
                "#,
            r#"
                    x BigInt @default(1)
                    y BigInt[] @default([1])
                "#,
        );
        assert!(!sql.contains(r#""x" SET DEFAULT"#) && sql.contains(r#""y" SET DEFAULT"#), "{sql}");
    }
}
