//! `CREATE TABLE`, `ALTER TABLE` and `DROP TABLE`.

use std::fmt::{self, Formatter};

use sql_schema::{Arity, DefaultValue, SqlSchema, Table};

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
    let tables = Tables { from: diff.from.table(alter.from), to: diff.to.table(alter.to), schema: diff.to };
    let altered = alter.changes.iter().filter_map(|change| match change {
        TableChange::AlterColumn(column) => Some(column),
        _ => None,
    });
    for column in altered.clone().filter(|column| tables.starts_sequence(column)) {
        writeln!(f, "CREATE SEQUENCE {};", tables.sequence(column))?;
    }
    let (separate, together): (Vec<_>, Vec<_>) = alter
        .changes
        .iter()
        .partition(|change| **change == TableChange::RenamePrimaryKey && diff.flavour.renames_primary_keys_apart());
    let table = QualifiedName::from(tables.from);
    let clauses: Vec<_> = together.into_iter().map(|change| tables.clause(change)).collect();
    if !clauses.is_empty() {
        writeln!(f, "ALTER TABLE {table} {};", clauses.join(",\n"))?;
    }
    for change in separate {
        writeln!(f, "ALTER TABLE {table} {};", tables.clause(change))?;
    }
    for column in altered {
        let (from, to) = (tables.from.column(column.from), tables.to.column(column.to));
        if tables.starts_sequence(column) {
            writeln!(f, "ALTER SEQUENCE {} OWNED BY {table}.{};", tables.sequence(column), Name(&to.name))?;
        }
        if let (true, Some(DefaultValue::Sequence(sequence))) = (column.drops_sequence, &from.default) {
            writeln!(f, "DROP SEQUENCE {};", Name(sequence))?;
        }
    }
    Ok(())
}

/// A table before and after a change.
struct Tables<'a> {
    from: &'a Table,
    to: &'a Table,
    /// The new model.
    schema: &'a SqlSchema,
}

impl Tables<'_> {
    /// The clause of `ALTER TABLE` for a change. A changed column has several clauses.
    fn clause(&self, change: &TableChange) -> String {
        let added = |column| ColumnDefinition { schema: self.schema, column: self.to.column(column) };
        let (old_key, new_key) = (Name(primary_key_name(self.from)), Name(primary_key_name(self.to)));
        match change {
            TableChange::DropPrimaryKey => format!("DROP CONSTRAINT {old_key}"),
            TableChange::RenamePrimaryKey => format!("RENAME CONSTRAINT {old_key} TO {new_key}"),
            TableChange::AddPrimaryKey => {
                let key = self.to.primary_key.as_ref().map(|key| Separated(primary_key_columns(self.to, key), ", "));
                key.map(|columns| format!("ADD CONSTRAINT {new_key} PRIMARY KEY ({columns})")).unwrap_or_default()
            }
            TableChange::DropColumn(column) => format!("DROP COLUMN {}", Name(&self.from.column(*column).name)),
            // Prisma indents the definition like a line of `CREATE TABLE`.
            TableChange::AddColumn(column) => format!("ADD COLUMN     {}", added(*column)),
            TableChange::RecreateColumn(column) => {
                let name = Name(&self.from.column(column.from).name);
                format!("DROP COLUMN {name},\nADD COLUMN     {}", added(column.to))
            }
            TableChange::AlterColumn(column) => self.alter_column(column),
        }
    }

    fn alter_column(&self, column: &AlterColumn) -> String {
        let (from, to, change) = (self.from.column(column.from), self.to.column(column.to), column.change);
        let mut actions = Vec::new();
        match (from.arity, to.arity) {
            (Arity::Required | Arity::List, Arity::Nullable) => actions.push("DROP NOT NULL".to_owned()),
            (Arity::Nullable | Arity::List, Arity::Required) => actions.push("SET NOT NULL".to_owned()),
            _ => {}
        }
        if change.default {
            let default = default_of(self.schema, to).map(|default| format!("SET DEFAULT {default}"));
            actions.push(default.unwrap_or_else(|| "DROP DEFAULT".to_owned()));
        }
        if self.starts_sequence(column) {
            actions.push(format!("SET DEFAULT nextval('{}')", self.sequence(column)));
        } else if change.autoincrement {
            actions.push("DROP DEFAULT".to_owned());
        }
        let list_changes = change.arity && (from.arity == Arity::List || to.arity == Arity::List);
        if change.cast.is_some() || list_changes {
            actions.push(format!("SET DATA TYPE {}", TypeOf(self.schema, to)));
        }
        let clause = |action| format!("ALTER COLUMN {} {action}", Name(&to.name));
        actions.into_iter().map(clause).collect::<Vec<_>>().join(",\n")
    }

    fn starts_sequence(&self, column: &AlterColumn) -> bool {
        column.change.autoincrement && self.to.column(column.to).autoincrement
    }

    /// The name of the sequence that will fill the column. Prisma quotes its namespace, but not its name.
    fn sequence(&self, column: &AlterColumn) -> String {
        let namespace = self.to.namespace.as_ref().map(|name| format!("{}.", Name(name))).unwrap_or_default();
        namespace + &new_sequence(self.to, self.to.column(column.to))
    }
}
