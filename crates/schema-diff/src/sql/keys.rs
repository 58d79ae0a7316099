//! Prints the columns of primary keys and foreign keys.

use std::fmt::{self, Display, Formatter};

use sql_schema::{ColumnId, ForeignKey, PrimaryKey, ReferentialAction, SqlSchema, Table};

use super::names::{Name, QualifiedName, Separated};

/// The name of the primary key; empty if the table has none.
pub(crate) fn primary_key_name(table: &Table) -> &str {
    table.primary_key.as_ref().map_or("", |key| &key.name)
}

/// The quoted names of the columns of a primary key.
pub(crate) fn primary_key_columns<'a>(table: &'a Table, key: &'a PrimaryKey) -> impl Iterator<Item = Name<'a>> + Clone {
    names(table, &key.columns)
}

/// The part of `ADD CONSTRAINT` after the name of a foreign key.
pub(crate) struct ForeignKeyDefinition<'a> {
    pub(crate) schema: &'a SqlSchema,
    pub(crate) table: &'a Table,
    pub(crate) key: &'a ForeignKey,
    /// The whitespace before `REFERENCES`.
    pub(crate) separator: &'a str,
}

impl Display for ForeignKeyDefinition<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { schema, table, key, separator } = self;
        let referenced = schema.table(key.referenced_table);
        write!(
            f,
            "FOREIGN KEY ({}){separator}REFERENCES {}({}) ON DELETE {} ON UPDATE {}",
            Separated(names(table, &key.columns), ", "),
            QualifiedName::from(referenced),
            Separated(names(referenced, &key.referenced_columns), ", "),
            action(key.on_delete),
            action(key.on_update),
        )
    }
}

fn names<'a>(table: &'a Table, columns: &'a [ColumnId]) -> impl Iterator<Item = Name<'a>> + Clone {
    columns.iter().map(|&column| Name(&table.column(column).name))
}

fn action(action: ReferentialAction) -> &'static str {
    match action {
        ReferentialAction::NoAction => "NO ACTION",
        ReferentialAction::Restrict => "RESTRICT",
        ReferentialAction::Cascade => "CASCADE",
        ReferentialAction::SetNull => "SET NULL",
        ReferentialAction::SetDefault => "SET DEFAULT",
    }
}
