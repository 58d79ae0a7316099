//! Default values in SQL.

use std::fmt::{self, Display, Formatter, Write as _};

use prisma_schema::Value;
use sql_schema::{Column, DefaultValue, SqlSchema};

use super::{names::Separated, types::TypeOf};

/// The expression behind `DEFAULT` for a column; `None` if there is nothing to write.
pub(crate) fn default_of<'a>(schema: &'a SqlSchema, column: &'a Column) -> Option<impl Display + 'a> {
    match column.default.as_ref()? {
        // A serial type brings its sequence with it.
        DefaultValue::Sequence(_) | DefaultValue::DbGenerated(None) => None,
        default => Some(Expression { default, schema, column }),
    }
}

struct Expression<'a> {
    default: &'a DefaultValue,
    schema: &'a SqlSchema,
    column: &'a Column,
}

impl Display for Expression<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.default {
            DefaultValue::Value(Value::List(values)) => {
                let values = values.iter().map(Literal);
                write!(f, "ARRAY[{}]::{}", Separated(values, ", "), TypeOf(self.schema, self.column))
            }
            DefaultValue::Value(value) => Literal(value).fmt(f),
            DefaultValue::Now => f.write_str("CURRENT_TIMESTAMP"),
            DefaultValue::DbGenerated(Some(expression)) => f.write_str(expression),
            DefaultValue::DbGenerated(None) | DefaultValue::Sequence(_) => Ok(()),
        }
    }
}

struct Literal<'a>(&'a Value);

impl Display for Literal<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Int(number) | Value::BigInt(number) => number.fmt(f),
            Value::Decimal(number) => number.fmt(f),
            Value::Boolean(value) => value.fmt(f),
            Value::String(text) | Value::Json(text) | Value::Enum(text) | Value::DateTime(text) => {
                write_quoted(f, text)
            }
            Value::Bytes(bytes) => {
                f.write_str("'\\x")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_char('\'')
            }
            Value::List(values) => write!(f, "ARRAY[{}]", Separated(values.iter().map(Literal), ", ")),
        }
    }
}

/// Quotes are doubled, all else stands as it is.
fn write_quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "'{}'", Separated(text.split('\''), "''"))
}
