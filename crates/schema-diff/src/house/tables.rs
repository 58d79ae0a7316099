//! Tables: what is created, renamed and dropped, and what changes in the others.

use std::collections::HashSet;

use sql_schema::{ColumnId, ColumnType, PrimaryKey, SqlSchema, Table};
use sql_script::literal;

use super::{
    columns::{Alteration, Altered},
    conversion::Keeps,
    enums, keys,
    sql::{alter_table, has_column, only_if},
};
use crate::{
    AlterColumn, AlterTable, Diff, TableChange,
    render::{
        names::{Name, QualifiedName},
        tables::{Body, Definition, key_name},
    },
};

pub(super) fn create(schema: &SqlSchema, table: &Table) -> String {
    format!("CREATE TABLE IF NOT EXISTS {} {};", QualifiedName::from(table), Body { schema, table })
}

pub(super) fn drop(table: &Table) -> String {
    format!("DROP TABLE IF EXISTS {};", QualifiedName::from(table))
}

/// Renames a table, unless it has its new name. If it is missing altogether, this fails.
pub(super) fn rename(table: &Table, old: &str) -> String {
    let is_free = format!("to_regclass({}) IS NULL", literal(&QualifiedName::from(table).to_string()));
    let old = QualifiedName::new(table.namespace.as_deref(), old);
    only_if(&is_free, &[format!("ALTER TABLE {old} RENAME TO {}", Name(&table.name))])
}

/// Renames a column, unless it has its new name. If it is missing altogether, this fails.
pub(super) fn rename_column(table: &Table, old: &str, new: &str) -> String {
    let rename = format!("RENAME COLUMN {} TO {}", Name(old), Name(new));
    only_if(&format!("NOT {}", has_column(table, new)), &[alter_table(table, &[rename])])
}

/// Renames a sequence. Where it is missing, there is nothing to rename.
pub(super) fn rename_sequence(table: &Table, old: &str, new: &str) -> String {
    let qualified = |name| QualifiedName::new(table.namespace.as_deref(), name).to_string();
    let is_free = format!("to_regclass({}) IS NULL", literal(&qualified(new)));
    only_if(&is_free, &[format!("ALTER SEQUENCE IF EXISTS {} RENAME TO {}", qualified(old), Name(new))])
}

/// What is left of the values of a column; `None` if it is dropped and added again.
pub(crate) fn keeps(diff: &Diff<'_>, alter: &AlterTable, column: &AlterColumn) -> Option<Keeps> {
    Changes::new(diff, alter).alteration(column).keeps()
}

/// The columns of the "from" side of which no value is left.
pub(super) fn lost_columns(diff: &Diff<'_>, alter: &AlterTable) -> HashSet<ColumnId> {
    let changes = Changes::new(diff, alter);
    let dropped = alter.changes.iter().filter_map(|change| match change {
        TableChange::DropColumn(column) => Some(*column),
        _ => None,
    });
    let recreated = changes.altered().filter(|(_, column)| column.keeps().is_none());
    dropped.chain(recreated.map(|(column, _)| column.from)).collect()
}

/// The statements that change a table.
pub(super) fn alter(diff: &Diff<'_>, alter: &AlterTable) -> Vec<String> {
    Changes::new(diff, alter).statements()
}

struct Changes<'a> {
    diff: &'a Diff<'a>,
    from_schema: &'a SqlSchema,
    from: &'a Table,
    to_schema: &'a SqlSchema,
    to: &'a Table,
    changes: &'a [TableChange],
}

impl<'a> Changes<'a> {
    fn new(diff: &'a Diff<'a>, alter: &'a AlterTable) -> Self {
        let (from_schema, to_schema) = (diff.from(), diff.to());
        let (from, to) = (from_schema.table(alter.from), to_schema.table(alter.to));
        Self { diff, from_schema, from, to_schema, to, changes: &alter.changes }
    }

