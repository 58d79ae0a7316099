//! Renames of tables and columns.
//!
//! Two models cannot show a rename: a missing name and a new one may also be a drop and a new object.

mod candidates;

use std::{fmt, mem, str::FromStr};

use prisma_schema::Flavour;
use sql_schema::{ColumnId, DefaultValue, SqlSchema, Table, TableId};

use crate::{ColumnRef, Diff, Step, compare, sql::serial_sequence};

pub use candidates::RenameCandidate;

/// A new name for a table or a column. On a command line, it is `OLD=NEW` or `TABLE.OLD=NEW`; the namespace comes first
/// if the schema states one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The current name. For a column, the name of the table comes first.
    pub old: String,
    /// The new name.
    pub new: String,
}

/// The reason why a rename is impossible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidRename {
    /// The text is not `OLD=NEW`.
    Malformed(String),
    /// No table and no column has the old name.
    NotFound(Rename),
    /// Another object has the new name.
    Taken(Rename),
    /// The target does not contain the new name.
    NotInSchema(Rename),
}

/// A model in which some objects already have their new names, with the steps that rename them in the database.
#[derive(Clone, Debug)]
pub struct RenamedSchema {
    schema: SqlSchema,
    steps: Vec<Step>,
}

impl RenamedSchema {
    /// Applies the renames to `schema`.
    ///
    /// Tables are renamed first, so a column can follow the old or the new name of its table. The sequence of a serial
    /// column is renamed too. Keys and indexes get their new names in the diff.
    ///
    /// # Errors
    /// If an object does not exist, if its new name is taken, or if the target `to` does not contain the new name.
    pub fn new(schema: SqlSchema, renames: &[Rename], to: &SqlSchema) -> Result<Self, InvalidRename> {
        let original = schema.clone();
        let mut renamed = Self { schema, steps: Vec::new() };
        let mut columns = Vec::new();
        for rename in renames {
            match find_table(&original, &rename.old) {
                Some(table) => renamed.rename_table(table, rename, to)?,
                None => columns.push(rename),
            }
        }
        for rename in columns {
            let column = find_column(&renamed.schema, &rename.old).or_else(|| find_column(&original, &rename.old));
            let column = column.ok_or_else(|| InvalidRename::NotFound(rename.clone()))?;
            renamed.rename_column(column, rename, to)?;
        }
        Ok(renamed)
    }

    /// The model with the new names.
    #[must_use]
    pub fn schema(&self) -> &SqlSchema {
        &self.schema
    }

    /// The renames and the remaining differences to the target `to`.
    #[must_use]
    pub fn diff<'a>(&'a self, to: &'a SqlSchema, flavour: Flavour) -> Diff<'a> {
        let from = &self.schema;
        Diff { from, to, flavour, steps: compare::steps(self.steps.clone(), from, to, flavour) }
    }

    fn rename_table(&mut self, id: TableId, rename: &Rename, to: &SqlSchema) -> Result<(), InvalidRename> {
        let new_name = (self.schema.table(id).namespace.as_deref(), rename.new.as_str());
        if self.schema.table_named(new_name).is_some() {
            return Err(InvalidRename::Taken(rename.clone()));
        }
        if to.table_named(new_name).is_none() {
            return Err(InvalidRename::NotInSchema(rename.clone()));
        }
        let table = &mut self.schema.tables[id.0 as usize];
        let old = mem::replace(&mut table.name, rename.new.clone());
        self.steps.push(Step::RenameTable { table: id, old: old.clone() });
        let columns: Vec<_> = table.columns.iter().map(|column| column.name.clone()).collect();
        for (column, name) in (0..).map(ColumnId).zip(columns) {
            self.rename_sequence(ColumnRef { table: id, column }, &old, &name);
        }
        Ok(())
    }

    fn rename_column(&mut self, id: ColumnRef, rename: &Rename, to: &SqlSchema) -> Result<(), InvalidRename> {
        let table = &mut self.schema.tables[id.table.0 as usize];
        let has_new = |table: &Table| table.columns.iter().any(|column| column.name == rename.new);
        if has_new(table) {
            return Err(InvalidRename::Taken(rename.clone()));
        }
        if !to.table_named(table.qualified_name()).is_some_and(has_new) {
            return Err(InvalidRename::NotInSchema(rename.clone()));
        }
        let old = mem::replace(&mut table.columns[id.column.0 as usize].name, rename.new.clone());
        let table = table.name.clone();
        self.steps.push(Step::RenameColumn { column: id, old: old.clone() });
        self.rename_sequence(id, &table, &old);
        Ok(())
    }

    /// Renames the sequence of a serial column, if its name follows from the old names of the table and the column.
    fn rename_sequence(&mut self, id: ColumnRef, old_table: &str, old_column: &str) {
        let table = &mut self.schema.tables[id.table.0 as usize];
        let column = &mut table.columns[id.column.0 as usize];
        let (old, new) = (serial_sequence(old_table, old_column), serial_sequence(&table.name, &column.name));
        match &mut column.default {
            // A data model does not contain the name, because PostgreSQL chooses it.
            Some(DefaultValue::Sequence(name)) if name.is_empty() => {}
            Some(DefaultValue::Sequence(name)) if *name == old => name.clone_from(&new),
            _ => return,
        }
        if old != new {
            self.steps.push(Step::RenameSequence { table: id.table, old, new });
        }
    }
}

impl FromStr for Rename {
    type Err = InvalidRename;

    fn from_str(text: &str) -> Result<Self, InvalidRename> {
        match text.split_once('=') {
            Some((old, new)) if !old.is_empty() && !new.is_empty() => {
                Ok(Self { old: old.to_owned(), new: new.to_owned() })
            }
            _ => Err(InvalidRename::Malformed(text.to_owned())),
        }
    }
}

impl fmt::Display for Rename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.old, self.new)
    }
}

impl fmt::Display for InvalidRename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(text) => {
                write!(f, "`{text}` is not a rename. Write TABLE.OLD=NEW for a column, or OLD=NEW for a table")
            }
            Self::NotFound(Rename { old, .. }) => {
                write!(f, "`{old}` cannot be renamed: no table and no column has this name")
            }
            Self::Taken(Rename { old, new }) => {
                write!(
                    f,
                    "`{old}` cannot be renamed: `{new}` already exists. Rename or drop `{new}` first, in a separate migration"
                )
            }
            Self::NotInSchema(Rename { old, new }) => {
                write!(f, "`{old}` cannot be renamed: the schema has no `{new}`. Rename it in the schema first")
            }
        }
    }
}

impl std::error::Error for InvalidRename {}

/// The name of a table on a command line.
fn table_path(table: &Table) -> String {
    table.namespace.iter().map(|namespace| format!("{namespace}.")).collect::<String>() + &table.name
}

fn find_table(schema: &SqlSchema, path: &str) -> Option<TableId> {
    (0..).map(TableId).zip(&schema.tables).find(|(_, table)| table_path(table) == path).map(|(id, _)| id)
}

fn find_column(schema: &SqlSchema, path: &str) -> Option<ColumnRef> {
    (0..).map(TableId).zip(&schema.tables).find_map(|(id, table)| {
        let name = path.strip_prefix(&table_path(table))?.strip_prefix('.')?;
        let column = (0..).map(ColumnId).zip(&table.columns).find(|(_, column)| column.name == name)?.0;
        Some(ColumnRef { table: id, column })
    })
}

#[cfg(test)]
mod tests;
