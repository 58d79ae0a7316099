//! Renames, which no two models tell: a name that is gone and a new one may be a rename, or a loss.

mod candidates;

use std::{fmt, mem, str::FromStr};

use prisma_schema::Flavour;
use sql_schema::{ColumnId, DefaultValue, SqlSchema, Table, TableId};

use crate::{ColumnRef, Diff, Step, serial};

pub use candidates::Candidate;

/// A table or column that gets another name, as it is written on a command line: `OLD=NEW` or `TABLE.OLD=NEW`, with the
/// namespace in front where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The name that it has, behind its table's if it is a column.
    pub old: String,
    /// The name that it gets.
    pub new: String,
}

/// Why something cannot be renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidRename {
    /// The text is not `OLD=NEW`.
    Malformed(String),
    /// Nothing has the old name.
    NotThere(Rename),
    /// Something else has the new name.
    Taken(Rename),
    /// Nothing shall have the new name.
    NotWanted(Rename),
}

/// A model in which some things have their new names already, and the steps that this takes.
#[derive(Clone, Debug)]
pub struct Renamed {
    schema: SqlSchema,
    steps: Vec<Step>,
}

impl Renamed {
    /// Renames what is called otherwise in `to`: tables first, so that a column can be named behind the old or the new name
    /// of its table. A serial column's sequence is renamed as well. Keys and indexes get their new names in the diff.
    ///
    /// # Errors
    /// When there is no such thing, or its new name is taken, or wanted by nobody.
    pub fn new(schema: SqlSchema, renames: &[Rename], to: &SqlSchema) -> Result<Self, InvalidRename> {
        let original = schema.clone();
        let mut renamed = Self { schema, steps: Vec::new() };
        let mut others = Vec::new();
        for rename in renames {
            match find_table(&original, &rename.old) {
                Some(table) => renamed.rename_table(table, rename, to)?,
                None => others.push(rename),
            }
        }
        for rename in others {
            let column = find_column(&renamed.schema, &rename.old).or_else(|| find_column(&original, &rename.old));
            let column = column.ok_or_else(|| InvalidRename::NotThere(rename.clone()))?;
            renamed.rename_column(column, rename, to)?;
        }
        Ok(renamed)
    }

    /// The model, with all new names.
    #[must_use]
    pub fn schema(&self) -> &SqlSchema {
        &self.schema
    }

    /// The renames, and what then is still to do.
    #[must_use]
    pub fn diff<'a>(&'a self, to: &'a SqlSchema, flavour: Flavour) -> Diff<'a> {
        Diff::after(&self.schema, &self.steps, to, flavour)
    }

    fn rename_table(&mut self, id: TableId, rename: &Rename, to: &SqlSchema) -> Result<(), InvalidRename> {
        let new_name = (self.schema.table(id).namespace.as_deref(), rename.new.as_str());
        if self.schema.table_named(new_name).is_some() {
            return Err(InvalidRename::Taken(rename.clone()));
        }
        if to.table_named(new_name).is_none() {
            return Err(InvalidRename::NotWanted(rename.clone()));
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

    fn rename_column(&mut self, at: ColumnRef, rename: &Rename, to: &SqlSchema) -> Result<(), InvalidRename> {
        let table = &mut self.schema.tables[at.table.0 as usize];
        let has_new = |table: &Table| table.columns.iter().any(|column| column.name == rename.new);
        if has_new(table) {
            return Err(InvalidRename::Taken(rename.clone()));
        }
        if !to.table_named(table.qualified_name()).is_some_and(has_new) {
            return Err(InvalidRename::NotWanted(rename.clone()));
        }
        let old = mem::replace(&mut table.columns[at.column.0 as usize].name, rename.new.clone());
        let table = table.name.clone();
        self.steps.push(Step::RenameColumn { column: at, old: old.clone() });
        self.rename_sequence(at, &table, &old);
        Ok(())
    }

    /// Renames the sequence of a serial column whose table and column had these names, if it was named after them.
    fn rename_sequence(&mut self, at: ColumnRef, old_table: &str, old_column: &str) {
        let table = &mut self.schema.tables[at.table.0 as usize];
        let column = &mut table.columns[at.column.0 as usize];
        let (old, new) = (serial::sequence(old_table, old_column), serial::sequence(&table.name, &column.name));
        match &mut column.default {
            // A data model does not know the name, as it is PostgreSQL's choice.
            Some(DefaultValue::Sequence(name)) if name.is_empty() => {}
            Some(DefaultValue::Sequence(name)) if *name == old => name.clone_from(&new),
            _ => return,
        }
        if old != new {
            self.steps.push(Step::RenameSequence { table: at.table, old, new });
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
                write!(f, "`{text}` is no rename: write TABLE.OLD=NEW for a column, OLD=NEW for a table")
            }
            Self::NotThere(Rename { old, .. }) => {
                write!(f, "`{old}` cannot be renamed: no table and no column is called that")
            }
            Self::Taken(Rename { old, new }) => {
                write!(
                    f,
                    "`{old}` cannot be renamed: `{new}` is there already. Rename or drop that one before, in a migration of its own"
                )
            }
            Self::NotWanted(Rename { old, new }) => {
                write!(f, "`{old}` cannot be renamed: the schema has no `{new}`. Rename it there first")
            }
        }
    }
}

impl std::error::Error for InvalidRename {}

/// A table as command lines name it.
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
