//! An index of the steps of a diff.

use std::collections::{HashMap, HashSet};

use sql_schema::{ColumnId, SqlSchema, TableId};

use super::tables;
use crate::{CreateIndex, Diff, ForeignKeyId, IndexId, Step, TableChange};

/// An index of the steps. It answers questions about other steps while one step is written.
pub(super) struct DiffIndex<'a> {
    from: &'a SqlSchema,
    to: &'a SqlSchema,
    /// Tables of the new model that a step creates.
    pub(super) created_tables: HashSet<TableId>,
    /// Columns of the old model that are dropped or recreated.
    lost_columns: HashSet<(TableId, ColumnId)>,
    /// Columns of the new model that are recreated.
    recreated_columns: HashSet<(TableId, ColumnId)>,
    /// Columns of the old model whose type changes.
    retyped_columns: HashSet<(TableId, ColumnId)>,
    /// Indexes of the new model that are built on existing tables, each with its table in the old model.
    built_indexes: Vec<(TableId, IndexId)>,
    /// The names that created and renamed indexes get.
    taken_names: HashSet<&'a str>,
    /// The new names of renamed indexes, each with the old name.
    renamed_indexes: HashMap<&'a str, &'a str>,
    /// The new names of renamed foreign keys with their table in the old model, each with the old name.
    renamed_foreign_keys: HashMap<(TableId, &'a str), &'a str>,
    /// The position of the first step that alters a table.
    first_alter_table: Option<usize>,
}

impl<'a> DiffIndex<'a> {
    pub(super) fn new(diff: &Diff<'a>) -> Self {
        let mut index = Self {
            from: diff.from(),
            to: diff.to(),
            created_tables: HashSet::new(),
            lost_columns: HashSet::new(),
            recreated_columns: HashSet::new(),
            retyped_columns: HashSet::new(),
            built_indexes: Vec::new(),
            taken_names: HashSet::new(),
            renamed_indexes: HashMap::new(),
            renamed_foreign_keys: HashMap::new(),
            first_alter_table: diff.steps().iter().position(|step| matches!(step, Step::AlterTable(_))),
        };
        // `is_built` needs the altered tables. Their steps come before the steps that create indexes.
        for step in diff.steps() {
            match step {
                Step::CreateTable(table) => _ = index.created_tables.insert(*table),
                Step::AlterTable(alter) => {
                    let lost = tables::lost_columns(diff, alter);
                    for change in &alter.changes {
                        let (TableChange::AlterColumn(column) | TableChange::RecreateColumn(column)) = change else {
                            continue;
                        };
                        if lost.contains(&column.from) {
                            index.recreated_columns.insert((alter.to, column.to));
                        }
                        if column.cast().is_some() {
                            index.retyped_columns.insert((alter.from, column.from));
                        }
                    }
                    index.lost_columns.extend(lost.into_iter().map(|column| (alter.from, column)));
                }
                Step::CreateIndex(create) => {
                    index.taken_names.insert(&create.index.resolve(diff.to()).1.name);
                    if let Some(table) = create.from_table.filter(|_| index.is_built(create)) {
                        index.built_indexes.push((table, create.index));
                    }
                }
                Step::RenameIndex { from, to } => {
                    let (old, new) = (&from.resolve(diff.from()).1.name, &to.resolve(diff.to()).1.name);
                    index.taken_names.insert(new);
                    index.renamed_indexes.insert(new, old);
                }
                Step::RenameForeignKey { from, to } => {
                    let (old, new) = (&from.resolve(diff.from()).1.name, &to.resolve(diff.to()).1.name);
                    index.renamed_foreign_keys.insert((from.table, new), old);
                }
                _ => {}
            }
        }
        index
    }

    /// Whether the index must be built. Prisma creates an index again whenever it recreates one of its columns. The
    /// deployable style may keep the column, and then PostgreSQL keeps the index.
    pub(super) fn is_built(&self, create: &CreateIndex) -> bool {
        let (_, index) = create.index.resolve(self.to);
        let is_recreated = |column| self.recreated_columns.contains(&(create.index.table, column));
        !create.recreated || index.columns.iter().any(|column| is_recreated(column.column))
    }

    /// Whether a dropped index can stay until another index is built on its table.
    pub(super) fn is_replaced(&self, dropped: IndexId) -> bool {
        let (_, index) = dropped.resolve(self.from);
        let stays = |column| {
            let column = (dropped.table, column);
            !self.lost_columns.contains(&column) && !self.retyped_columns.contains(&column)
        };
        self.built_indexes.iter().any(|(table, _)| *table == dropped.table)
            && !self.taken_names.contains(index.name.as_str())
            && index.columns.iter().all(|column| stays(column.column))
    }

    /// The current name of the index that will get the name of a dropped one.
    pub(super) fn index_successor_name(&self, dropped: IndexId) -> Option<&'a str> {
        self.renamed_indexes.get(dropped.resolve(self.from).1.name.as_str()).copied()
    }

    /// The current name of the foreign key that will get the name of a dropped one.
    pub(super) fn foreign_key_successor_name(&self, dropped: ForeignKeyId) -> Option<&'a str> {
        let name = dropped.resolve(self.from).1.name.as_str();
        self.renamed_foreign_keys.get(&(dropped.table, name)).copied()
    }

    /// Whether a unique index on exactly these columns is built on an existing table.
    pub(super) fn builds_unique_index_on(&self, table: TableId, columns: &[ColumnId]) -> bool {
        let columns: HashSet<_> = columns.iter().copied().collect();
        self.built_indexes.iter().map(|&(_, index)| index).filter(|index| index.table == table).any(|index| {
            let (_, index) = index.resolve(self.to);
            index.unique && index.columns.iter().map(|column| column.column).collect::<HashSet<_>>() == columns
        })
    }

    /// Whether the step at this position comes after a step that alters a table.
    pub(super) fn follows_alter_table(&self, step: usize) -> bool {
        self.first_alter_table.is_some_and(|first| step > first)
    }
}
