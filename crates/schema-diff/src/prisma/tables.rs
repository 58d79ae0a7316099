//! `CREATE TABLE`, `ALTER TABLE` and `DROP TABLE`.

use std::fmt::{self, Display, Formatter};

use sql_schema::{Arity, Column, DefaultValue, SqlSchema, Table};

use crate::{
    Diff,
    sql::{
        ColumnDefinition, Name, QualifiedName, Separated, TableBody, TypeOf, default_of, new_sequence,
        primary_key_columns, primary_key_name,
    },
    step::{AlterColumn, AlterTable, ColumnRef, TableChange},
};

pub(super) fn create(f: &mut Formatter<'_>, schema: &SqlSchema, table: &Table) -> fmt::Result {
    writeln!(f, "CREATE TABLE {} {};", QualifiedName::from(table), TableBody { schema, table })
}

pub(super) fn drop(f: &mut Formatter<'_>, table: &Table) -> fmt::Result {
    writeln!(f, "DROP TABLE {};", QualifiedName::from(table))
}

pub(super) fn rename(f: &mut Formatter<'_>, table: &Table, old: &str) -> fmt::Result {
    writeln!(f, "ALTER TABLE {} RENAME TO {};", QualifiedName::in_namespace_of(table, old), Name(&table.name))
}

pub(super) fn rename_column(f: &mut Formatter<'_>, schema: &SqlSchema, column: ColumnRef, old: &str) -> fmt::Result {
    let (table, column) = column.resolve(schema);
    let (table, old, new) = (QualifiedName::from(table), Name(old), Name(&column.name));
    writeln!(f, "ALTER TABLE {table} RENAME COLUMN {old} TO {new};")
}

pub(super) fn rename_sequence(f: &mut Formatter<'_>, table: &Table, old: &str, new: &str) -> fmt::Result {
    writeln!(f, "ALTER SEQUENCE {} RENAME TO {};", QualifiedName::in_namespace_of(table, old), Name(new))
}

pub(super) fn alter(f: &mut Formatter<'_>, diff: &Diff<'_>, alter: &AlterTable) -> fmt::Result {
    let (to, from_table, to_table) = (diff.to, diff.from.table(alter.from), diff.to.table(alter.to));
    let altered = alter.changes.iter().filter_map(|change| match change {
        TableChange::AlterColumn(column) => Some(ColumnClauses { from_table, to_table, to, column }),
        _ => None,
    });
    for column in altered.clone().filter(ColumnClauses::starts_sequence) {
        writeln!(f, "CREATE SEQUENCE {};", column.sequence())?;
    }
    let is_separate =
        |change: &&TableChange| **change == TableChange::RenamePrimaryKey && diff.flavour.renames_primary_keys_apart();
    let clause = |change| Clause { from_table, to_table, to, change };
    let table = QualifiedName::from(from_table);
    let mut clauses = alter.changes.iter().filter(|change| !is_separate(change)).map(clause).peekable();
    if clauses.peek().is_some() {
        writeln!(f, "ALTER TABLE {table} {};", Separated(clauses, ",\n"))?;
    }
    for clause in alter.changes.iter().filter(is_separate).map(clause) {
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

/// The clause of `ALTER TABLE` for a change. A changed column has several clauses.
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
        let added = |column| ColumnDefinition { schema: to, column: to_table.column(column) };
        match change {
            TableChange::DropPrimaryKey => write!(f, "DROP CONSTRAINT {}", Name(primary_key_name(from_table))),
            TableChange::RenamePrimaryKey => {
                let (old, new) = (Name(primary_key_name(from_table)), Name(primary_key_name(to_table)));
                write!(f, "RENAME CONSTRAINT {old} TO {new}")
            }
            TableChange::AddPrimaryKey => to_table.primary_key.iter().try_for_each(|key| {
                let columns = Separated(primary_key_columns(to_table, key), ", ");
                write!(f, "ADD CONSTRAINT {} PRIMARY KEY ({columns})", Name(&key.name))
            }),
            TableChange::DropColumn(column) => write!(f, "DROP COLUMN {}", Name(&from_table.column(*column).name)),
            // Prisma indents the definition like a line of `CREATE TABLE`.
            TableChange::AddColumn(column) => write!(f, "ADD COLUMN     {}", added(*column)),
            TableChange::RecreateColumn(column) => {
                let name = Name(&from_table.column(column.from).name);
                write!(f, "DROP COLUMN {name},\nADD COLUMN     {}", added(column.to))
            }
            TableChange::AlterColumn(column) => ColumnClauses { from_table, to_table, to, column }.fmt(f),
        }
    }
}

/// The clauses of `ALTER TABLE` that change a column.
#[derive(Clone, Copy)]
struct ColumnClauses<'a> {
    from_table: &'a Table,
    to_table: &'a Table,
    to: &'a SqlSchema,
    column: &'a AlterColumn,
}

impl<'a> ColumnClauses<'a> {
    fn from(&self) -> &'a Column {
        self.from_table.column(self.column.from)
    }

    fn to(&self) -> &'a Column {
        self.to_table.column(self.column.to)
    }

    fn starts_sequence(&self) -> bool {
        self.column.change.autoincrement && self.to().autoincrement
    }

    /// The name of the sequence that will fill the column. Prisma quotes its namespace, but not its name.
    fn sequence(&self) -> String {
        let namespace = self.to_table.namespace.as_ref().map(|name| format!("{}.", Name(name))).unwrap_or_default();
        namespace + &new_sequence(self.to_table, self.to())
    }
}

impl Display for ColumnClauses<'_> {
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
