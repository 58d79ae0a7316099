//! `CREATE TABLE`, `ALTER TABLE` and `DROP TABLE`.

use std::fmt::{self, Display, Formatter};

use sql_schema::{Arity, Column, DefaultValue, PrimaryKey, SqlSchema, Table};

use crate::{
    Diff,
    step::{AlterColumn, AlterTable, ColumnRef, TableChange},
};

use super::{
    names::{Name, QualifiedName, Separated},
    types::TypeOf,
    values::default_of,
};

pub(super) fn create(f: &mut Formatter<'_>, schema: &SqlSchema, table: &Table) -> fmt::Result {
    writeln!(f, "CREATE TABLE {} {};", QualifiedName::from(table), Body { schema, table })
}

pub(super) fn drop(f: &mut Formatter<'_>, table: &Table) -> fmt::Result {
    writeln!(f, "DROP TABLE {};", QualifiedName::from(table))
}

pub(super) fn rename(f: &mut Formatter<'_>, table: &Table, old: &str) -> fmt::Result {
    let old = QualifiedName::new(table.namespace.as_deref(), old);
    writeln!(f, "ALTER TABLE {old} RENAME TO {};", Name(&table.name))
}

pub(super) fn rename_column(f: &mut Formatter<'_>, schema: &SqlSchema, at: ColumnRef, old: &str) -> fmt::Result {
    let table = schema.table(at.table);
    let new = Name(&table.column(at.column).name);
    writeln!(f, "ALTER TABLE {} RENAME COLUMN {} TO {new};", QualifiedName::from(table), Name(old))
}

pub(super) fn rename_sequence(f: &mut Formatter<'_>, table: &Table, old: &str, new: &str) -> fmt::Result {
    let old = QualifiedName::new(table.namespace.as_deref(), old);
    writeln!(f, "ALTER SEQUENCE {old} RENAME TO {};", Name(new))
}

pub(super) fn alter(f: &mut Formatter<'_>, diff: &Diff<'_>, alter: &AlterTable) -> fmt::Result {
    let (to, from_table, to_table) = (diff.to, diff.from.table(alter.from), diff.to.table(alter.to));
    let altered = alter.changes.iter().filter_map(|change| match change {
        TableChange::AlterColumn(column) => Some(Alteration { from_table, to_table, to, column }),
        _ => None,
    });
    for column in altered.clone().filter(Alteration::starts_sequence) {
        writeln!(f, "CREATE SEQUENCE {};", column.sequence())?;
    }
    let is_apart =
        |change: &&TableChange| **change == TableChange::RenamePrimaryKey && diff.flavour.renames_primary_keys_apart();
    let clause = |change| Clause { from_table, to_table, to, change };
    let table = QualifiedName::from(from_table);
    let mut clauses = alter.changes.iter().filter(|change| !is_apart(change)).map(clause).peekable();
    if clauses.peek().is_some() {
        writeln!(f, "ALTER TABLE {table} {};", Separated(clauses, ",\n"))?;
    }
    for clause in alter.changes.iter().filter(is_apart).map(clause) {
        writeln!(f, "ALTER TABLE {table} {clause};")?;
    }
    for column in altered {
        if column.starts_sequence() {
            writeln!(f, "ALTER SEQUENCE {} OWNED BY {table}.{};", column.sequence(), Name(&column.to().name))?;
        }
        if let (true, Some(DefaultValue::Sequence(sequence))) = (column.column.drops_sequence, &column.from().default) {
            writeln!(f, "DROP SEQUENCE {};", Name(sequence))?;
        }
    }
    Ok(())
}

/// What follows the name in `CREATE TABLE`.
pub(crate) struct Body<'a> {
    pub(crate) schema: &'a SqlSchema,
    pub(crate) table: &'a Table,
}

impl Display for Body<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { schema, table } = self;
        let columns = table.columns.iter().map(|column| Definition { schema, column });
        write!(f, "(\n    {}", Separated(columns, ",\n    "))?;
        if let Some(key) = &table.primary_key {
            let columns = Separated(key_columns(table, key), ",");
            write!(f, ",\n\n    CONSTRAINT {} PRIMARY KEY ({columns})", Name(&key.name))?;
        }
        f.write_str("\n)")
    }
}

/// A column as `CREATE TABLE` and `ADD COLUMN` write it.
pub(crate) struct Definition<'a> {
    pub(crate) schema: &'a SqlSchema,
    pub(crate) column: &'a Column,
}

impl Display for Definition<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { schema, column } = self;
        write!(f, "{} {}", Name(&column.name), TypeOf(schema, column))?;
        if column.arity == Arity::Required {
            f.write_str(" NOT NULL")?;
        }
        default_of(schema, column).map_or(Ok(()), |default| write!(f, " DEFAULT {default}"))
    }
}

