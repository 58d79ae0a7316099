//! Parses the default expressions of a live database as Prisma does.
//!
//! PostgreSQL prints equivalent expressions in one form: `'x'::text`, `'-5'::integer`, `now()`. Prisma does not always parse
//! them correctly: `'1e+30'::double precision` becomes 1. The results must be equal, or migrations differ from Prisma's.

mod scanner;

use prisma_schema::{Decimal, NativeType, Value};

use self::scanner::Scanner;
use crate::{Arity, ColumnType, DefaultValue};

/// The default value of an expression as `pg_get_expr` prints it; `None` for NULL.
pub(super) fn default_value(expression: &str, ty: &ColumnType, arity: Arity) -> Option<DefaultValue> {
    // Like Prisma, this also matches `NULLIF(…)`.
    if expression.starts_with("NULL") {
        return None;
    }
    let kind = Kind::of(ty);
    let parsed = match arity {
        Arity::List => list(expression, kind).map(|values| DefaultValue::Value(Value::List(values))),
        Arity::Required | Arity::Nullable => scalar(expression, kind),
    };
    Some(parsed.unwrap_or_else(|| DefaultValue::DbGenerated(Some(expression.to_owned()))))
}

/// Types whose constants have the same syntax.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Json,
    Enum,
    Int,
    Decimal,
    Boolean,
    Bytes,
    DateTime,
    /// Constants of these types are not parsed.
    Opaque,
}

impl Kind {
    fn of(ty: &ColumnType) -> Self {
        use NativeType as N;
        match ty {
            ColumnType::Enum(_) => Self::Enum,
            ColumnType::Unsupported(_) | ColumnType::Native(N::Uuid) => Self::Opaque,
            ColumnType::Native(native) => match native {
                N::SmallInt | N::Integer | N::BigInt | N::Oid => Self::Int,
                N::Decimal(_) | N::Money | N::Real | N::DoublePrecision => Self::Decimal,
                N::VarChar(_) | N::Char(_) | N::Text | N::Citext | N::Inet | N::Xml | N::Bit(_) | N::VarBit(_) => {
                    Self::Text
                }
                N::Json | N::JsonB => Self::Json,
                N::ByteA => Self::Bytes,
                N::Boolean => Self::Boolean,
                N::Timestamp(_) | N::Timestamptz(_) | N::Date | N::Time(_) | N::Timetz(_) => Self::DateTime,
                N::Uuid => Self::Opaque,
            },
        }
    }
}

fn scalar(expression: &str, kind: Kind) -> Option<DefaultValue> {
    match kind {
        Kind::DateTime => matches!(expression, "now()" | "CURRENT_TIMESTAMP").then_some(DefaultValue::Now),
        Kind::Int if expression.starts_with("nextval(") => sequence(expression).map(DefaultValue::Sequence),
        _ => {
            let mut scanner = Scanner::new(expression);
            let value = constant(&mut scanner, kind)?;
            scanner.is_at_end().then_some(DefaultValue::Value(value))
        }
    }
}

/// Parses `nextval('namespace."Sequence"'::regclass)`, or the older `nextval(('sequence'::text)::regclass)`. Returns the
/// name of the sequence without its namespace.
fn sequence(expression: &str) -> Option<String> {
    let mut scanner = Scanner::new(expression);
    scanner.eat("nextval(");
    scanner.eat("(");
    let path = scanner.string()?;
    let mut names = Scanner::new(&path);
    let mut name = names.name()?;
    while names.eat(".") {
        name = names.name()?;
    }
    Some(name.to_owned())
}

/// Parses `'{a,b}'::text[]`, `ARRAY['a'::text]` or `(ARRAY['a'::citext])::text[]`. Any text after the list is ignored.
fn list(expression: &str, kind: Kind) -> Option<Vec<Value>> {
    let mut scanner = Scanner::new(expression);
    if let Some(literal) = scanner.string() {
        return elements(&mut Scanner::new(&literal), ["{", ",", "}"], |scanner| literal_element(scanner, kind));
    }
    scanner.eat("(");
    scanner.eat("ARRAY").then_some(())?;
    // Prisma parses JSON as text here, although it later compares it as JSON.
    let kind = if matches!(kind, Kind::Json) { Kind::Text } else { kind };
    elements(&mut scanner, ["[", ", ", "]"], |scanner| constant(scanner, kind))
}

fn elements(
    scanner: &mut Scanner<'_>,
    [open, separator, close]: [&str; 3],
    element: impl Fn(&mut Scanner<'_>) -> Option<Value>,
) -> Option<Vec<Value>> {
    scanner.eat(open).then_some(())?;
    let mut values = Vec::new();
    while !scanner.eat(close) {
        if !values.is_empty() {
            scanner.eat(separator).then_some(())?;
        }
        values.push(element(scanner)?);
    }
    Some(values)
}

/// Parses a constant with its cast.
fn constant(scanner: &mut Scanner<'_>, kind: Kind) -> Option<Value> {
    let value = match kind {
        Kind::Text => Value::String(scanner.string()?),
        Kind::Json => Value::Json(scanner.string()?),
        // In `ARRAY[NULL::"E"]`, Prisma treats the bare word as the name of a value.
        Kind::Enum => Value::Enum(scanner.string().or_else(|| scanner.word().map(str::to_owned))?),
        Kind::Int => int(&quoted_number(scanner).or_else(|| scanner.number())?)?,
        Kind::Decimal => {
            decimal(&quoted_number(scanner).or_else(|| parenthesised_number(scanner)).or_else(|| scanner.number())?)?
        }
        Kind::Boolean => boolean(scanner.word()?)?,
        Kind::Bytes => Value::Bytes(bytes(&scanner.string()?)?),
        Kind::DateTime | Kind::Opaque => return None,
    };
    scanner.cast()?;
    Some(value)
}

/// Parses an element of `'{…}'`, which has no cast.
fn literal_element(scanner: &mut Scanner<'_>, kind: Kind) -> Option<Value> {
    let text = |scanner: &mut Scanner<'_>| {
        scanner.array_element().or_else(|| scanner.string()).or_else(|| scanner.word().map(str::to_owned))
    };
    match kind {
        Kind::Text => text(scanner).map(Value::String),
        Kind::Json => text(scanner).map(Value::Json),
        Kind::Enum => text(scanner).map(Value::Enum),
        Kind::Int => int(&scanner.number()?),
        Kind::Decimal => decimal(&scanner.number()?),
        Kind::Boolean => boolean(scanner.word()?),
        Kind::Bytes | Kind::DateTime | Kind::Opaque => None,
    }
}

/// Parses the number at the start of a string.
fn quoted_number(scanner: &mut Scanner<'_>) -> Option<String> {
    Scanner::new(&scanner.string()?).number()
}

/// Parses `(5)` or `(- 5)`.
fn parenthesised_number(scanner: &mut Scanner<'_>) -> Option<String> {
    scanner.eat("(").then_some(())?;
    let number = scanner.number()?;
    scanner.eat(")").then_some(number)
}

fn int(number: &str) -> Option<Value> {
    number.parse().ok().map(Value::Int)
}

fn decimal(number: &str) -> Option<Value> {
    Decimal::parse(number).map(Value::Decimal)
}

fn boolean(word: &str) -> Option<Value> {
    match word {
        "true" | "t" => Some(Value::Boolean(true)),
        "false" | "f" => Some(Value::Boolean(false)),
        _ => None,
    }
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.strip_prefix("\\x")?
        .as_bytes()
        .chunks(2)
        .map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?))
        .collect()
}

#[cfg(test)]
mod tests;
