//! SQL that creates, renames, drops and changes tables.

use std::collections::HashSet;

use sql_schema::{ColumnId, PrimaryKey, SqlSchema, Table};
use sql_script::literal;

use super::{
    guard::{alter_table, has_column, only_if},
    keys,
    statement::DeployableStatement,
};
use crate::{
    AlterColumn, AlterTable, Diff, TableChange,
    conversion::ColumnAlteration,
    sql::{ColumnDefinition, Name, QualifiedName, TableBody, primary_key_name},
};

pub(super) fn create(schema: &SqlSchema, table: &Table) -> String {
    format!("CREATE TABLE IF NOT EXISTS {} {};", QualifiedName::from(table), TableBody { schema, table })
}

pub(super) fn drop(table: &Table) -> String {
    format!("DROP TABLE IF EXISTS {};", QualifiedName::from(table))
}

/// Renames a table, unless the new name exists. If neither name exists, the statement fails.
pub(super) fn rename(table: &Table, old: &str) -> String {
    let is_free = format!("to_regclass({}) IS NULL", literal(&QualifiedName::from(table).to_string()));
    let old = QualifiedName::in_namespace_of(table, old);
    only_if(&is_free, &[format!("ALTER TABLE {old} RENAME TO {}", Name(&table.name))])
}

/// Renames a column, unless the new name exists. If neither name exists, the statement fails.
pub(super) fn rename_column(table: &Table, old: &str, new: &str) -> String {
    let rename = format!("RENAME COLUMN {} TO {}", Name(old), Name(new));
    only_if(&format!("NOT {}", has_column(table, new)), &[alter_table(table, &[rename])])
}

/// Renames a sequence if it exists.
pub(super) fn rename_sequence(table: &Table, old: &str, new: &str) -> String {
    let qualified = |name| QualifiedName::in_namespace_of(table, name).to_string();
    let is_free = format!("to_regclass({}) IS NULL", literal(&qualified(new)));
    only_if(&is_free, &[format!("ALTER SEQUENCE IF EXISTS {} RENAME TO {}", qualified(old), Name(new))])
}

/// The columns of the old model that lose all values.
pub(super) fn lost_columns(diff: &Diff<'_>, alter: &AlterTable) -> HashSet<ColumnId> {
    let changes = TableChanges::new(diff, alter);
    let dropped = alter.changes.iter().filter_map(|change| match change {
        TableChange::DropColumn(column) => Some(*column),
        _ => None,
    });
    dropped.chain(changes.recreated().map(|column| column.from)).collect()
}

/// The statements that change a table.
pub(super) fn alter(diff: &Diff<'_>, alter: &AlterTable) -> Vec<DeployableStatement> {
    TableChanges::new(diff, alter).statements()
}

struct TableChanges<'a> {
    from: &'a Table,
    to_schema: &'a SqlSchema,
    to: &'a Table,
    changes: &'a [TableChange],
    /// The columns of both models that change.
    altered: Vec<(&'a AlterColumn, ColumnAlteration<'a>)>,
}

impl<'a> TableChanges<'a> {
    fn new(diff: &Diff<'a>, alter: &'a AlterTable) -> Self {
        let altered = alter.changes.iter().filter_map(|change| match change {
            TableChange::AlterColumn(column) | TableChange::RecreateColumn(column) => {
                Some((column, ColumnAlteration::new(diff, alter, column)))
            }
            _ => None,
        });
        Self {
            from: diff.from().table(alter.from),
            to_schema: diff.to(),
            to: diff.to().table(alter.to),
            changes: &alter.changes,
            altered: altered.collect(),
        }
    }