    fn alteration(&self, column: &AlterColumn) -> Alteration<'a> {
        let from = self.from.column(column.from);
        let mut change = column.change;
        change.default &= !(matches!(from.ty, ColumnType::Enum(_)) && enums::sets_default(self.diff, from));
        Alteration {
            from_schema: self.from_schema,
            from_table: self.from,
            from,
            to_schema: self.to_schema,
            to_table: self.to,
            to: self.to.column(column.to),
            change,
        }
    }

    /// The columns that stay, whatever changes in them.
    fn altered(&self) -> impl Iterator<Item = (&'a AlterColumn, Alteration<'a>)> {
        self.changes.iter().filter_map(|change| match change {
            TableChange::AlterColumn(column) | TableChange::RecreateColumn(column) => {
                Some((column, self.alteration(column)))
            }
            _ => None,
        })
    }

    fn statements(&self) -> Vec<String> {
        let mut statements = Vec::new();
        let table = QualifiedName::from(self.to);
        let (mut clauses, mut guarded) = (Vec::new(), Vec::new());
        match self.old_key() {
            OldKey::Stays => {}
            OldKey::Renamed(new) => statements.push(keys::rename(self.to, key_name(self.from), new)),
            OldKey::GivesItsNameAway(key) => statements.push(keys::drop_primary_key(self.from, key)),
            OldKey::Dropped => clauses.push(format!("DROP CONSTRAINT IF EXISTS {}", Name(key_name(self.from)))),
        }
        for change in self.changes {
            match change {
                TableChange::DropColumn(column) => {
                    clauses.push(format!("DROP COLUMN IF EXISTS {}", Name(&self.from.column(*column).name)));
                }
                TableChange::AddColumn(column) => {
                    let definition = Definition { schema: self.to_schema, column: self.to.column(*column) };
                    clauses.push(format!("ADD COLUMN IF NOT EXISTS {definition}"));
                }
                TableChange::AlterColumn(column) | TableChange::RecreateColumn(column) => {
                    match self.alteration(column).render() {
                        Altered::Clauses(more) => clauses.extend(more),
                        Altered::Statement(statement) => guarded.push(statement),
                    }
                }
                TableChange::DropPrimaryKey | TableChange::RenamePrimaryKey | TableChange::AddPrimaryKey => {}
            }
        }
        let started = || self.altered().map(|(_, column)| column).filter(Alteration::starts_sequence);
        statements.extend(started().map(|column| column.create_sequence()));
        let computed = self.altered().map(|(_, column)| column).filter(Alteration::drops_expression);
        statements.extend(computed.map(|column| {
            // PostgreSQL changes nothing in a column that it still computes.
            format!("ALTER TABLE {table} ALTER COLUMN {} DROP EXPRESSION IF EXISTS;", Name(&column.to.name))
        }));
        let identities = self.altered().map(|(_, column)| column).filter(Alteration::drops_identity);
        statements.extend(identities.map(|column| {
            // PostgreSQL asks what type an identity column gets before it looks whether it still is one.
            format!("ALTER TABLE {table} ALTER COLUMN {} DROP IDENTITY IF EXISTS;", Name(&column.to.name))
        }));
        if !clauses.is_empty() {
            statements.push(format!("ALTER TABLE {table}\n    {};", clauses.join(",\n    ")));
        }
        statements.extend(guarded);
        statements.extend(self.new_key().map(|key| keys::add_primary_key(self.to, key)));
        for column in started() {
            let (sequence, name) = (column.sequence(), Name(&column.to.name));
            statements.push(format!("ALTER SEQUENCE {sequence} OWNED BY {table}.{name};"));
            // The rows that are there have numbers already.
            let next = format!("(SELECT COALESCE(MAX({name}), 0) + 1 FROM {table})");
            statements.push(format!("SELECT setval({}, {next}, false);", literal(&sequence)));
        }
        let dropped = self.altered().filter_map(|(column, altered)| altered.dropped_sequence(column.drops_sequence));
        statements.extend(dropped.map(|sequence| format!("DROP SEQUENCE IF EXISTS {sequence};")));
        statements
    }

    fn old_key(&self) -> OldKey<'a> {
        let has = |change| self.changes.contains(&change);
        let new_name = key_name(self.to);
        if has(TableChange::DropPrimaryKey) && !self.key_survives() {
            return match &self.from.primary_key {
                // A column that is added again takes its key along, and so does one that is dropped.
                Some(key) if key.name == new_name && !self.same_key_columns() => OldKey::GivesItsNameAway(key),
                Some(key) if key.name == new_name => OldKey::Stays,
                _ => OldKey::Dropped,
            };
        }
        if has(TableChange::RenamePrimaryKey) { OldKey::Renamed(new_name) } else { OldKey::Stays }
    }

    fn new_key(&self) -> Option<&'a PrimaryKey> {
        let is_added = self.changes.contains(&TableChange::AddPrimaryKey) && !self.key_survives();
        self.to.primary_key.as_ref().filter(|_| is_added)
    }

    /// Whether only types change in the columns of the key, so that PostgreSQL keeps it.
    fn key_survives(&self) -> bool {
        let recreated = || self.altered().filter(|(_, column)| column.keeps().is_none());
        let is_in_key =
            |column: ColumnId| self.from.primary_key.as_ref().is_some_and(|key| key.columns.contains(&column));
        self.same_key_columns() && !recreated().any(|(column, _)| is_in_key(column.from))
    }

    fn same_key_columns(&self) -> bool {
        let names = |table: &'a Table| {
            let key = table.primary_key.as_ref()?;
            Some(key.columns.iter().map(|&column| table.column(column).name.as_str()).collect::<Vec<_>>())
        };
        names(self.from) == names(self.to)
    }
}

/// What becomes of the primary key that is there.
enum OldKey<'a> {
    Stays,
    /// It gets this name.
    Renamed(&'a str),
    Dropped,
    /// It is dropped, and another one gets its name.
    GivesItsNameAway(&'a PrimaryKey),
}
