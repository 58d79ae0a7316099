//! Prints the definitions of tables and columns.

use std::fmt::{self, Display, Formatter};

use sql_schema::{Arity, Column, SqlSchema, Table};

use super::{
    keys::primary_key_columns,
    names::{Name, Separated},
    types::TypeOf,
    values::default_of,
};

/// The part of `CREATE TABLE` after the name.
pub(crate) struct TableBody<'a> {
    pub(crate) schema: &'a SqlSchema,
    pub(crate) table: &'a Table,
}

impl Display for TableBody<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { schema, table } = self;
        let columns = table.columns.iter().map(|column| ColumnDefinition { schema, column });
        write!(f, "(\n    {}", Separated(columns, ",\n    "))?;
        if let Some(key) = &table.primary_key {
            let columns = Separated(primary_key_columns(table, key), ",");
            write!(f, ",\n\n    CONSTRAINT {} PRIMARY KEY ({columns})", Name(&key.name))?;
        }
        f.write_str("\n)")
    }
}

/// A column in `CREATE TABLE` and `ADD COLUMN`.
pub(crate) struct ColumnDefinition<'a> {
    pub(crate) schema: &'a SqlSchema,
    pub(crate) column: &'a Column,
}

impl Display for ColumnDefinition<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { schema, column } = self;
        write!(f, "{} {}", Name(&column.name), TypeOf(schema, column))?;
        if column.arity == Arity::Required {
            f.write_str(" NOT NULL")?;
        }
        default_of(schema, column).map_or(Ok(()), |default| write!(f, " DEFAULT {default}"))
    }
}