    fn alterations(&self) -> impl Iterator<Item = &ColumnAlteration<'a>> {
        self.altered.iter().map(|(_, alteration)| alteration)
    }

    fn recreated(&self) -> impl Iterator<Item = &'a AlterColumn> {
        self.altered.iter().filter(|(_, alteration)| alteration.is_recreated()).map(|(column, _)| *column)
    }

    fn statements(&self) -> Vec<DeployableStatement> {
        let mut statements = Vec::new();
        let mut push = |sql: String| statements.push(DeployableStatement::locking(sql));
        let table = QualifiedName::from(self.to);
        let mut clauses = Vec::new();
        match self.old_key() {
            OldKey::Stays => {}
            OldKey::Renamed(new) => push(keys::rename(self.to, primary_key_name(self.from), new)),
            OldKey::NameReused(key) => push(keys::drop_primary_key(self.from, key)),
            OldKey::Dropped => clauses.push(format!("DROP CONSTRAINT IF EXISTS {}", Name(primary_key_name(self.from)))),
        }
        for column in self.alterations().filter(|column| column.starts_sequence()) {
            push(column.create_sequence());
        }
        for column in self.alterations().filter(|column| column.drops_expression()) {
            // PostgreSQL rejects other changes to a column while it computes the column.
            push(format!("ALTER TABLE {table} ALTER COLUMN {} DROP EXPRESSION IF EXISTS;", Name(&column.to.name)));
        }
        for column in self.alterations().filter(|column| column.drops_identity()) {
            // PostgreSQL rejects the new type of an identity column even if the same statement drops the identity.
            push(format!("ALTER TABLE {table} ALTER COLUMN {} DROP IDENTITY IF EXISTS;", Name(&column.to.name)));
        }
        self.push_changes(clauses, &mut statements);
        statements.extend(self.new_key().map(|key| DeployableStatement::locking(keys::add_primary_key(self.to, key))));
        let mut push = |sql: String| statements.push(DeployableStatement::locking(sql));
        for column in self.alterations().filter(|column| column.starts_sequence()) {
            let (sequence, name) = (column.sequence(), Name(&column.to.name));
            push(format!("ALTER SEQUENCE {sequence} OWNED BY {table}.{name};"));
            // Existing rows already have numbers.
            let next = format!("(SELECT COALESCE(MAX({name}), 0) + 1 FROM {table})");
            push(format!("SELECT setval({}, {next}, false);", literal(&sequence)));
        }
        for (column, alteration) in &self.altered {
            if let Some(sequence) = alteration.dropped_sequence(column.drops_sequence) {
                push(format!("DROP SEQUENCE IF EXISTS {sequence};"));
            }
        }
        statements
    }

    /// Adds one `ALTER TABLE` with `clauses` and all idempotent clauses, and one statement for each other changed column.
    fn push_changes(&self, mut clauses: Vec<String>, statements: &mut Vec<DeployableStatement>) {
        let mut is_destructive = false;
        for change in self.changes {
            if let TableChange::DropColumn(column) = change {
                clauses.push(format!("DROP COLUMN IF EXISTS {}", Name(&self.from.column(*column).name)));
                is_destructive = true;
            } else if let TableChange::AddColumn(column) = change {
                let definition = ColumnDefinition { schema: self.to_schema, column: self.to.column(*column) };
                clauses.push(format!("ADD COLUMN IF NOT EXISTS {definition}"));
            }
        }
        let mut guarded = Vec::new();
        for column in self.alterations() {
            let column_clauses = column.clauses();
            if column_clauses.is_idempotent {
                clauses.extend(column_clauses.clauses);
                is_destructive |= column_clauses.is_destructive;
            } else {
                let statement = DeployableStatement::locking(column.only_if_old_type(&column_clauses.clauses));
                let is_destructive = column_clauses.is_destructive;
                guarded.push(DeployableStatement { is_destructive, ..statement });
            }
        }
        if !clauses.is_empty() {
            let sql = format!("ALTER TABLE {}\n    {};", QualifiedName::from(self.to), clauses.join(",\n    "));
            statements.push(DeployableStatement { is_destructive, ..DeployableStatement::locking(sql) });
        }
        statements.extend(guarded);
    }

    fn old_key(&self) -> OldKey<'a> {
        let has = |change| self.changes.contains(&change);
        let new_name = primary_key_name(self.to);
        if has(TableChange::DropPrimaryKey) && !self.key_survives() {
            return match &self.from.primary_key {
                // PostgreSQL drops the key with a column that is dropped, and with one that is recreated.
                Some(key) if key.name == new_name && !self.same_key_columns() => OldKey::NameReused(key),
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

    /// Whether PostgreSQL keeps the key, because only the types of its columns change.
    fn key_survives(&self) -> bool {
        let is_in_key =
            |column: ColumnId| self.from.primary_key.as_ref().is_some_and(|key| key.columns.contains(&column));
        self.same_key_columns() && !self.recreated().any(|column| is_in_key(column.from))
    }

    fn same_key_columns(&self) -> bool {
        let names = |table: &'a Table| {
            let key = table.primary_key.as_ref()?;
            Some(key.columns.iter().map(|&column| table.column(column).name.as_str()).collect::<Vec<_>>())
        };
        names(self.from) == names(self.to)
    }
}

/// The change to the primary key of the old model.
enum OldKey<'a> {
    Stays,
    /// Gets this name.
    Renamed(&'a str),
    Dropped,
    /// Is dropped, and the new key gets its name.
    NameReused(&'a PrimaryKey),
}
