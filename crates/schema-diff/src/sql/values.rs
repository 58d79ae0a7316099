//! Prints default values.

use std::fmt::{self, Display, Formatter};

use prisma_schema::Value;
use sql_schema::{Arity, Column, DefaultValue, SqlSchema};
use sql_script::literal;

use super::{names::Separated, types::TypeOf};

/// The expression after `DEFAULT` for a column; `None` if the column has no such clause.
pub(crate) fn default_of<'a>(schema: &'a SqlSchema, column: &'a Column) -> Option<impl Display + 'a> {
    match column.default.as_ref()? {
        // A serial type creates its own sequence.
        DefaultValue::Sequence(_) | DefaultValue::DbGenerated(None) => None,
        default => Some(DefaultExpression { default, schema, column }),
    }
}

/// Whether the column, added to a table, has no value for the existing rows.
pub(crate) fn needs_value(column: &Column) -> bool {
    column.arity == Arity::Required && column.default.is_none() && !column.autoincrement
}

struct DefaultExpression<'a> {
    default: &'a DefaultValue,
    schema: &'a SqlSchema,
    column: &'a Column,
}

impl Display for DefaultExpression<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.default {
            DefaultValue::Value(Value::List(values)) => {
                let values = values.iter().map(Constant);
                write!(f, "ARRAY[{}]::{}", Separated(values, ", "), TypeOf(self.schema, self.column))
            }
            DefaultValue::Value(value) => Constant(value).fmt(f),
            DefaultValue::Now => f.write_str("CURRENT_TIMESTAMP"),
            DefaultValue::DbGenerated(Some(expression)) => f.write_str(expression),
            DefaultValue::DbGenerated(None) | DefaultValue::Sequence(_) => Ok(()),
        }
    }
}

struct Constant<'a>(&'a Value);

impl Display for Constant<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Int(number) | Value::BigInt(number) => number.fmt(f),
            Value::Decimal(number) => number.fmt(f),
            Value::Boolean(value) => value.fmt(f),
            Value::String(text) | Value::Json(text) | Value::Enum(text) | Value::DateTime(text) => {
                f.write_str(&literal(text))
            }
            Value::Bytes(bytes) => {
                f.write_str("'\\x")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str("'")
            }
            Value::List(values) => write!(f, "ARRAY[{}]", Separated(values.iter().map(Constant), ", ")),
        }
    }
}