/// A clause of `ALTER TABLE`; a changed column makes several.
#[derive(Clone, Copy)]
struct Clause<'a> {
    from_table: &'a Table,
    to_table: &'a Table,
    to: &'a SqlSchema,
    change: &'a TableChange,
}

impl Display for Clause<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let &Self { from_table, to_table, to, change } = self;
        let added = |column| Definition { schema: to, column: to_table.column(column) };
        match change {
            TableChange::DropPrimaryKey => write!(f, "DROP CONSTRAINT {}", Name(key_name(from_table))),
            TableChange::RenamePrimaryKey => {
                write!(f, "RENAME CONSTRAINT {} TO {}", Name(key_name(from_table)), Name(key_name(to_table)))
            }
            TableChange::AddPrimaryKey => to_table.primary_key.iter().try_for_each(|key| {
                let columns = Separated(key_columns(to_table, key), ", ");
                write!(f, "ADD CONSTRAINT {} PRIMARY KEY ({columns})", Name(&key.name))
            }),
            TableChange::DropColumn(column) => write!(f, "DROP COLUMN {}", Name(&from_table.column(*column).name)),
            // As if it were a line of `CREATE TABLE`.
            TableChange::AddColumn(column) => write!(f, "ADD COLUMN     {}", added(*column)),
            TableChange::RecreateColumn(column) => {
                let name = Name(&from_table.column(column.from).name);
                write!(f, "DROP COLUMN {name},\nADD COLUMN     {}", added(column.to))
            }
            TableChange::AlterColumn(column) => Alteration { from_table, to_table, to, column }.fmt(f),
        }
    }
}

/// What changes in a column, as clauses of `ALTER TABLE`.
#[derive(Clone, Copy)]
struct Alteration<'a> {
    from_table: &'a Table,
    to_table: &'a Table,
    to: &'a SqlSchema,
    column: &'a AlterColumn,
}

impl<'a> Alteration<'a> {
    fn from(&self) -> &'a Column {
        self.from_table.column(self.column.from)
    }

    fn to(&self) -> &'a Column {
        self.to_table.column(self.column.to)
    }

    fn starts_sequence(&self) -> bool {
        self.column.change.autoincrement && self.to().autoincrement
    }

    /// The sequence to fill the column. Prisma quotes its namespace, but not its name.
    fn sequence(&self) -> String {
        let namespace = self.to_table.namespace.as_ref().map(|name| format!("{}.", Name(name))).unwrap_or_default();
        namespace + &new_sequence(self.to_table, self.to())
    }
}

impl Display for Alteration<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (from, to, change) = (self.from(), self.to(), self.column.change);
        let mut is_first = true;
        let mut clause = |action: fmt::Arguments<'_>| {
            let separator = if std::mem::take(&mut is_first) { "" } else { ",\n" };
            write!(f, "{separator}ALTER COLUMN {} {action}", Name(&to.name))
        };
        match (from.arity, to.arity) {
            (Arity::Required | Arity::List, Arity::Nullable) => clause(format_args!("DROP NOT NULL"))?,
            (Arity::Nullable | Arity::List, Arity::Required) => clause(format_args!("SET NOT NULL"))?,
            _ => {}
        }
        if change.default {
            match default_of(self.to, to) {
                Some(default) => clause(format_args!("SET DEFAULT {default}"))?,
                None => clause(format_args!("DROP DEFAULT"))?,
            }
        }
        if self.starts_sequence() {
            clause(format_args!("SET DEFAULT nextval('{}')", self.sequence()))?;
        } else if change.autoincrement {
            clause(format_args!("DROP DEFAULT"))?;
        }
        let list_changes = change.arity && (from.arity == Arity::List || to.arity == Arity::List);
        if change.cast.is_some() || list_changes {
            clause(format_args!("SET DATA TYPE {}", TypeOf(self.to, to)))?;
        }
        Ok(())
    }
}

/// The name that Prisma gives to the sequence of a column that was there before.
pub(crate) fn new_sequence(table: &Table, column: &Column) -> String {
    format!("{}_{}_seq", table.name, column.name).to_lowercase()
}

pub(crate) fn key_name(table: &Table) -> &str {
    table.primary_key.as_ref().map_or("", |key| &key.name)
}

pub(crate) fn key_columns<'a>(table: &'a Table, key: &'a PrimaryKey) -> impl Iterator<Item = Name<'a>> + Clone {
    key.columns.iter().map(|&column| Name(&table.column(column).name))
}
