//! Foreign keys: adding, renaming and dropping them.

use std::fmt::{self, Display, Formatter};

use sql_schema::{ColumnId, ForeignKey, ReferentialAction, SqlSchema, Table};

use crate::step::ForeignKeyId;

use super::names::{Name, QualifiedName, Separated};

pub(super) fn add(f: &mut Formatter<'_>, schema: &SqlSchema, id: ForeignKeyId) -> fmt::Result {
    let (table, key) = find(schema, id);
    let definition = Definition { schema, table, key };
    writeln!(f, "ALTER TABLE {} ADD CONSTRAINT {} {definition};", QualifiedName::from(table), Name(&key.name))
}

pub(super) fn drop(f: &mut Formatter<'_>, schema: &SqlSchema, id: ForeignKeyId) -> fmt::Result {
    let (table, key) = find(schema, id);
    writeln!(f, "ALTER TABLE {} DROP CONSTRAINT {};", QualifiedName::from(table), Name(&key.name))
}

pub(super) fn rename(
    f: &mut Formatter<'_>,
    (from, old): (&SqlSchema, ForeignKeyId),
    (to, new): (&SqlSchema, ForeignKeyId),
) -> fmt::Result {
    let ((table, old), (_, new)) = (find(from, old), find(to, new));
    let table = QualifiedName::from(table);
    writeln!(f, "ALTER TABLE {table} RENAME CONSTRAINT {} TO {};", Name(&old.name), Name(&new.name))
}

/// What follows the name in `ADD CONSTRAINT`.
pub(crate) struct Definition<'a> {
    pub(crate) schema: &'a SqlSchema,
    pub(crate) table: &'a Table,
    pub(crate) key: &'a ForeignKey,
}

impl Display for Definition<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { schema, table, key } = self;
        write!(f, "{} {}", Columns { table, key }, References { schema, key })
    }
}

/// What refers to another table.
pub(crate) struct Columns<'a> {
    pub(crate) table: &'a Table,
    pub(crate) key: &'a ForeignKey,
}

impl Display for Columns<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "FOREIGN KEY ({})", Separated(names(self.table, &self.key.columns), ", "))
    }
}

/// What is referred to, and what becomes of a reference.
pub(crate) struct References<'a> {
    pub(crate) schema: &'a SqlSchema,
    pub(crate) key: &'a ForeignKey,
}

impl Display for References<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { schema, key } = self;
        let referenced = schema.table(key.referenced_table);
        write!(
            f,
            "REFERENCES {}({}) ON DELETE {} ON UPDATE {}",
            QualifiedName::from(referenced),
            Separated(names(referenced, &key.referenced_columns), ", "),
            action(key.on_delete),
            action(key.on_update),
        )
    }
}

pub(crate) fn find(schema: &SqlSchema, id: ForeignKeyId) -> (&Table, &ForeignKey) {
    let table = schema.table(id.table);
    (table, &table.foreign_keys[id.position as usize])
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
